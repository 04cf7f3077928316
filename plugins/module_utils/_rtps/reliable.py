# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The submessages with which a reliable writer and its reader agree on what has arrived (DDSI-RTPS 2.5 sections 8.3.8 and
9.4.5), as bytes. No I/O. Private to this collection.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Sequence

from . import ids
from .data import read_inline_qos, read_sample_head, read_sequence
from .errors import RtpsError
from .message import Submessage

MAX_SET = 256  # numbers that one set may speak of
MAX_SAMPLE = 65536  # bytes; what tells of an endpoint is far smaller
_HEARTBEAT_SIZE = 28
_GAP_SIZE = 28  # up to the set's bits
_FRAGMENT_SIZE = 32  # fixed part of DATA_FRAG
_WORD = 32


@dataclass(frozen=True)
class Heartbeat:
    """What a writer has: from first to last, nothing when last is first - 1."""

    writer: bytes  # entity id
    first: int
    last: int


@dataclass(frozen=True)
class Gap:
    """What the reader need not wait for: from start up to before end, and those that are listed."""

    writer: bytes
    start: int
    end: int
    listed: tuple[int, ...]


@dataclass(frozen=True)
class Fragment:
    """A part of a sample that is too large for one datagram: some fragments of equal size, counted from 1."""

    writer: bytes
    sequence: int
    first: int
    size: int  # of each but the sample's last
    sample_size: int
    inline_qos: dict[int, bytes]
    payload: bytes

    @property
    def total(self) -> int:
        """Of how many fragments the sample is."""
        return -(-self.sample_size // self.size)


def writer_of(submessage: Submessage) -> bytes:
    """The entity id of the writer that a submessage is about; empty when it is too short to say."""
    at = 8 if submessage.kind in (ids.DATA, ids.DATA_FRAG) else 4
    return submessage.body[at : at + 4]


def read_heartbeat(submessage: Submessage) -> Heartbeat:
    """Raises RtpsError."""
    body = submessage.body
    if len(body) < _HEARTBEAT_SIZE:
        raise RtpsError("HEARTBEAT cut short", submessage.offset)
    first, last = (read_sequence(body, at, submessage.order) for at in (8, 16))
    if first < 1 or last < first - 1:
        raise RtpsError(f"HEARTBEAT from {first} to {last}", submessage.offset + 8)
    return Heartbeat(body[4:8], first, last)


def read_gap(submessage: Submessage) -> Gap:
    """Raises RtpsError."""
    body, order = submessage.body, submessage.order
    if len(body) < _GAP_SIZE:
        raise RtpsError("GAP cut short", submessage.offset)
    start, end = (read_sequence(body, at, order) for at in (8, 16))
    (number,) = struct.unpack_from(order + "I", body, 24)
    words = -(-number // _WORD)
    if start < 1 or end < start or number > MAX_SET or _GAP_SIZE + 4 * words > len(body):
        raise RtpsError(f"GAP from {start} to {end} with {number} bits", submessage.offset + 8)
    bits = struct.unpack_from(f"{order}{words}I", body, _GAP_SIZE)
    listed = (at for at in range(number) if bits[at // _WORD] >> (_WORD - 1 - at % _WORD) & 1)
    return Gap(body[4:8], start, end, tuple(end + at for at in listed))


def read_fragment(submessage: Submessage) -> Fragment:
    """Raises RtpsError."""
    sequence, at = read_sample_head(submessage, _FRAGMENT_SIZE)
    first, number, size, sample_size = struct.unpack_from(submessage.order + "IHHI", submessage.body, 20)
    if min(first, number, size, sample_size) < 1 or sample_size > MAX_SAMPLE:
        raise RtpsError(f"DATA_FRAG {first} of {sample_size} bytes in {size}", submessage.offset + 20)
    qos, at = read_inline_qos(submessage, at)
    payload = submessage.body[at:]
    begin, end = (first - 1) * size, min((first - 1 + number) * size, sample_size)
    if begin >= end or len(payload) < end - begin:
        raise RtpsError(f"DATA_FRAG {first} with {len(payload)} bytes", submessage.offset + at)
    return Fragment(submessage.body[8:12], sequence, first, size, sample_size, qos, payload[: end - begin])


def pack_info_destination(guid_prefix: bytes) -> bytes:
    """What follows is for this participant alone."""
    return Submessage(ids.INFO_DST, ids.FLAG_LITTLE_ENDIAN, guid_prefix).pack()


def pack_acknack(reader: bytes, writer: bytes, base: int, missing: Sequence[int], count: int) -> bytes:
    """All before `base` are there, and those that are `missing`, from `base` on and within MAX_SET of it, are wanted.

    With none missing it asks for a heartbeat.
    """
    flags = ids.FLAG_LITTLE_ENDIAN | (ids.FLAG_FINAL if missing else 0)
    body = reader + writer + struct.pack("<iI", base >> 32, base & 0xFFFFFFFF) + _set(base, missing)
    return Submessage(ids.ACKNACK, flags, body + struct.pack("<I", count)).pack()


def pack_nack_frag(reader: bytes, writer: bytes, sequence: int, missing: Sequence[int], count: int) -> bytes:
    """These fragments of a sample are wanted; they lie within MAX_SET of the first of them."""
    body = reader + writer + struct.pack("<iI", sequence >> 32, sequence & 0xFFFFFFFF)
    body += struct.pack("<I", missing[0]) + _set(missing[0], missing) + struct.pack("<I", count)
    return Submessage(ids.NACK_FRAG, ids.FLAG_LITTLE_ENDIAN, body).pack()


def _set(base: int, numbers: Sequence[int]) -> bytes:
    """How many bits, and the bits."""
    length = max(numbers) - base + 1 if numbers else 0
    words = [0] * -(-length // _WORD)
    for number in numbers:
        word, bit = divmod(number - base, _WORD)
        words[word] |= 1 << (_WORD - 1 - bit)
    return struct.pack(f"<I{len(words)}I", length, *words)
