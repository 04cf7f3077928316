# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the probes of one run may end before their time: each has proven all that it can, and knows that the others have.

Private to this collection. One that ended alone would be silent for those who began later. Where something is amiss nobody
ends early: then the time is needed. Who begins when it is nearly over is greeted at once, as there is no further beacon.
"""

from __future__ import annotations

from typing import Optional, Sequence

from ._rtps.hearing import Hearing
from ._station import Station

SHORTEST_S = 2.5  # some things only time shows: who moves, who leaves, two that take turns
LOOK_EACH_S = 0.1  # with a hundred peers a look takes a while
GREETINGS = 10  # at most, of one station


class Early:
    """The stations of one host, and for whom they wait."""

    def __init__(self, stations: Sequence[Station], last_beacon_s: float) -> None:
        self.over = False  # all have all, here and on the other hosts
        self._stations = stations
        self._last_beacon_s = last_beacon_s
        tried = [station for station in stations if station.paths]
        self._peers = {station.place: {peer.address for peer in station.paths.asked.peers} for station in tried}
        # When it is worth to look; None where there is nobody to wait for, as nobody knows then what is all.
        self.next_s: Optional[float] = 0.0 if any(self._peers.values()) else None

    @property
    def all_here(self) -> bool:
        """Whether each station of this host has all."""
        return all(station.has_all for station in self._stations)

    def look(self, at_s: float) -> list[Station]:
        """The stations that have something to tell the others since the last look: that they have all, or to one who has just
        begun that they are there; `at_s` seconds after the start.
        """
        if self.next_s is None or at_s < self.next_s:
            return []
        self.next_s = at_s + LOOK_EACH_S
        met = [each for each in self._stations if self._meets_somebody(each) and self._greets(each, at_s)]
        fresh = [each for each in self._stations if not each.has_all and self._has_all(each)]
        for station in fresh:
            station.has_all = True
        self.over = at_s >= SHORTEST_S and all(
            each.has_all and self._peers_of(each) <= _ready(each.hearing) for each in self._stations
        )
        return [each for each in self._stations if each in fresh or each in met]

    def _meets_somebody(self, station: Station) -> bool:
        """Whether it has heard a probe of the run for the first time, since the last look."""
        before, station.met = station.met, len(station.hearing.of_run()) if station.hearing else 0
        return station.met > before

    def _greets(self, station: Station, at_s: float) -> bool:
        if at_s <= self._last_beacon_s or station.greetings >= GREETINGS:
            return False
        station.greetings += 1
        return True

    def _peers_of(self, station: Station) -> set[str]:
        """Whom the station shall hear; nobody on a NIC that has none, as on the network of the cluster."""
        return self._peers.get(station.place, set()) if station.target.multicast else set()

    def _has_all(self, station: Station) -> bool:
        if station.errors or station.hearing is None or not all(each.answered for each in station.questions):
            return False
        if station.endpoints and station.endpoints.next_s is not None:
            return False
        heard = {each.address for each in station.hearing.of_run()}
        return self._peers_of(station) <= heard and (station.paths is None or station.paths.proven)


def _ready(hearing: Hearing) -> set[str]:
    return {each.address for each in hearing.of_run() if each.beacon and each.beacon.has_all}
