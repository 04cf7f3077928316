# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameter lists and the CDR values in them (DDSI-RTPS 2.5 section 9.4.2.11). No I/O. Private to this collection."""

from __future__ import annotations

import struct

from .errors import RtpsError
from .ids import PID_PAD, PID_SENTINEL

MAX_PARAMETERS = 256
MAX_PROPERTIES = 64
MAX_NAME = 256  # bytes of a string that are kept
MAX_FRACTION = 2**32


def read_parameters(data: bytes, order: str, offset: int = 0) -> tuple[list[tuple[int, bytes]], int]:
    """Parameters of a list up to its sentinel, and how many bytes the list took.

    `offset` is where `data` begins in the datagram (for error messages only). Raises RtpsError.
    """
    parameters: list[tuple[int, bytes]] = []
    at = 0
    while True:
        if at + 4 > len(data):
            raise RtpsError("parameter list ends without a sentinel", offset + at)
        pid, length = struct.unpack_from(order + "HH", data, at)
        at += 4
        if pid == PID_SENTINEL:
            return parameters, at
        if length % 4 or at + length > len(data):
            raise RtpsError(f"parameter 0x{pid:04x} of {length} bytes with {len(data) - at} left", offset + at)
        if len(parameters) == MAX_PARAMETERS:
            raise RtpsError(f"more than {MAX_PARAMETERS} parameters", offset + at)
        if pid != PID_PAD:
            parameters.append((pid, data[at : at + length]))
        at += length


def pack_parameter(pid: int, value: bytes) -> bytes:
    """One little-endian parameter, padded to a multiple of four bytes."""
    padded = value + bytes(-len(value) % 4)
    return struct.pack("<HH", pid, len(padded)) + padded


def pack_list(parameters: list[tuple[int, bytes]]) -> bytes:
    """A little-endian list with its sentinel."""
    return b"".join(pack_parameter(pid, value) for pid, value in parameters) + struct.pack("<HH", PID_SENTINEL, 0)


def read_u32(value: bytes, order: str) -> int:
    if len(value) < 4:
        raise RtpsError(f"number of {len(value)} bytes instead of 4")
    return struct.unpack_from(order + "I", value)[0]


def read_duration(value: bytes, order: str, digits: int = 3) -> float:
    """Seconds of an RTPS Duration_t."""
    if len(value) < 8:
        raise RtpsError(f"duration of {len(value)} bytes instead of 8")
    seconds, fraction = struct.unpack_from(order + "iI", value)
    return round(seconds + fraction / MAX_FRACTION, digits)


def read_string(value: bytes, order: str, at: int = 0) -> tuple[str, int]:
    """A CDR string at `at` and where the next value begins. At most MAX_NAME bytes of it are kept."""
    if at + 4 > len(value):
        raise RtpsError("string length cut short", at)
    (length,) = struct.unpack_from(order + "I", value, at)
    start = at + 4
    if length > len(value) - start:
        raise RtpsError(f"string of {length} bytes with {len(value) - start} left", at)
    raw = value[start : start + length].split(b"\0", 1)[0][:MAX_NAME]
    return raw.decode("utf-8", "replace"), start + length + -length % 4


def pack_string(text: str) -> bytes:
    raw = text.encode()[: MAX_NAME - 1] + b"\0"
    return struct.pack("<I", len(raw)) + raw


def read_properties(value: bytes, order: str) -> dict[str, str]:
    """Name to value of a property sequence."""
    count = read_u32(value, order)
    if count > MAX_PROPERTIES:
        raise RtpsError(f"{count} properties are more than {MAX_PROPERTIES}")
    properties = {}
    at = 4
    for _unused in range(count):
        name, at = read_string(value, order, at)
        properties[name], at = read_string(value, order, at)
    return properties


def printable(text: str) -> str:
    """`text` from the wire with control and formatting characters escaped: it goes to terminals and files."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
