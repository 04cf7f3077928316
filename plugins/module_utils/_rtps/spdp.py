# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Participant discovery: what participants say of themselves (DDSI-RTPS 2.5 sections 8.5.3 and 9.6.2).

No I/O. Private to this collection. Whatever comes from the wire is an unauthenticated claim.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Optional

from . import ids
from .errors import RtpsError
from .locator import Locator, parse_locator
from .message import Message, Submessage
from .parameters import read_duration, read_parameters, read_properties, read_string, read_u32

DATA_FIXED_SIZE = 20  # extra flags 2, offset to inline QoS 2, reader 4, writer 4, sequence number 8
OFFSET_FIELDS_END = 4  # the offset to the inline QoS counts from here
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

    @property
    def unicast_locators(self) -> tuple[str, ...]:
        """Where it says that it can be reached, each once."""
        return tuple(dict.fromkeys(str(each) for each in self.metatraffic_unicast + self.default_unicast))


@dataclass(frozen=True)
class Departure:
    """A participant's word that it is gone."""

    guid_prefix: bytes


@dataclass(frozen=True)
class _Data:
    inline_qos: dict[int, bytes]
    order: str  # of the inline QoS
    payload: bytes
    payload_offset: int


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
    source = message.header.guid_prefix
    for submessage in message.submessages:
        if submessage.kind == ids.INFO_SRC:
            source = _info_source(submessage)
        if submessage.kind == ids.DATA and _is_spdp(submessage):
            sample = _read_sample(_read_data(submessage), source, message)
            if sample is not None and sample not in found:
                found.append(sample)
    return found


def _info_source(submessage: Submessage) -> bytes:
    if len(submessage.body) < 20:
        raise RtpsError("INFO_SRC cut short", submessage.offset)
    return submessage.body[8:20]


def _is_spdp(submessage: Submessage) -> bool:
    """The writer decides: some vendors address the SPDP reader, others nobody in particular."""
    return submessage.body[8:12] == ids.SPDP_WRITER


def _read_data(submessage: Submessage) -> _Data:
    body = submessage.body
    if len(body) < DATA_FIXED_SIZE:
        raise RtpsError("DATA cut short", submessage.offset)
    (to_inline_qos,) = struct.unpack_from(submessage.order + "H", body, 2)
    high, low = struct.unpack_from(submessage.order + "iI", body, 12)
    if (high << 32) + low < 1:
        raise RtpsError(f"sequence number {(high << 32) + low}", submessage.offset + 12)
    at = OFFSET_FIELDS_END + to_inline_qos
    if at < DATA_FIXED_SIZE or at > len(body):
        raise RtpsError(f"inline QoS at {at} of {len(body)} bytes", submessage.offset + 2)
    qos: dict[int, bytes] = {}
    if submessage.flags & ids.FLAG_INLINE_QOS:
        parameters, taken = read_parameters(body[at:], submessage.order, submessage.offset + at)
        qos = dict(parameters)
        at += taken
    has_payload = submessage.flags & (ids.FLAG_DATA | ids.FLAG_KEY)
    return _Data(qos, submessage.order, body[at:] if has_payload else b"", submessage.offset + at)


def _read_sample(data: _Data, source: bytes, message: Message) -> Participant | Departure | None:
    parameters, order = _read_payload(data) if data.payload else ([], data.order)
    status = data.inline_qos.get(ids.PID_STATUS_INFO, bytes(4))
    guid = dict(parameters).get(ids.PID_PARTICIPANT_GUID, data.inline_qos.get(ids.PID_KEY_HASH, b""))
    if len(guid) != 16:
        raise RtpsError(f"participant GUID of {len(guid)} bytes instead of 16", data.payload_offset)
    if status[-1:] and status[-1] & (ids.STATUS_DISPOSED | ids.STATUS_UNREGISTERED):
        return Departure(guid[:12])
    if not parameters:
        return None
    return _participant(guid[:12], source, message, parameters, order)


def _read_payload(data: _Data) -> tuple[list[tuple[int, bytes]], str]:
    if len(data.payload) < 4:
        raise RtpsError("encapsulation header cut short", data.payload_offset)
    (encapsulation,) = struct.unpack_from(">H", data.payload)
    if encapsulation not in (ids.PL_CDR_BE, ids.PL_CDR_LE):
        raise RtpsError(f"encapsulation 0x{encapsulation:04x} instead of a parameter list", data.payload_offset)
    order = "<" if encapsulation == ids.PL_CDR_LE else ">"
    parameters, unused = read_parameters(data.payload[4:], order, data.payload_offset + 4)
    return parameters, order


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
