"""What `microk8s leave` and `remove-node` printed on real hosts (transcripts), and the cause that is named for it."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.member_texts import (
    explain_leave,
    explain_removal,
)

from .transcripts import transcript

BUSY = 'error: error running snapctl: snap "microk8s" has "service-control" change in progress\n'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (transcript("107"), None),  # a worker
        (transcript("132"), None),  # a control plane
        (transcript("167"), None),  # a control plane that was removed by force before
        (transcript("013"), None),  # in no cluster
        (transcript("100"), "last-copy"),
        (transcript("045"), "stopped"),
        ((1, BUSY), "snapd-busy"),
        ((2, "Traceback"), "peers-unreachable"),
        ((1, ""), "unknown"),
    ],
)
def test_leave(text, code):
    failure = explain_leave(*text)
    assert (failure and failure.code) == code


@pytest.mark.parametrize(
    ("number", "node_known", "code"),
    [
        ("103", True, None),  # a live worker
        ("158", True, None),  # a live control plane, by force
        ("152", False, None),  # exit code 1
        ("026", False, None),
        ("027", False, None),
        ("101", True, "still-in-database"),
        ("147", True, "still-in-database"),  # dead
        ("046", True, "api-down"),  # says that the Node does not exist
        ("046", False, "api-down"),
        ("078", False, "not-a-control-plane"),
    ],
)
def test_remove_node(number, node_known, code):
    failure = explain_removal(transcript(number)[1], node_known)
    assert (failure and failure.code) == code
