# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The probe's own announcement and its withdrawal, as bytes. No I/O. Private to this collection.

The layout is the smallest that Cyclone DDS and Fast DDS answer. No vendor properties, and no locator but the
probe's own: answers go to the locators in the payload, so a foreign one would turn peers into reflectors.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from . import ids
from .locator import Locator
from .message import Header, Submessage
from .parameters import pack_list, pack_string

VERSION = (2, 3)
LEASE_S = 10  # short, so that a killed probe vanishes
# Less draws no answer, more draws endpoint traffic.
BUILTIN_ENDPOINTS = ids.PARTICIPANT_ANNOUNCER | ids.PARTICIPANT_DETECTOR
_NANOSECONDS = 10**9
_ENCAPSULATION = struct.pack(">HH", ids.PL_CDR_LE, 0)
_OFFSET_TO_QOS = 16


@dataclass
class Announcer:
    """One probe as a participant, which comes and goes: each withdrawal ends what the announcements before it began."""

    guid_prefix: bytes  # 12 bytes, fresh for each run: peers remember prefixes that left
    domain_id: int
    locator: Locator  # the probe's own socket
    name: str
    builtin_endpoints: int = BUILTIN_ENDPOINTS
    sequence: int = 1  # of the announcement, and with it of its withdrawal: peers pass over what they have had

    @property
    def guid(self) -> bytes:
        return self.guid_prefix + ids.ENTITY_PARTICIPANT

    def announcement(self, written_ns: int) -> bytes:
        """SPDP DATA(p); `written_ns` is the time of writing, nanoseconds since the epoch."""
        parameters = [
            (ids.PID_PROTOCOL_VERSION, bytes(VERSION) + bytes(2)),
            (ids.PID_VENDOR_ID, ids.VENDOR_PROBE + bytes(2)),
            (ids.PID_PARTICIPANT_GUID, self.guid),
            (ids.PID_DOMAIN_ID, struct.pack("<I", self.domain_id)),
            (ids.PID_METATRAFFIC_UNICAST_LOCATOR, self.locator.pack()),
            (ids.PID_DEFAULT_UNICAST_LOCATOR, self.locator.pack()),
            (ids.PID_LEASE_DURATION, struct.pack("<iI", LEASE_S, 0)),
            (ids.PID_BUILTIN_ENDPOINT_SET, struct.pack("<I", self.builtin_endpoints)),
            (ids.PID_ENTITY_NAME, pack_string(self.name)),
        ]
        flags = ids.FLAG_LITTLE_ENDIAN | ids.FLAG_DATA
        return self._header() + _timestamp(written_ns) + spdp_data(flags, self.sequence, b"", pack_list(parameters))

    def withdrawal(self) -> bytes:
        """DATA(p[UD]): every peer forgets the probe at once and stops talking to it."""
        status = struct.pack(">I", ids.STATUS_DISPOSED | ids.STATUS_UNREGISTERED)
        inline_qos = pack_list([(ids.PID_KEY_HASH, self.guid), (ids.PID_STATUS_INFO, status)])
        flags = ids.FLAG_LITTLE_ENDIAN | ids.FLAG_INLINE_QOS | ids.FLAG_KEY
        key = pack_list([(ids.PID_PARTICIPANT_GUID, self.guid)])
        return self._header() + spdp_data(flags, self.sequence + 1, inline_qos, key)

    def renew(self) -> None:
        """What is announced from now on comes after the withdrawal."""
        self.sequence += 2

    def _header(self) -> bytes:
        return Header(VERSION, ids.VENDOR_PROBE, self.guid_prefix).pack()


def _timestamp(written_ns: int) -> bytes:
    seconds, rest = divmod(written_ns, _NANOSECONDS)
    return Submessage(
        ids.INFO_TS, ids.FLAG_LITTLE_ENDIAN, struct.pack("<II", seconds, (rest << 32) // _NANOSECONDS)
    ).pack()


def spdp_data(flags: int, sequence: int, inline_qos: bytes, parameters: bytes) -> bytes:
    """The DATA of the SPDP writer with this sequence number, for whichever reader."""
    fixed = struct.pack("<HH", 0, _OFFSET_TO_QOS) + ids.ENTITY_UNKNOWN + ids.SPDP_WRITER
    fixed += struct.pack("<iI", 0, sequence)
    return Submessage(ids.DATA, flags, fixed + inline_qos + _ENCAPSULATION + parameters).pack()
