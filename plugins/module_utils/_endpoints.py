# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which participants are asked for their writers and readers, and what came of it. Private to this collection.

Who discovers a participant with the detectors of endpoints goes on to tell it of each change. So the probe itself has none. It
sends another participant to each locator that is asked, which goes as soon as it has what it came for. Nothing here waits.
"""

from __future__ import annotations

import contextlib
import math
import selectors
import socket
from typing import Callable, Collection, Iterator, Optional

from ._rtps import ids
from ._rtps.announce import VERSION, Announcer
from ._rtps.endpoint_list import MAX_SUBMESSAGES, EndpointList, Endpoints
from ._rtps.errors import RtpsError
from ._rtps.hearing import Heard
from ._rtps.ids import PREFIX_TAIL, VENDOR_PROBE
from ._rtps.locator import UDP_V4, Locator
from ._rtps.message import Header, parse_message, with_sources
from ._rtps.ports import MAX_PORT
from ._rtps.sockets import LOOPBACK, Datagram, OwnPort
from ._rtps.spdp import Participant

OWN = "own"  # stands for the addresses of the NIC that is probed
MAX_ASKED = 128  # participants of one NIC
AT_ONCE = 8  # locators that are asked at the same time
AGAIN_S = (0.25, 0.75, 1.5)  # after the first announcement, while nothing has come back
PATIENCE_S = 3.0
UNDER_WAY_S = 0.1  # what was sent before the withdrawal arrived
TOLD_AGAIN = 3  # times, who goes on though it was told of the end: that was lost
DETECTORS = (
    ids.PARTICIPANT_ANNOUNCER | ids.PARTICIPANT_DETECTOR | ids.PUBLICATIONS_DETECTOR | ids.SUBSCRIPTIONS_DETECTOR
)
_ANNOUNCERS = ids.PUBLICATIONS_ANNOUNCER | ids.SUBSCRIPTIONS_ANNOUNCER


class Visit:
    """One participant of the probe's, which comes to one locator, asks those that named it, and goes."""

    def __init__(self, destination: tuple[str, int], announcer: Announcer, send: Callable) -> None:
        self.destination = destination
        self.lists: list[EndpointList] = []
        self.over = False
        self._announcer = announcer
        self._send = send  # (data, destination)
        self._began_s: Optional[float] = None
        self._due: list[float] = []  # announcements
        self._gone_s = 0.0
        self._told = 0

    @property
    def began(self) -> bool:
        return self._began_s is not None

    def add(self, guid_prefix: bytes, endpoints: Endpoints) -> EndpointList:
        """Ask this participant, too."""
        own = Header(VERSION, VENDOR_PROBE, self._announcer.guid_prefix)
        self.lists.append(EndpointList(guid_prefix, own, endpoints))
        return self.lists[-1]

    def begin(self, at_s: float) -> None:
        self._began_s = at_s
        self._due = [at_s, *(at_s + later for later in AGAIN_S)]

    def due_s(self) -> Optional[float]:
        """When there is something to do; None when it is over or has not begun."""
        if self._began_s is None or self.over:
            return None
        due = [each.due_s() for each in self.lists]
        return min([self._began_s + PATIENCE_S, *self._due[:1], *(each for each in due if each is not None)])

    def put(self, written_ns: int, at_s: float) -> None:
        """Send what is due, or the withdrawal when all has come or the time is up."""
        if self._began_s is None or self.over:
            return
        if all(each.arrived for each in self.lists) or at_s >= self._began_s + PATIENCE_S:
            self.withdraw(at_s)
            return
        if self._due and at_s >= self._due[0]:
            self._due = [each for each in self._due if each > at_s]
            self._announce(written_ns, first=len(self._due) == len(AGAIN_S))
        for each in self.lists:
            self._tell(each.request(at_s))

    def withdraw(self, at_s: float) -> None:
        """Tell all there that the one who asked is gone."""
        if self._began_s is not None and not self.over:
            self._gone_s, self.over = at_s, True
            self._tell(self._announcer.withdrawal())

    def end_refused(self) -> None:
        """Nobody is there who could be told anything."""
        self.over = True

    def note(self, at_s: float) -> None:
        """Somebody there has written. After the withdrawal nobody should."""
        if self.over and at_s > self._gone_s + UNDER_WAY_S and self._told < TOLD_AGAIN:
            self._gone_s, self._told = at_s, self._told + 1
            self._tell(self._announcer.withdrawal())

    def _announce(self, written_ns: int, *, first: bool) -> None:
        """Say who asks, as long as there is somebody who has not answered."""
        if not all(each.heard for each in self.lists):
            self._tell(self._announcer.announcement(written_ns))
        for each in self.lists:
            if each.heard and not first:
                self._tell(each.question())

    def _tell(self, data: bytes) -> None:
        if data:
            with contextlib.suppress(OSError):  # it is asked again, and forgets the probe when its lease ends
                self._send(data, self.destination)


