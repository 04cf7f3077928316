"""Bounded waits of the MicroK8s modules, on a clock that does not tick by itself."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.nodes import Node
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.own_node import wait_for
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.status import DatabaseMember, Status
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_ha_info, microk8s_member


@pytest.mark.parametrize(
    ("answers", "ready", "elapsed"),
    [
        ([Node("tb1", True, "m1")], True, 0),
        ([Node("tb1"), Node("tb1"), Node("tb1", True, "m1")], True, 2),
        ([Node("tb1", True, "twin")] * 11, True, 10),
        ([Node("tb1", reason="connection refused")] * 11, False, 10),
    ],
)
def test_wait_for_the_own_node(answers, ready, elapsed, still_clock):
    remaining = list(answers)
    node, waited = wait_for("tb1", "m1", 10, ask=lambda name: remaining.pop(0), clock=still_clock)
    assert (node.ready, waited) == (ready, elapsed)


@pytest.mark.parametrize(("held_for", "taken"), [(0, True), (3, True), (99, False)])
def test_a_running_join_is_awaited(held_for, taken, still_clock):
    def lock(handle, flags):
        if still_clock.now() < held_for:
            raise BlockingIOError

    assert microk8s_member.await_lock(0, 10, clock=still_clock, lock=lock) is taken


@pytest.mark.parametrize(
    ("outcomes", "calls", "code"),
    [
        ([None], 1, None),
        ([("snapd-busy", True), None], 2, None),
        ([("token-invalid", False), None], 1, "token-invalid"),
        ([("snapd-busy", True)] * 3, 3, "snapd-busy"),
    ],
)
def test_a_join_is_repeated_only_when_its_failure_passes_by_itself(outcomes, calls, code):
    remaining = list(outcomes)

    def once(url, role, timeout, lock):
        outcome = remaining.pop(0)
        return outcome and microk8s_member.Failure(outcome[0], "cause", "fix", outcome[1]), "output"

    failure, _output = microk8s_member.join("url", "worker", 1, 0, once=once)
    assert (failure and failure.code, len(outcomes) - len(remaining)) == (code, calls)


@pytest.mark.parametrize(
    ("wanted", "answers", "elapsed"),
    [
        ("", ["a voter"], 0),
        ("a b", ["a voter, b spare"], 0),  # dqlite gives a second member no vote
        ("a b", ["a voter", "a voter, b spare"], 2),
        ("a b c", ["a voter, b voter, c voter"], 0),
        ("a b c", ["a voter, b spare, c spare", "a voter, b voter, c spare", "a voter, b voter, c voter"], 4),
        ("a b c", ["a voter, b voter, c standby, dead voter"] * 6, 10),
        ("a b c d", ["a voter, b voter, c voter, d standby"], 0),
        ("a b c", [""] * 6, 10),
    ],
)
def test_members_of_the_database_are_awaited_until_they_vote(wanted, answers, elapsed, still_clock):
    remaining = [
        Status(True, members=tuple(DatabaseMember(*member.split()) for member in answer.split(", ") if member))
        for answer in answers
    ]
    microk8s_ha_info.await_members(wanted.split(), 10, ask=lambda: remaining.pop(0), clock=still_clock)
    assert (still_clock.now(), remaining) == (elapsed, [])
