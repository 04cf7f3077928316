# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Probe many targets of one host at once: announce, ask, withdraw, listen. Private to this collection.

One loop over all sockets. Time, sockets and randomness are handed in, so that the loop runs under a fake clock.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Callable, Iterable, Iterator, Mapping, Optional, Sequence

from ._around import Around, read_around
from ._early import Early
from ._endpoints import OWN, EndpointsAsked
from ._evidence.capture import Capture
from ._evidence.selection import Room
from ._lan import address_on, parse_network
from ._netns import NetnsError, entered, find_pod_netns
from ._nics import Nic, NicsError, read_nics
from ._paths import Paths, PathsAsked, open_paths
from ._programs import Owner
from ._questions import Ask, Question, open_question
from ._rtps import ports, server_check
from ._rtps.announce import Announcer
from ._rtps.beacon import pack_beacon
from ._rtps.hearing import Hearing
from ._rtps.ids import PREFIX_TAIL, VENDOR_PROBE
from ._rtps.locator import Locator
from ._rtps.sockets import Endpoint, OwnPort, QueueError, SocketError
from ._timetable import ANNOUNCE, ASK, BEACON, WITHDRAW, Timetable

NOT_OPENED = "not asked, as the target could not be opened"
IN_CHECK_MODE = "not asked in check mode"
_PLACE = attrgetter("place")
NO_ENDPOINTS: dict = {"endpoints": [], "endpoints_asked": [], "endpoints_dropped": 0}


class TargetError(Exception):
    """A target cannot be probed."""


@dataclass(frozen=True)
class Target:
    """One NIC to probe, of the host or of a pod on it."""

    host: str  # inventory name
    scope: str  # "host" or "pod"
    network: str
    nic: str  # name inside the namespace
    pod: str = ""
    pod_uid: str = ""
    domain_id: int = 0
    subnet: str = ""  # the network's, where one is declared: the probe then speaks from its address there
    multicast: bool = True  # whether it announces itself to the group
    ask: tuple[Ask, ...] = ()  # whom it asks besides
    paths: Optional[PathsAsked] = None  # with which probes of the run it tries unicast
    endpoints: tuple[str, ...] = ()  # OWN or addresses: participants there are asked for their writers and readers
    run: str = ""  # token that the probes of one run share

    @property
    def label(self) -> str:
        """Name of the probe as a participant: who looks at the wire shall know what this is."""
        return ":".join(filter(None, ("rosfleet", self.host, self.scope, self.network, self.pod)))


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


def open_station(target: Target, token: Callable[[int], bytes]) -> Station:
    """Open one target's sockets in its namespace; what went wrong is in the station's errors."""
    try:
        with namespace_of(target):
            nic = usable_nic(target, read_nics())
            address = own_address(target, nic)
            endpoint = Endpoint(nic.name, nic.index, address, target.domain_id)
            prefix = VENDOR_PROBE + token(PREFIX_TAIL)
            locator = Locator.udp_v4(address, endpoint.own.port)
            announcer = Announcer(prefix, target.domain_id, locator, target.label)
            questions = [open_question(ask, nic.name, announcer, endpoint.own, token) for ask in target.ask]
            paths = open_paths(target.paths, nic.name, address, nic.mtu) if target.paths else None
            endpoints = open_endpoints(target, nic, address, token) if target.endpoints else None
    except (TargetError, NetnsError, NicsError, SocketError, OSError) as error:
        unopened = Paths(target.paths, error=NOT_OPENED) if target.paths else None
        questions = [Question(ask, NOT_OPENED) for ask in target.ask]
        return Station(target, errors=[str(error)], questions=questions, paths=unopened)
    hearing = Hearing(prefix, target.run)
    return Station(target, announcer, hearing, endpoint, questions=questions, paths=paths, endpoints=endpoints)


def open_endpoints(target: Target, nic: Nic, address: str, token: Callable[[int], bytes]) -> EndpointsAsked:
    """Call it inside the network namespace of the NIC. Raises SocketError."""
    own = [each.split("/")[0] for each in nic.addresses]
    addresses = {address for word in target.endpoints for address in (own if word == OWN else [word])}
    port = OwnPort(nic.name, address, of_host=not addresses.isdisjoint(own))
    return EndpointsAsked(addresses, port, target.domain_id, target.label, token)


def open_captures(stations: Sequence[Station]) -> list[Capture]:
    """A capture of each NIC, for all stations on it; what went wrong is in it."""
    room, captures = Room(), []
    for _nic, beside in groupby(sorted(stations, key=_PLACE), key=_PLACE):
        on_it = list(beside)
        target = on_it[0].target
        capture = Capture(f"{target.nic} of {target.pod}" if target.pod else target.nic, room)
        wanted = [ports for station in on_it for ports in station.ports()]
        try:
            with namespace_of(target):
                capture.open(target.nic, wanted)
        except (NetnsError, OSError) as error:
            capture.error = f"nothing was recorded on {capture.label}: {error}"
        on_it[0].capture = capture
        captures.append(capture)
    return captures


def look_around(target: Target, owners: Mapping[int, Owner]) -> Around:
    """What the target's namespace shows before the probe is there; `owners` gives the program of a socket's inode."""
    try:
        with namespace_of(target):
            return read_around(target.nic, owners, target.domain_id)
    except (NetnsError, OSError) as error:
        return Around(error=str(error))


def usable_nic(target: Target, nics: list[Nic]) -> Nic:
    """The target's NIC, able to carry what the probe sends. Raises TargetError."""
    where = f"{target.pod} on {target.host}" if target.pod else target.host
    nic = next((candidate for candidate in nics if candidate.name == target.nic), None)
    if nic is None:
        raise TargetError(f"{where} has no NIC {target.nic} (it has {', '.join(each.name for each in nics)}).")
    if not nic.up:
        raise TargetError(f"NIC {nic.name} of {where} is down. Bring it up with `ip link set {nic.name} up`.")
    if target.multicast and not nic.multicast:
        raise TargetError(f"NIC {nic.name} of {where} carries no multicast (flag MULTICAST is off).")
    if not nic.addresses:
        raise TargetError(f"NIC {nic.name} of {where} has no IPv4 address.")
    return nic


def own_address(target: Target, nic: Nic) -> str:
    """The address from which the probe speaks; a NIC without one in the target's subnet has only others to speak from."""
    inside = address_on(nic, parse_network(target.subnet)) if target.subnet else None
    return inside or nic.addresses[0].split("/")[0]


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
    early = Early(stations)
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


def namespace_of(target: Target):
    """The target's network namespace, to enter it by `with`. Raises NetnsError."""
    if target.scope == "pod":
        return entered(find_pod_netns(target.pod_uid))
    return contextlib.nullcontext()
