# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one probe has heard: datagrams in, participants out. No I/O, no clock. Private to this collection."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Optional

from .errors import RtpsError
from .ids import vendor_name, vendor_text
from .locator import UDP_V4
from .message import Header, parse_message
from .parameters import printable
from .sockets import Datagram
from .spdp import Participant, read_discovery

MAX_PARTICIPANTS = 1024
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
    participant: Optional[Participant] = None  # unknown while only answers to the own port came

    def as_result(self) -> dict:
        said = self.participant
        locators = said.metatraffic_unicast + said.default_unicast if said else ()
        return {
            "guid_prefix": self.header.guid_prefix.hex(),
            "vendor": vendor_name(self.header.vendor_id),
            "vendor_id": vendor_text(self.header.vendor_id),
            "name": printable(said.name) if said else "",
            "address": self.address,
            "ttl": self.ttl,
            "locators": list(OrderedDict.fromkeys(str(locator) for locator in locators)),
            "lease_s": said.lease_s if said else None,
            "domain_id": said.domain_id if said else None,
            "domain_tag": printable(said.domain_tag) if said else "",
            "host_claimed": self._property(_HOST_PROPERTIES),
            "process_claimed": self._property(_PROCESS_PROPERTIES),
            "translated": self._translated(),
            "first_heard_s": round(self.first_heard_s, 3),
            "paths": sorted(self.paths),
        }

    def _property(self, names: tuple[str, ...]) -> str:
        properties = self.participant.properties if self.participant else {}
        return printable(next((properties[name] for name in names if name in properties), ""))

    def _translated(self) -> bool:
        """Whether the sender's address is none of those it names: an address translation lies between."""
        said = self.participant
        named = [locator.address for locator in said.metatraffic_unicast if locator.kind == UDP_V4] if said else []
        return bool(named) and self.address not in named


class Hearing:
    """All that one probe has heard, bounded, without the probe itself."""

    def __init__(self, own_prefix: bytes) -> None:
        self._own_prefix = own_prefix
        self._heard: OrderedDict[bytes, Heard] = OrderedDict()
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
        # Only a participant that has understood the probe's announcement can know the probe's own port.
        if not datagram.multicast:
            self._note(message.header, datagram, at_s)
        for sample in samples:
            if isinstance(sample, Participant) and _first_hand(sample, message.header):
                self._note(message.header, datagram, at_s).participant = sample
        return message.header.guid_prefix

    def as_result(self) -> list[dict]:
        return [heard.as_result() for heard in sorted(self._heard.values(), key=lambda heard: heard.first_heard_s)]

    def _note(self, header: Header, datagram: Datagram, at_s: float) -> Heard:
        heard = self._heard.get(header.guid_prefix)
        if heard is None:
            heard = self._heard[header.guid_prefix] = Heard(header, datagram.address, at_s, datagram.ttl)
        heard.paths.add(MULTICAST if datagram.multicast else UNICAST)
        self._heard.move_to_end(header.guid_prefix)
        if len(self._heard) > MAX_PARTICIPANTS:
            self._heard.popitem(last=False)
            self.forgotten += 1
        return heard


def _first_hand(participant: Participant, header: Header) -> bool:
    """Not passed on by somebody else (a discovery server, a relay, a forger)."""
    return participant.guid_prefix == participant.sender_prefix == header.guid_prefix
