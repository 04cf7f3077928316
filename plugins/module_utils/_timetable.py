# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a probe says what: its budget of packets. Pure, no clock of its own. Private to this collection.

Each participant answers each announcement that it hears, and goes on until it hears the withdrawal. So there are few of them,
and in between there are beacons, which nobody answers.
"""

from __future__ import annotations

from typing import Optional

ANNOUNCE, ASK, WITHDRAW, BEACON = "announce", "ask", "withdraw", "beacon"
SECOND_ROUND = 0.6  # of the duration: who missed the first announcement, or came later
SECOND_ROUND_FROM_S = 2.0  # earliest; probes that are shorter announce themselves once
ASK_AGAIN_S = (0.2, 0.4)  # after an announcement
STAY_S = 0.5  # from an announcement to its withdrawal
BEACON_PERIOD_S = 1.0
MAX_BEACONS = 60  # of a probe that takes longer, the period is longer


class Timetable:
    """What is due, in seconds since the start; what follows from a thing counts from when that was really done."""

    def __init__(self, duration: float) -> None:
        self._duration = duration
        self._period = max(BEACON_PERIOD_S, duration / MAX_BEACONS)
        self._due = [(0.0, ANNOUNCE), (0.0, BEACON)]
        if duration >= SECOND_ROUND_FROM_S:
            self._due.append((SECOND_ROUND * duration, ANNOUNCE))

    def take(self, at_s: float) -> list[str]:
        """What is due by now, each once however late it is."""
        due = [act for when, act in sorted(self._due) if when <= at_s]
        self._due = [each for each in self._due if each[0] > at_s]
        acts = list(dict.fromkeys(due))
        for act in acts:
            self._due += [each for each in self._following(act, at_s) if each[0] < self._duration]
        return acts

    def hurry(self) -> None:
        """Put the second announcement forward: all else is done, and the probe ends after it."""
        self._due = [
            (min(when, SECOND_ROUND_FROM_S), act) if act == ANNOUNCE else (when, act) for when, act in self._due
        ]

    @property
    def last_beacon_s(self) -> float:
        """From when on no further beacon is sure to come."""
        return self._duration - self._period

    @property
    def told_all(self) -> bool:
        """Whether no announcement is to come, nor a withdrawal."""
        return not any(act in (ANNOUNCE, ASK, WITHDRAW) for _when, act in self._due)

    def next_s(self) -> Optional[float]:
        """When something is due next."""
        return min(self._due)[0] if self._due else None

    def _following(self, act: str, at_s: float) -> list[tuple[float, str]]:
        if act == ANNOUNCE:
            return [(at_s + STAY_S, WITHDRAW), *((at_s + later, ASK) for later in ASK_AGAIN_S)]
        return [(at_s + self._period, BEACON)] if act == BEACON else []
