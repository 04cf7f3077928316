# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clock's offset from exchanges, and how many exchanges are made."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._fleet.clock import (
    Exchange,
    estimate,
    measure,
    parse_date,
)


@pytest.mark.parametrize(
    ("exchanges", "estimated"),
    [
        ([], None),
        ([(100.0, 102.0, 101.0)], (0.0, 1.0)),
        ([(100.0, 100.1, 107.05)], (7.0, 0.05)),
        ([(100.0, 100.1, 93.05)], (-7.0, 0.05)),
        # The quickest exchange is the one to believe, wherever it is in the list.
        ([(100.0, 104.0, 105.0), (110.0, 110.02, 110.51), (120.0, 121.0, 121.5)], (0.5, 0.01)),
        # The controller's clock was set back between question and answer.
        ([(100.0, 90.0, 95.0)], None),
        ([(100.0, 90.0, 95.0), (90.0, 92.0, 91.5)], (0.5, 1.0)),
    ],
)
def test_estimate(exchanges, estimated):
    result = estimate([Exchange(*exchange) for exchange in exchanges])
    assert result == (estimated and {"offset_s": estimated[0], "uncertainty_s": estimated[1]})


@pytest.mark.parametrize(
    ("output", "seconds"),
    [
        ("1795267200.250000000\n", 1795267200.25),
        ("Welcome to tb1\r\n1795267200.250000000\r\n", 1795267200.25),  # a shell that greets
        ("1795267200.%N\n", None),  # busybox
        ("1795267200.\n", None),
        ("", None),
        ("date: not found\n", None),
    ],
)
def test_parse_date(output, seconds):
    assert parse_date(output) == seconds


@pytest.mark.parametrize(
    ("round_trips", "exchanges"), [([0.01], 1), ([0.09], 1), ([0.4, 0.3, 0.2], 3), ([0.4, 0.02], 2), ([None], 0)]
)
def test_measuring_stops_when_the_answer_is_good_or_the_tries_are_over(round_trips, exchanges):
    clock = [1000.0]
    remaining = list(round_trips)

    def ask():
        took = remaining.pop(0)
        clock[0] += took or 0
        return None if took is None else clock[0]

    assert len(measure(ask, now=lambda: clock[0])) == exchanges
    assert not remaining
