# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Probe many targets of one host at once: announce, ask, withdraw, listen. Private to this collection.

One loop over all sockets. Time and waiting are handed in, so that the loop runs under a fake clock.
"""

from __future__ import annotations

import selectors
from typing import Callable, Iterable

from ._early import Early
from ._station import Station
from ._timetable import BEACON, Timetable

IN_CHECK_MODE = "not asked in check mode"


def run(
    stations: list[Station],
    duration: float,
    *,
    announce: bool,
    now: Callable[[], float],
    now_ns: Callable[[], int],
    wait: Callable[[float], Iterable[Station]],
) -> float:
    """Announce, ask, withdraw and listen for `duration` seconds, or until all is proven; close at the end, whatever happens.

    `wait(seconds)` returns the stations that have something to read, at the latest after that time.
    Returns the seconds that it took.
    """
    start = now()
    timetable = Timetable(duration)
    early = Early(stations, timetable.last_beacon_s)
    every_paths = [station.paths for station in stations if station.paths]
    for paths in every_paths:
        if announce:
            paths.plan(duration)
        else:
            paths.error = paths.error or IN_CHECK_MODE
    every_asked = [station.endpoints for station in stations if station.endpoints and announce]
    if not announce:
        for question in (question for station in stations for question in station.questions):
            question.error = question.error or IN_CHECK_MODE
    try:
        while True:
            elapsed = now() - start
            if elapsed >= duration:
                return elapsed
            for station in early.look(elapsed) if announce else ():
                station.speak(BEACON, now_ns(), elapsed)
                if early.all_here:
                    timetable.hurry()
            if early.over and timetable.told_all:
                for station in stations:
                    station.speak(BEACON, now_ns(), elapsed)  # the last word was perhaps lost
                return elapsed
            for act in timetable.take(elapsed) if announce else ():
                for station in stations:
                    station.speak(act, now_ns(), now() - start)
            for paths in every_paths:
                paths.put(elapsed)
            for asked in every_asked:
                asked.put(now_ns(), now() - start)
            due = [each.next_s for each in (*every_paths, *every_asked)]
            due += [timetable.next_s(), early.next_s] if announce else []
            until = min([at for at in due if at is not None], default=duration)
            for station in wait(max(min(until, duration) - (now() - start), 0.0)):
                station.receive(lambda: now() - start)
    finally:
        for station in stations:
            station.leave()


def wait_for_sockets(stations: list[Station], seconds: float) -> list[Station]:
    """The `wait` of `run` for real sockets."""
    # It costs nothing to set up, and what to wait for changes with the questions.
    with selectors.PollSelector() as selector:
        for station in stations:
            for sock, events in station.sockets():
                selector.register(sock, events, station)
        ready: list[Station] = []
        for key, _unused in selector.select(max(seconds, 0)):
            if key.data not in ready:
                ready.append(key.data)
        return ready
