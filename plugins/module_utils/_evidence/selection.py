# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which packets are evidence, and how many of them are kept. Pure. Private to this collection."""

from __future__ import annotations

import struct
from typing import Iterable, Optional

UDP = 17
MOST = 8 << 20  # bytes of the file before compression, of all NICs of one probe
MOST_OF_ONE = MOST // 8  # of one conversation, so that a camera's images leave room for the rest
MAX_CONVERSATIONS = 4096  # that are counted by themselves; later ones count as one
_SMALLEST_UDP = 8
_FRAGMENT_OFFSET, _MORE_FRAGMENTS = 0x1FFF, 0x2000
_OTHERS = b"others"
# Classic BPF: load what the offset points to, compare, return. A packet's bytes begin with its IP header.
_LOAD_HALF, _LOAD_BYTE, _LOAD_HALF_INDEXED, _LOAD_HEADER_LENGTH = 0x28, 0x30, 0x48, 0xB1
_IF_EQUAL, _IF_BITS, _IF_ABOVE, _IF_AT_LEAST, _RETURN = 0x15, 0x45, 0x25, 0x35, 0x06
_ETHERTYPE_OF_PACKET = 0xFFFFF000  # where the kernel shows what it knows of it
_ETHERTYPE_IPV4 = 0x0800
_ALL, _NOTHING = 0xFFFF, 0
_INSTRUCTION = struct.Struct("=HBBI")


class Room:
    """What all NICs of one probe may keep together."""

    def __init__(self, most: int = MOST, most_of_one: int = MOST_OF_ONE) -> None:
        self._left, self._most_of_one = most, most_of_one
        self._taken: dict[bytes, int] = {}

    def take(self, conversation: bytes, size: int) -> bool:
        """Whether a packet of this conversation is to be kept; then its room is taken."""
        if conversation not in self._taken and len(self._taken) >= MAX_CONVERSATIONS:
            conversation = _OTHERS
        taken = self._taken.get(conversation, 0) + size
        if size > self._left or taken > self._most_of_one:
            return False
        self._taken[conversation] = taken
        self._left -= size
        return True


class Fragments:
    """Knows to which conversation the later fragments of a datagram belong, in which no port stands."""

    def __init__(self) -> None:
        self._of: dict[bytes, bytes] = {}

    def conversation(self, packet: bytes) -> Optional[bytes]:
        """Addresses and ports of an IPv4 packet that the kernel let pass; None for a fragment whose beginning it did not."""
        header = (packet[0] & 15) * 4 if packet else 0
        if header < 20 or len(packet) < header + _SMALLEST_UDP:
            return None
        flags = struct.unpack_from("!H", packet, 6)[0]
        datagram = packet[12:20] + packet[4:6]
        if flags & _FRAGMENT_OFFSET:
            return self._of.get(datagram)
        found = packet[12:20] + packet[header : header + 4]
        if flags & _MORE_FRAGMENTS:
            if len(self._of) >= MAX_CONVERSATIONS:
                self._of.clear()
            self._of[datagram] = found
        return found


def kernel_filter(ports: Iterable[tuple[int, int]]) -> bytes:
    """A program for SO_ATTACH_FILTER: IPv4 and UDP, from or to a port in one of the ranges, and all later fragments."""
    program = [
        (_LOAD_HALF, 0, 0, _ETHERTYPE_OF_PACKET),
        (_IF_EQUAL, 1, 0, _ETHERTYPE_IPV4),
        (_RETURN, 0, 0, _NOTHING),
        (_LOAD_BYTE, 0, 0, 9),
        (_IF_EQUAL, 1, 0, UDP),
        (_RETURN, 0, 0, _NOTHING),
        (_LOAD_HALF, 0, 0, 6),
        (_IF_BITS, 0, 1, _FRAGMENT_OFFSET),
        (_RETURN, 0, 0, _ALL),
        (_LOAD_HEADER_LENGTH, 0, 0, 0),
    ]
    merged = merge(ports)
    for place in (0, 2):  # of the sender's port, of the receiver's
        program.append((_LOAD_HALF_INDEXED, 0, 0, place))
        for first, last in merged:
            program += [(_IF_AT_LEAST, 0, 2, first), (_IF_ABOVE, 1, 0, last), (_RETURN, 0, 0, _ALL)]
    program.append((_RETURN, 0, 0, _NOTHING))
    return b"".join(_INSTRUCTION.pack(*each) for each in program)


def merge(ports: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same ports in as few ranges as there can be."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ports):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
