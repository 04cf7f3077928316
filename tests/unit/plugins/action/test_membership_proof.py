"""Waiting for members, on a clock that does not tick by itself."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.action.membership_proof import await_members

READY = {
    "metadata": {"name": "tb1"},
    "status": {
        "conditions": [{"type": "Ready", "status": "True"}],
        "nodeInfo": {"machineID": "m1"},
        "addresses": [{"type": "InternalIP", "address": "10.0.0.2"}],
    },
}


@pytest.mark.parametrize(
    ("answers", "unproven", "elapsed"),
    [
        ([[READY]], {}, 0),
        (["connection refused", [], [READY]], {}, 2),
        ([[]] * 99, {"robot": "the cluster has no Node named tb1"}, 5),
        (["connection refused"] * 99, {"robot": "the API does not answer: connection refused"}, 5),
    ],
)
def test_await_members(answers, unproven, elapsed, still_clock):
    remaining = list(answers)
    wanted = {"robot": {"node_name": "tb1", "machine_id": "m1"}}
    result = await_members(lambda: remaining.pop(0), wanted, {"robot": "10.0.0.2"}, 5, clock=still_clock)
    assert (result, still_clock.now()) == (unproven, elapsed)
