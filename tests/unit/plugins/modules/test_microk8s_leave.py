"""Leaving, from the module's arguments to MicroK8s' command line and back."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_leave

from ..module_utils._microk8s.transcripts import transcript


@pytest.fixture
def member(host, monkeypatch):
    host.use(microk8s_leave)
    host.become("worker")
    (host.data / "var/lock/join-in-progress").touch()
    monkeypatch.setattr(microk8s_leave._snapd, "await_idle", lambda name, timeout: None)
    return host


@pytest.mark.parametrize(
    ("role", "check", "changed", "calls"),
    [
        ("worker", False, True, ["leave"]),
        ("control_plane", False, True, ["leave"]),
        ("worker", True, True, []),
        ("standalone", False, False, []),
        ("absent", False, False, []),
    ],
)
def test_only_a_member_leaves(member, role, check, changed, calls):
    member.become(role)
    member.microk8s("")
    result, _printed = member.run(microk8s_leave, _ansible_check_mode=check)
    assert (result["changed"], member.called()) == (changed, calls)


@pytest.mark.parametrize(
    ("outcome", "code", "lock"),
    [
        (Outcome(-9, "Configuring services.\n", "", timed_out=True), "timeout", True),
        (Outcome(*transcript("100"), ""), "last-copy", True),
        (Outcome(0, "Configuring services.\n", ""), None, False),
    ],
)
def test_leaving_is_bounded_and_its_failure_named(member, monkeypatch, outcome, code, lock):
    asked = []

    def run(argv, *, timeout):
        asked.append((argv[1:], timeout))
        return outcome

    monkeypatch.setattr(microk8s_leave, "run", run)
    result, _printed = member.run(microk8s_leave, timeout=77)
    assert (asked, result.get("failure", {}).get("code")) == ([(["leave"], 77)], code)
    # MicroK8s leaves it there; one that did not leave may still be joining.
    assert (member.data / "var/lock/join-in-progress").exists() is lock
