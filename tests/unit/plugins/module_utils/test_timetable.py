# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a probe says what, with a clock that may be late."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._timetable import (
    ANNOUNCE,
    ASK,
    BEACON,
    MAX_BEACONS,
    WITHDRAW,
    Timetable,
)


def taken(duration, late=0.0):
    """[(seconds, act)] when each thing is done so late."""
    timetable, done = Timetable(duration), []
    while timetable.next_s() is not None:
        at = timetable.next_s() + late
        done += [(round(at, 2), act) for act in timetable.take(at)]
    return done


@pytest.mark.parametrize(
    "duration, announced",
    [(0.1, [0.0]), (1.9, [0.0]), (2.0, [0.0, 1.2]), (5.0, [0.0, 3.0]), (300.0, [0.0, 180.0])],
)
def test_each_announcement_is_withdrawn_half_a_second_later(duration, announced):
    acts = taken(duration)
    assert [at for at, act in acts if act == ANNOUNCE] == announced
    within = [at + 0.5 for at in announced if at + 0.5 < duration]
    assert [at for at, act in acts if act == WITHDRAW] == pytest.approx(within)
    assert [at for at, act in acts if act == ASK] == pytest.approx(
        [at + later for at in announced for later in (0.2, 0.4) if at + later < duration]
    )


@pytest.mark.parametrize("duration, beacons", [(0.1, 1), (5.0, 5), (30.0, 30), (60.0, 60), (300.0, MAX_BEACONS)])
def test_beacons_are_bounded(duration, beacons):
    assert len([at for at, act in taken(duration) if act == BEACON]) == beacons


def test_on_a_busy_machine_the_answer_gets_its_half_second_all_the_same():
    timetable = Timetable(5.0)
    timetable.take(0.0)
    assert timetable.take(3.4) == [ASK, WITHDRAW, BEACON, ANNOUNCE]  # all at once, each once
    assert timetable.take(3.8) == [ASK]
    assert timetable.take(3.9) == [WITHDRAW]


def test_all_is_told_after_the_last_withdrawal():
    timetable = Timetable(5.0)
    told = [(at, timetable.told_all) for at in (0.0, 0.5, 3.0, 3.4, 3.5) if timetable.take(at) or True]
    assert told == [(0.0, False), (0.5, False), (3.0, False), (3.4, False), (3.5, True)]


@pytest.mark.parametrize("at, announced", [(0.7, 2.0), (2.3, 2.3), (25.0, 18.0)])
def test_where_all_is_done_the_second_announcement_comes_soon_and_not_twice(at, announced):
    timetable, done = Timetable(30.0), []
    while timetable.next_s() is not None:
        now = timetable.next_s()
        if now >= at:
            timetable.hurry()
            now = max(at, timetable.next_s())
            at = 1000.0
        done += [(now, act) for act in timetable.take(now)]
    assert [when for when, act in done if act == ANNOUNCE] == [0.0, announced]