class EndpointsAsked:
    """The visits from one NIC."""

    def __init__(self, addresses: Collection[str], own: OwnPort, domain_id: int, name: str, token: Callable) -> None:
        """`addresses`: of which participants may be asked; `own`: a port for this alone; `token(bytes)`: randomness."""
        self._addresses = frozenset(addresses)
        self._own = own
        self._domain_id = domain_id
        self._name = name
        self._token = token
        self._endpoints = Endpoints()
        self._visits: list[Visit] = []
        self._asked: dict[bytes, tuple[Visit, EndpointList]] = {}  # by GUID prefix

    def consider(self, heard: Heard) -> None:
        """Ask a participant that was heard, if it is one that shall be asked and was not yet."""
        said, prefix = heard.participant, heard.header.guid_prefix
        if said is None or heard.departed or prefix in self._asked or len(self._asked) >= MAX_ASKED:
            return
        destination = self._destination(said) if heard.address in self._addresses else None
        if destination:
            visit = self._visit_to(destination)
            self._asked[prefix] = visit, visit.add(prefix, self._endpoints)

    @property
    def next_s(self) -> Optional[float]:
        """When there is something to send; None when all who shall be asked have been."""
        return min((due for due in (visit.due_s() for visit in self._visits) if due is not None), default=None)

    def put(self, written_ns: int, at_s: float) -> None:
        """Send what is due `at_s` seconds after the start."""
        for visit in self._visits:
            visit.put(written_ns, at_s)
        for visit in [visit for visit in self._visits if not visit.began][: AT_ONCE - self._under_way()]:
            self._own.failures.pop(visit.destination, None)  # of somebody who was there before
            visit.begin(at_s)
            visit.put(written_ns, at_s)

    def sockets(self) -> Iterator[tuple[socket.socket, int]]:
        """What to wait for: each socket with the events of `selectors`."""
        for sock in self._own.sockets():
            yield sock, selectors.EVENT_READ

    def receive(self, at_s: float) -> None:
        """Read all that has arrived."""
        for datagram in self._own.receive():
            self.hear(datagram, at_s)
        for visit in self._visits:
            if visit.began and not visit.over and visit.destination in self._own.failures:
                visit.end_refused()

    def hear(self, datagram: Datagram, at_s: float) -> None:
        """Note one datagram that came to the own port. Who was not asked has nothing to say here."""
        if datagram.address not in (*self._addresses, LOOPBACK):
            return
        try:
            for source, submessage in with_sources(parse_message(datagram.data, MAX_SUBMESSAGES)):
                if source in self._asked:
                    visit, asked = self._asked[source]
                    if not visit.over:
                        asked.hear(submessage, at_s)
                    visit.note(at_s)
        except RtpsError:
            return  # what is missing is asked for again, and in the end said to be missing

    def leave(self) -> None:
        """Withdraw from all, and close the port."""
        for visit in self._visits:
            visit.withdraw(math.inf)
        self._own.close()

    def as_result(self) -> dict:
        endpoints = sorted(self._endpoints.kept.values(), key=lambda each: (each.topic, each.kind, each.guid))
        asked = [(prefix, listed) for prefix, (visit, listed) in self._asked.items() if visit.began]
        return {
            "endpoints": [endpoint.as_result() for endpoint in endpoints],
            "endpoints_asked": [{"guid_prefix": prefix.hex(), "complete": each.complete} for prefix, each in asked],
            "endpoints_dropped": self._endpoints.dropped,
        }

    def _under_way(self) -> int:
        return sum(visit.began and not visit.over for visit in self._visits)

    def _destination(self, said: Participant) -> Optional[tuple[str, int]]:
        """Where the participant is asked; None when it is of another domain, or hands out nothing."""
        if said.domain_id not in (None, self._domain_id) or said.domain_tag:
            return None
        if (said.builtin_endpoints or 0) & _ANNOUNCERS != _ANNOUNCERS:
            return None
        named = (each for each in said.metatraffic_unicast if each.kind == UDP_V4 and each.address in self._addresses)
        return next(((each.address, each.port) for each in named if 1 <= each.port <= MAX_PORT), None)

    def _visit_to(self, destination: tuple[str, int]) -> Visit:
        """That which has not begun, or another: whoever has gone from there once is not let in again."""
        for visit in self._visits:
            if visit.destination == destination and not visit.began:
                return visit
        locator = Locator.udp_v4(self._own.address, self._own.port)
        prefix = VENDOR_PROBE + self._token(PREFIX_TAIL)
        announcer = Announcer(prefix, self._domain_id, locator, self._name, DETECTORS)
        self._visits.append(Visit(destination, announcer, self._own.send))
        return self._visits[-1]
