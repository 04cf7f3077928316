# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets as a file of Wireshark and tcpdump (pcapng). Pure. Private to this collection.

One file holds what several NICs have carried, each by its name. All have Linux's "cooked" link type, as not every NIC has
frames of Ethernet, and tcpdump reads no file in which link types differ.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Iterable, Iterator, Sequence

LINKTYPE_LINUX_SLL = 113
ETHERTYPE_IPV4 = 0x0800
SNAP_LENGTH = 65535 + 16
OVERHEAD = 32  # bytes of the file for each packet, beside its own
_SECTION, _INTERFACE, _STATISTICS, _PACKET = 0x0A0D0D0A, 1, 5, 6
_BYTE_ORDER = 0x1A2B3C4D
_UNKNOWN_LENGTH = -1
# Options, of all blocks, of a section, of an interface, of statistics.
_COMMENT, _USER_APPLICATION, _NAME, _RESOLUTION, _LEFT_OUT = 1, 4, 2, 9, 5
_NANOSECONDS = 9  # as a power of ten
_COOKED = struct.Struct("!HHH8sH")  # packet type, hardware type, length of the address, address, protocol


@dataclass(frozen=True)
class Packet:
    """One packet as a NIC carried it."""

    nic: int  # its place in the list of NICs
    at_ns: int  # since 1970
    data: bytes  # with its link header


@dataclass(frozen=True)
class Nic:
    """One NIC of the file."""

    name: str
    left_out: int = 0  # packets that it carried and the file has not


def cooked_header(kind: int, hardware: int, address: bytes) -> bytes:
    """The link header of an IPv4 packet: to whom (0 us, 1 all, 2 a group, 3 another, 4 from us), ARPHRD, the sender's."""
    return _COOKED.pack(kind, hardware, min(len(address), 8), address[:8], ETHERTYPE_IPV4)


def pack_file(application: str, comment: str, nics: Sequence[Nic], packets: Iterable[Packet]) -> Iterator[bytes]:
    """The file, block by block."""
    told = _options((_COMMENT, comment.encode()), (_USER_APPLICATION, application.encode()))
    yield _block(_SECTION, struct.pack("<IHHq", _BYTE_ORDER, 1, 0, _UNKNOWN_LENGTH) + told)
    for nic in nics:
        named = _options((_NAME, nic.name.encode()), (_RESOLUTION, bytes([_NANOSECONDS])))
        yield _block(_INTERFACE, struct.pack("<HHI", LINKTYPE_LINUX_SLL, 0, SNAP_LENGTH) + named)
    last_ns = 0
    for packet in packets:
        last_ns = packet.at_ns
        head = (
            struct.pack("<I", packet.nic) + _time(packet.at_ns) + struct.pack("<II", len(packet.data), len(packet.data))
        )
        yield _block(_PACKET, head + _padded(packet.data))
    for number, nic in enumerate(nics):
        counted = _options((_LEFT_OUT, struct.pack("<Q", nic.left_out)))
        yield _block(_STATISTICS, struct.pack("<I", number) + _time(last_ns) + counted)


def _time(at_ns: int) -> bytes:
    return struct.pack("<II", at_ns >> 32 & 0xFFFFFFFF, at_ns & 0xFFFFFFFF)


def _options(*options: tuple[int, bytes]) -> bytes:
    packed = (struct.pack("<HH", code, len(value)) + _padded(value) for code, value in options)
    return b"".join(packed) + bytes(4)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _block(kind: int, body: bytes) -> bytes:
    length = len(body) + 12
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)
