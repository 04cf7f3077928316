# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One target of a probe with its open sockets: what it says, what it hears. Private to this collection. Nothing here waits."""

from __future__ import annotations

import selectors
import socket
from dataclasses import dataclass, field
from typing import Callable, Iterator, Optional

from ._endpoints import EndpointsAsked
from ._evidence.capture import Capture
from ._paths import Paths
from ._questions import Question
from ._rtps import ports, server_check
from ._rtps.announce import Announcer
from ._rtps.beacon import pack_beacon
from ._rtps.hearing import Hearing
from ._rtps.sockets import Endpoint, QueueError, SocketError
from ._targets import Target
from ._timetable import ANNOUNCE, ASK, BEACON, WITHDRAW

NO_ENDPOINTS: dict = {"endpoints": [], "endpoints_asked": [], "endpoints_dropped": 0}


@dataclass
class Station:
    """A target with its open sockets and what it has heard; without an endpoint when it could not be opened."""

    target: Target
    announcer: Optional[Announcer] = None
    hearing: Optional[Hearing] = None
    endpoint: Optional[Endpoint] = None
    errors: list = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)  # one for each of the target's `ask`, in order
    paths: Optional[Paths] = None  # None when the target has none
    endpoints: Optional[EndpointsAsked] = None  # None when nobody shall be asked for any
    capture: Optional[Capture] = None  # what the NIC carries, of one of the stations on it
    announced: bool = False  # to the group, and not yet withdrawn
    unsent: str = ""  # why the NIC's queue did not take the last datagram
    has_all: bool = False  # that it waits for; see _early.py
    met: int = 0  # so many probes of the run, when it last looked
    greetings: int = 0  # so many beacons that were for who had just begun
    known: bool = False  # somebody has been told of the probe, and not yet that it is gone

    @property
    def place(self) -> tuple[str, str]:
        """Which NIC it is on."""
        return self.target.pod_uid, self.target.nic

    def speak(self, act: str, written_ns: int, at_s: float) -> None:
        """Do what the timetable says, if the probe is one that does that; `at_s` seconds after the start."""
        if act == WITHDRAW:
            self.withdraw()
        if act == BEACON and self.announcer and self.target.multicast:
            self.send(pack_beacon(self.announcer.guid_prefix, self.target.label, self.target.run, self.has_all))
        if act in (ANNOUNCE, ASK) and self.announcer and self.target.multicast and not self.announced:
            self.announced = self.send(self.announcer.announcement(written_ns))
        self.known = self.known or act == ANNOUNCE
        if act in (ANNOUNCE, ASK):
            for question in self.questions:
                question.put(written_ns, at_s)

    def withdraw(self) -> None:
        """Tell everyone who was told of the probe that it is gone."""
        if not self.known or not self.announcer:
            return
        self.known = self.announced = False
        if self.target.multicast:
            self.send(self.announcer.withdrawal())
        for question in self.questions:
            question.withdraw()
        self.announcer.renew()

    def sockets(self) -> Iterator[tuple[socket.socket, int]]:
        """What to wait for: each socket with the events of `selectors`."""
        for sock in self.endpoint.sockets() if self.endpoint else ():
            yield sock, selectors.EVENT_READ
        for question in self.questions:
            yield from question.sockets()
        if self.paths:
            yield from self.paths.sockets()
        if self.endpoints:
            yield from self.endpoints.sockets()
        for sock in self.capture.sockets() if self.capture else ():
            yield sock, selectors.EVENT_READ

    def receive(self, now_s: Callable[[], float]) -> None:
        """Read all that has arrived; `now_s` tells the seconds since the start."""
        if self.endpoint and self.hearing:
            for datagram in self.endpoint.receive():
                sender = self.hearing.hear(datagram, now_s())
                heard = self.hearing.find(sender) if sender and self.endpoints else None
                if heard and self.endpoints:
                    self.endpoints.consider(heard)
                if sender and not datagram.multicast:
                    for question in self.questions:
                        question.hear(sender, datagram.address, now_s())
        for question in self.questions:
            question.receive(now_s())
        if self.paths:
            self.paths.receive()
        if self.endpoints:
            self.endpoints.receive(now_s())
        if self.capture:
            self.capture.receive()
        if not self.target.multicast and all(question.answered for question in self.questions):
            self.withdraw()

    def leave(self) -> None:
        """Withdraw and close everything."""
        self.withdraw()
        for question in self.questions:
            question.close()
        if self.paths:
            self.paths.close()
        if self.endpoints:
            self.endpoints.leave()
        if self.endpoint:
            self.endpoint.close()
        if self.capture:
            self.capture.close()

    def ports(self) -> Iterator[tuple[int, int]]:
        """Ranges of the UDP ports on which what concerns the probe and its domain goes to and fro."""
        yield ports.of_domain(self.target.domain_id)
        yield server_check.PORT, server_check.PORT
        asked = [question.port for question in self.questions if question.port]
        for port in (*asked, *(sock.getsockname()[1] for sock, _events in self.sockets())):
            yield port, port

    def send(self, data: bytes) -> bool:
        """Multicast `data`, and say whether that went; a failure is noted once, a full queue until it takes something again."""
        if self.endpoint is None:
            return False
        try:
            self.endpoint.send(data)
        except QueueError as error:
            self.unsent = str(error)
            return False
        except SocketError as error:
            if str(error) not in self.errors:
                self.errors.append(str(error))
            return False
        self.unsent = ""
        return True

    def as_result(self) -> dict:
        target, hearing = self.target, self.hearing
        return {
            "host": target.host,
            "scope": target.scope,
            "pod": target.pod,
            "network": target.network,
            "nic": target.nic,
            "domain_id": target.domain_id,
            "multicast": target.multicast,
            "address": self.endpoint.address if self.endpoint else None,
            "guid_prefix": self.announcer.guid_prefix.hex() if self.announcer else None,
            "port": self.endpoint.own.port if self.endpoint else None,
            "heard": hearing.as_result() if hearing else [],
            "malformed": hearing.malformed if hearing else 0,
            "first_malformed": hearing.first_malformed if hearing else "",
            "forgotten": hearing.forgotten if hearing else 0,
            "dropped": self.endpoint.dropped if self.endpoint else 0,
            "answers": [question.as_result() for question in self.questions],
            "paths": self.paths.as_result() if self.paths else None,
            **(self.endpoints.as_result() if self.endpoints else NO_ENDPOINTS),
            "errors": self.errors + ([self.unsent] if self.unsent else []),
        }
