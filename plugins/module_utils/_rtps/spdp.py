# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Participant discovery: what participants say of themselves (DDSI-RTPS 2.5 sections 8.5.3 and 9.6.2).

No I/O. Private to this collection. Whatever comes from the wire is an unauthenticated claim.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

from . import ids
from .data import Data, read_data, read_payload
from .errors import RtpsError
from .locator import Locator, parse_locator
from .message import Message, Submessage, with_sources
from .parameters import read_duration, read_properties, read_string, read_u32

MAX_LOCATORS = 16  # per kind of list


@dataclass(frozen=True)
class Participant:
    """A participant's announcement of itself."""

    guid_prefix: bytes
    sender_prefix: bytes  # differs from guid_prefix when somebody else passes the announcement on
    vendor_id: bytes
    version: tuple[int, int]
    domain_id: Optional[int] = None  # Fast DDS up to 2.x does not say
    domain_tag: str = ""
    name: str = ""
    lease_s: Optional[float] = None
    builtin_endpoints: Optional[int] = None
    metatraffic_unicast: tuple[Locator, ...] = ()
    metatraffic_multicast: tuple[Locator, ...] = ()
    default_unicast: tuple[Locator, ...] = ()
    default_multicast: tuple[Locator, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Departure:
    """A participant's word that it is gone."""

    guid_prefix: bytes


_TEXTS = {ids.PID_ENTITY_NAME: "name", ids.PID_DOMAIN_TAG: "domain_tag"}
_NUMBERS = {ids.PID_DOMAIN_ID: "domain_id", ids.PID_BUILTIN_ENDPOINT_SET: "builtin_endpoints"}
_LOCATOR_LISTS = {
    ids.PID_METATRAFFIC_UNICAST_LOCATOR: "metatraffic_unicast",
    ids.PID_METATRAFFIC_MULTICAST_LOCATOR: "metatraffic_multicast",
    ids.PID_DEFAULT_UNICAST_LOCATOR: "default_unicast",
    ids.PID_DEFAULT_MULTICAST_LOCATOR: "default_multicast",
}


def read_discovery(message: Message) -> list[Participant | Departure]:
    """The SPDP samples in a message, in order, each once even where a datagram repeats it. Raises RtpsError."""
    found: list[Participant | Departure] = []
    for source, submessage in with_sources(message):
        if submessage.kind == ids.DATA and _is_spdp(submessage):
            sample = _read_sample(read_data(submessage), source, message)
            if sample is not None and sample not in found:
                found.append(sample)
    return found


def _is_spdp(submessage: Submessage) -> bool:
    """The writer decides: some vendors address the SPDP reader, others nobody in particular."""
    return submessage.body[8:12] == ids.SPDP_WRITER


def _read_sample(data: Data, source: bytes, message: Message) -> Participant | Departure | None:
    parameters, order = read_payload(data) if data.payload else ([], data.order)
    guid = dict(parameters).get(ids.PID_PARTICIPANT_GUID, data.inline_qos.get(ids.PID_KEY_HASH, b""))
    if len(guid) != 16:
        raise RtpsError(f"participant GUID of {len(guid)} bytes instead of 16", data.payload_offset)
    if data.ends:
        return Departure(guid[:12])
    if not parameters:
        return None
    return _participant(guid[:12], source, message, parameters, order)


def _participant(
    guid_prefix: bytes, source: bytes, message: Message, parameters: list[tuple[int, bytes]], order: str
) -> Participant:
    values: dict = {}
    locators: dict[str, list[Locator]] = {}
    for pid, value in parameters:
        if pid in _TEXTS:
            values[_TEXTS[pid]] = read_string(value, order)[0]
        elif pid in _NUMBERS:
            values[_NUMBERS[pid]] = read_u32(value, order)
        elif pid in _LOCATOR_LISTS:
            listed = locators.setdefault(_LOCATOR_LISTS[pid], [])
            if len(listed) < MAX_LOCATORS:
                listed.append(parse_locator(value, order))
        elif pid == ids.PID_LEASE_DURATION:
            values["lease_s"] = read_duration(value, order)
        elif pid == ids.PID_PROPERTY_LIST:
            values["properties"] = read_properties(value, order)
    return Participant(
        guid_prefix=guid_prefix,
        sender_prefix=source,
        vendor_id=message.header.vendor_id,
        version=message.header.version,
        **values,
        **{name: tuple(listed) for name, listed in locators.items()},
    )
