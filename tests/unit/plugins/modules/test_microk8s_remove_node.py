"""Removing a host until nothing is known of it any more, on a clock that does not tick by itself."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.modules.microk8s_remove_node import ApiDown, Traces, remove_all

NOTHING = Traces()
WORKER = Traces("10.0.0.2")
SERVER = Traces("10.0.0.2", ("10.0.0.2",), ("10.0.0.2",))
ENTRY = Traces(None, ("10.0.0.2",), ("10.0.0.2",))
DOWN = ApiDown("connection refused")
LAGGING = Traces(None, (), ("10.0.0.2",))


@pytest.mark.parametrize(
    ("seen", "removals", "changed", "code"),
    [
        ([NOTHING], 0, False, None),
        ([WORKER, NOTHING], 1, True, None),
        ([SERVER, NOTHING], 1, True, None),
        ([ENTRY, NOTHING], 1, True, None),
        ([SERVER, LAGGING, LAGGING, NOTHING], 1, True, None),  # the file cluster.yaml lags
        ([SERVER, ENTRY, NOTHING], 2, True, None),  # its entry was at another address
        ([SERVER, DOWN, DOWN, NOTHING], 1, True, None),  # those who are left elect a leader
        ([SERVER, LAGGING, DOWN, NOTHING], 1, True, None),
        ([WORKER] * 200, 9, True, "still-there"),
    ],
)
def test_remove(seen, removals, changed, code, still_clock):
    remaining, calls = list(seen), []

    def look(name, addresses):
        told = remaining.pop(0) if len(remaining) > 1 else remaining[0]
        if told is DOWN:
            raise told
        return told

    def remove(traces, name, force, timeout):
        calls.append(traces)
        return None, ""

    was_there, failure, _output = remove_all("tb1", (), True, 90, look=look, remove=remove, clock=still_clock)
    assert (was_there, failure and failure.code, len(calls)) == (changed, code, removals)


@pytest.mark.parametrize("answers", [0, 1])
def test_a_cluster_that_goes_on_being_silent_is_said_to(answers, still_clock):
    remaining = [LAGGING] * answers

    def look(name, addresses):
        if remaining:
            return remaining.pop(0)
        raise DOWN

    with pytest.raises(ApiDown):
        remove_all("tb1", (), True, 90, look=look, remove=lambda *_: (None, ""), clock=still_clock)
    assert still_clock.now() <= 92
