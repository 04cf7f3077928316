# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one probe has heard: datagrams in, participants out. No I/O, no clock. Private to this collection."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Optional

from .beacon import Beacon, read_beacon
from .errors import RtpsError
from .ids import VENDOR_PROBE, vendor_name, vendor_text
from .locator import UDP_V4
from .message import Header, parse_message
from .parameters import printable
from .sockets import Datagram
from .sources import Sources
from .spdp import Departure, Participant, read_discovery

MAX_PARTICIPANTS = 1024  # of each kind: of the own run, that answered, and others
MULTICAST = "multicast"
UNICAST = "unicast"
# Where the vendors put the name of the sender's host and process.
_HOST_PROPERTIES = ("__Hostname", "fastdds.physical_data.host", "dds.sys_info.hostname")
_PROCESS_PROPERTIES = ("__ProcessName", "fastdds.physical_data.process", "dds.sys_info.process_id")


@dataclass
class Heard:
    """One participant as this probe knows it so far."""

    header: Header
    address: str
    first_heard_s: float
    ttl: Optional[int]
    paths: set = field(default_factory=set)
    participant: Optional[Participant] = None  # unknown while only beacons and answers to the own port came
    beacon: Optional[Beacon] = None
    departed: bool = False
    sources: Sources = field(default_factory=Sources)

    @property
    def same_run(self) -> bool:
        return bool(self.beacon and self.beacon.same_run)

    def as_result(self) -> dict:
        said = self.participant
        return {
            "guid_prefix": self.header.guid_prefix.hex(),
            "vendor": vendor_name(self.header.vendor_id),
            "vendor_id": vendor_text(self.header.vendor_id),
            "name": self._name(),
            "address": self.address,
            "ttl": self.ttl,
            "locators": list(said.unicast_locators) if said else [],
            "sources": self.sources.as_result(),
            "lease_s": said.lease_s if said else None,
            "domain_id": said.domain_id if said else None,
            "domain_tag": printable(said.domain_tag) if said else "",
            "host_claimed": self._property(_HOST_PROPERTIES),
            "process_claimed": self._property(_PROCESS_PROPERTIES),
            "translated": self._translated(),
            "departed": self.departed,
            "same_run": self.same_run,
            "first_heard_s": round(self.first_heard_s, 3),
            "paths": sorted(self.paths),
        }

    def note_beacon(self, beacon: Beacon, datagram: Datagram) -> None:
        """Whoever knows the run's token is at the address that it comes from, whoever used its GUID prefix before."""
        if self.same_run and not (beacon.same_run and datagram.address == self.address):
            return
        if beacon.same_run and datagram.address != self.address:
            self.address, self.ttl, self.participant = datagram.address, datagram.ttl, None
        self.beacon = beacon

    def note_sample(self, sample: Participant | Departure, address: str) -> None:
        if self.same_run and address != self.address:
            return
        if isinstance(sample, Participant):
            self.participant, self.departed = sample, False
        else:
            # A probe withdraws its announcements and goes on with beacons.
            self.departed = self.header.vendor_id != VENDOR_PROBE

    def _name(self) -> str:
        if self.participant and self.participant.name:
            return printable(self.participant.name)
        return self.beacon.name if self.beacon else ""

    def _property(self, names: tuple[str, ...]) -> str:
        properties = self.participant.properties if self.participant else {}
        return printable(next((properties[name] for name in names if name in properties), ""))

    def _translated(self) -> bool:
        """Whether the sender's address is none of those it names: an address translation lies between."""
        said = self.participant
        named = [locator.address for locator in said.metatraffic_unicast if locator.kind == UDP_V4] if said else []
        return bool(named) and self.address not in named


class Hearing:
    """All that one probe has heard, bounded, without the probe itself.

    Probes of the same run and participants that have answered are never forgotten; of others, those quiet the longest.
    """

    def __init__(self, own_prefix: bytes, run: str = "") -> None:
        self._own_prefix = own_prefix
        self._run = run
        self._same_run: OrderedDict[bytes, Heard] = OrderedDict()
        self._answering: OrderedDict[bytes, Heard] = OrderedDict()
        self._others: OrderedDict[bytes, Heard] = OrderedDict()
        self.forgotten = 0  # participants dropped for the bound
        self.malformed = 0
        self.first_malformed = ""

    def hear(self, datagram: Datagram, at_s: float) -> Optional[bytes]:
        """Note one datagram that came `at_s` seconds after the start. Malformed ones are counted, never raised.

        Returns the GUID prefix of its sender; None for a malformed one and for the probe's own.
        """
        try:
            message = parse_message(datagram.data)
            if message.header.guid_prefix == self._own_prefix:
                return None
            samples = read_discovery(message)
        except RtpsError as error:
            self.malformed += 1
            self.first_malformed = self.first_malformed or f"from {datagram.address}: {error}"
            return None
        beacon = read_beacon(message, self._run) if datagram.multicast else None
        first_hand = [sample for sample in samples if _first_hand(sample, message.header)]
        announced = any(isinstance(sample, Participant) for sample in first_hand)
        # Only a participant that has understood the probe's announcement can know the probe's own port.
        if beacon or announced or not datagram.multicast:
            self._note(message.header, datagram, at_s, beacon)
        heard = self.find(message.header.guid_prefix)
        if heard:
            said = next((sample for sample in first_hand if isinstance(sample, Participant)), None)
            heard.sources.note(datagram.address, at_s, said)
            for sample in first_hand:
                heard.note_sample(sample, datagram.address)
        return message.header.guid_prefix

    def as_result(self) -> list[dict]:
        everybody = [heard for room in self._rooms() for heard in room.values()]
        return [heard.as_result() for heard in sorted(everybody, key=lambda heard: heard.first_heard_s)]

    def of_run(self) -> list[Heard]:
        """The probes of the same run."""
        return list(self._same_run.values())

    def _rooms(self) -> tuple[OrderedDict[bytes, Heard], ...]:
        return self._same_run, self._answering, self._others

    def find(self, prefix: bytes) -> Optional[Heard]:
        """The participant with this GUID prefix, if it was heard."""
        return next((room[prefix] for room in self._rooms() if prefix in room), None)

    def _note(self, header: Header, datagram: Datagram, at_s: float, beacon: Optional[Beacon]) -> None:
        prefix = header.guid_prefix
        heard = self.find(prefix) or Heard(header, datagram.address, at_s, datagram.ttl)
        heard.paths.add(MULTICAST if datagram.multicast else UNICAST)
        if beacon:
            heard.note_beacon(beacon, datagram)
        for room in self._rooms():
            room.pop(prefix, None)
        self._room_for(heard)[prefix] = heard
        if len(self._others) > MAX_PARTICIPANTS:
            self._others.popitem(last=False)
            self.forgotten += 1

    def _room_for(self, heard: Heard) -> OrderedDict[bytes, Heard]:
        """Where it is kept: who floods the probe with answers takes no place from those who answered before."""
        wanted = self._same_run if heard.same_run else self._answering if UNICAST in heard.paths else self._others
        return wanted if len(wanted) < MAX_PARTICIPANTS else self._others


def _first_hand(sample: Participant | Departure, header: Header) -> bool:
    """Not passed on by somebody else (a discovery server, a relay, a forger)."""
    sender = sample.sender_prefix if isinstance(sample, Participant) else header.guid_prefix
    return sample.guid_prefix == sender == header.guid_prefix
