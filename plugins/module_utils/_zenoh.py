# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The opening of a Zenoh session over TCP: the question and the router's answer. No I/O. Private to this collection.

A message is its length (u16, little-endian) and its body. The body of the opening: kind and flags (u8), protocol version
(u8), size of the sender's id minus one in the high half and who it is in the low two bits (u8), the id. Source:
zenoh-protocol, transport/init.rs; checked with the router of Zenoh 1.
"""

from __future__ import annotations

import struct

PORT = 7447  # where a router listens that was not told otherwise
ID_SIZE = 4  # bytes of the probe's own id, 1 to 16
_VERSION = 9
_INIT, _CLOSE = 0x01, 0x03
_KIND = 0x1F  # the rest of the byte is flags
_ACK = 0x20
_ROUTER, _CLIENT = 0, 2
_WHO = {_ROUTER: "router", 1: "peer", _CLIENT: "client"}
_LENGTH_SIZE, _FIXED_SIZE = 2, 3


class ZenohError(ValueError):
    """What came is no router's answer."""


def opening(own_id: bytes) -> bytes:
    """InitSyn of a client, which a router answers with its own id."""
    body = bytes([_INIT, _VERSION, (len(own_id) - 1) << 4 | _CLIENT]) + own_id
    return struct.pack("<H", len(body)) + body


def read_router_id(received: bytes) -> str:
    """The router's id as Zenoh prints it, from what came so far; "" as long as that is too little. Raises ZenohError."""
    body = received[_LENGTH_SIZE:]
    if not body:
        return ""
    if body[0] & _KIND == _CLOSE:
        raise ZenohError("closed by Zenoh instead of opened")
    if body[0] & _KIND != _INIT or not body[0] & _ACK:
        raise ZenohError("not the answer of a Zenoh router")
    if len(body) < _FIXED_SIZE:
        return ""
    who, size = body[2] & 0x03, (body[2] >> 4) + 1
    if who != _ROUTER:
        raise ZenohError(f"answered by a Zenoh {_WHO.get(who, 'node')}, not by a router")
    own_id = body[_FIXED_SIZE : _FIXED_SIZE + size]
    # Zenoh takes an id for a little-endian number.
    return f"{int.from_bytes(own_id, 'little'):x}" if len(own_id) == size else ""
