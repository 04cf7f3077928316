# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Datagram to header and submessages (DDSI-RTPS 2.5 section 8.3). No I/O. Private to this collection."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Iterator

from .errors import RtpsError
from .ids import FLAG_LITTLE_ENDIAN, INFO_SRC, INFO_TS, PAD

HEADER_SIZE = 20
MAX_DATAGRAM = 65507  # largest UDP payload over IPv4
MAX_SUBMESSAGES = 64


@dataclass(frozen=True)
class Header:
    """Who sent a datagram."""

    version: tuple[int, int]
    vendor_id: bytes  # 2 bytes
    guid_prefix: bytes  # 12 bytes

    def pack(self) -> bytes:
        return b"RTPS" + bytes(self.version) + self.vendor_id + self.guid_prefix


@dataclass(frozen=True)
class Submessage:
    """One submessage; `offset` is where its body begins in the datagram."""

    kind: int
    flags: int
    body: bytes
    offset: int = 0

    @property
    def order(self) -> str:
        """Byte order of the submessage's own fields, as struct names it."""
        return "<" if self.flags & FLAG_LITTLE_ENDIAN else ">"

    def pack(self) -> bytes:
        return struct.pack(self.order + "BBH", self.kind, self.flags, len(self.body)) + self.body


@dataclass(frozen=True)
class Message:
    """A whole datagram."""

    header: Header
    submessages: tuple[Submessage, ...]


def with_sources(message: Message) -> Iterator[tuple[bytes, Submessage]]:
    """Each submessage with the GUID prefix of whom it is of: one datagram may carry those of several. Raises RtpsError."""
    source = message.header.guid_prefix
    for submessage in message.submessages:
        if submessage.kind == INFO_SRC:
            if len(submessage.body) < 20:
                raise RtpsError("INFO_SRC cut short", submessage.offset)
            source = submessage.body[8:20]
        yield source, submessage


def parse_message(datagram: bytes, most: int = MAX_SUBMESSAGES) -> Message:
    """Header and at most so many submessages of one datagram. Raises RtpsError with the offset of the fault."""
    if len(datagram) > MAX_DATAGRAM:
        raise RtpsError(f"{len(datagram)} bytes are more than a UDP datagram holds")
    header = _parse_header(datagram)
    submessages = []
    offset = HEADER_SIZE
    while offset < len(datagram):
        if len(submessages) == most:
            raise RtpsError(f"more than {most} submessages", offset)
        submessage = _parse_submessage(datagram, offset)
        submessages.append(submessage)
        offset = submessage.offset + len(submessage.body)
    return Message(header, tuple(submessages))


def _parse_header(datagram: bytes) -> Header:
    if len(datagram) < HEADER_SIZE:
        raise RtpsError(f"header of {HEADER_SIZE} bytes cut short after {len(datagram)}", len(datagram))
    if datagram[:4] != b"RTPS":
        raise RtpsError(f"magic {datagram[:4]!r} instead of RTPS")
    if datagram[4] != 2:
        raise RtpsError(f"protocol version {datagram[4]}.{datagram[5]} instead of 2.x", 4)
    return Header((datagram[4], datagram[5]), datagram[6:8], datagram[8:20])


def _parse_submessage(datagram: bytes, offset: int) -> Submessage:
    if offset + 4 > len(datagram):
        raise RtpsError("submessage header cut short", offset)
    kind, flags = datagram[offset], datagram[offset + 1]
    (length,) = struct.unpack_from("<H" if flags & FLAG_LITTLE_ENDIAN else ">H", datagram, offset + 2)
    start = offset + 4
    if length == 0 and kind not in (PAD, INFO_TS):
        length = len(datagram) - start  # section 9.4.5.1.3: the last submessage may leave its length out
    if start + length > len(datagram):
        raise RtpsError(f"submessage 0x{kind:02x} of {length} bytes with {len(datagram) - start} left", offset)
    return Submessage(kind, flags, datagram[start : start + length], start)
