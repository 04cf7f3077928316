# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open what a probe needs of each target, in the target's network namespace. Private to this collection."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import Callable, Mapping, Sequence

from ._around import Around, read_around
from ._endpoints import OWN, EndpointsAsked
from ._evidence.capture import Capture
from ._evidence.selection import Room
from ._netlink import NetlinkError
from ._netns import NetnsError
from ._nics import Nic, read_nics
from ._paths import Paths, open_paths
from ._programs import Owner
from ._questions import Question, open_question
from ._rtps.announce import Announcer
from ._rtps.hearing import Hearing
from ._rtps.ids import PREFIX_TAIL, VENDOR_PROBE
from ._rtps.locator import Locator
from ._rtps.sockets import Endpoint, OwnPort, SocketError
from ._station import Station
from ._targets import Target, TargetError, namespace_of, own_address, usable_nic

NOT_OPENED = "not asked, as the target could not be opened"
_PLACE = attrgetter("place")


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
    except (TargetError, NetnsError, NetlinkError, SocketError, OSError) as error:
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
