"""The line of args/ha-conf."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.modules.microk8s_failure_domain import with_domain


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("failure-domain=1\n", "failure-domain=2\n"),
        ("failure-domain=2\n", "failure-domain=2\n"),
        ("", "failure-domain=2\n"),
        ("failure-domain = 1\nfailure-domain=3", "failure-domain=2\n"),
        ("other=7\nfailure-domain=1\n", "other=7\nfailure-domain=2\n"),
    ],
)
def test_one_line(before, after):
    assert with_domain(before, 2) == after
