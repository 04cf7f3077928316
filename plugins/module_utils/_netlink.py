# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dumps of the kernel by netlink, of the network namespace that the calling thread is in.

Private to this collection. Constants and layouts: linux/netlink.h; see netlink(7).
"""

from __future__ import annotations

import os
import socket
import struct
from contextlib import contextmanager
from typing import Iterator

NLM_F_REQUEST_DUMP = 0x0001 | 0x0300
NLM_F_DUMP_INTR = 0x0010
NLMSG_ERROR = 2
NLMSG_DONE = 3
NLMSG_MIN_TYPE = 16  # below it are messages about messages

_HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_ATTRIBUTE = struct.Struct("=HH")  # length, type
_NESTED_BITS = 0xC000  # NLA_F_NESTED and NLA_F_NET_BYTEORDER are no part of the type
_DUMP_TRIES = 5
_TIMEOUT_S = 5.0


class NetlinkError(Exception):
    """The kernel refused or cut short a dump, or said what cannot be read."""


@contextmanager
def opened(protocol: int) -> Iterator[socket.socket]:
    """A socket to ask a part of the kernel (NETLINK_*) by; raises OSError where there is none to be had."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol) as sock:
        sock.settimeout(_TIMEOUT_S)
        sock.bind((0, 0))
        yield sock


def dump(sock: socket.socket, request: int, body: bytes) -> list[bytes]:
    """The bodies of a whole dump; taken again when an interface came or went meanwhile (NLM_F_DUMP_INTR).

    Raises NetlinkError when the kernel answers with an error.
    """
    for attempt in range(1, _DUMP_TRIES + 1):
        sock.send(_HEADER.pack(_HEADER.size + len(body), request, NLM_F_REQUEST_DUMP, attempt, 0) + body)
        bodies, interrupted = _receive_dump(sock, attempt)
        if not interrupted:
            return bodies
    raise NetlinkError(f"the interfaces of this host changed during each of {_DUMP_TRIES} readings. Try again.")


def attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and value of each attribute, in their order; raises NetlinkError at one whose length cannot be."""
    offset = 0
    while offset + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, offset)
        if length < _ATTRIBUTE.size or offset + length > len(data):
            raise NetlinkError(f"netlink attribute of {length} bytes at offset {offset} of {len(data)}")
        yield kind & ~_NESTED_BITS, data[offset + _ATTRIBUTE.size : offset + length]
        offset += _aligned(length)


def text(raw: bytes) -> str:
    """The text in an attribute, which ends with a zero."""
    return raw.split(b"\0", 1)[0].decode("utf-8", "replace")


def u32(raw: bytes) -> int:
    """The number in an attribute of 32 bits; 0 for one that is not there."""
    return struct.unpack("=I", raw)[0] if len(raw) == 4 else 0


def _receive_dump(sock: socket.socket, sequence: int) -> tuple[list[bytes], bool]:
    bodies: list[bytes] = []
    interrupted = False
    while True:
        for kind, flags, message_sequence, body in _messages(sock.recv(1 << 18)):
            if message_sequence != sequence:
                continue
            interrupted = interrupted or bool(flags & NLM_F_DUMP_INTR)
            if kind == NLMSG_DONE:
                return bodies, interrupted
            if kind == NLMSG_ERROR:
                code = -struct.unpack_from("=i", body)[0]
                raise NetlinkError(f"the kernel refused to list interfaces: {os.strerror(code)}")
            if kind >= NLMSG_MIN_TYPE:
                bodies.append(body)


def _messages(data: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    offset = 0
    while offset + _HEADER.size <= len(data):
        length, kind, flags, sequence, unused_port = _HEADER.unpack_from(data, offset)
        if length < _HEADER.size or offset + length > len(data):
            raise NetlinkError(f"netlink message of {length} bytes at offset {offset} of {len(data)}")
        yield kind, flags, sequence, data[offset + _HEADER.size : offset + length]
        offset += _aligned(length)


def _aligned(length: int) -> int:
    return (length + 3) & ~3
