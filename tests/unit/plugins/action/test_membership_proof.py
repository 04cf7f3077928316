"""Waiting for members, on a clock that does not tick by itself."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.action.membership_proof import await_members

MISSING = {"robot": "the cluster has no Node named tb1"}


@pytest.mark.parametrize(
    ("answers", "unproven", "elapsed"),
    [
        ([["tb1"]], {}, 0),
        (["connection refused", [], ["tb1"]], {}, 2),
        ([[]] * 99, MISSING, 5),
        (["connection refused"] * 99, {"robot": "the API does not answer: connection refused"}, 5),
    ],
)
def test_await_members(answers, unproven, elapsed, still_clock):
    remaining = list(answers)
    result = await_members(
        lambda: remaining.pop(0), lambda nodes: {} if nodes else MISSING, ["robot"], 5, clock=still_clock
    )
    assert (result, still_clock.now()) == (unproven, elapsed)
