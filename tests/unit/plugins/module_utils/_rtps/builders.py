# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build datagrams, well-formed and otherwise, one fault at a time."""

from __future__ import annotations

import struct

PREFIX = bytes.fromhex("01ff00112233445566778899")
GUID = PREFIX + bytes.fromhex("000001c1")
HEADER = b"RTPS\x02\x03\x01\xff" + PREFIX
SPDP_WRITER = bytes.fromhex("000100c2")


def submessage(kind, body, flags=1, length=None):
    order = "<" if flags & 1 else ">"
    return struct.pack(order + "BBH", kind, flags, len(body) if length is None else length) + body


def parameter(pid, value, order="<", length=None):
    return struct.pack(order + "HH", pid, len(value) if length is None else length) + value


def parameters(*each, order="<", end=True):
    return b"".join(each) + (struct.pack(order + "HH", 1, 0) if end else b"")


def guid(order="<"):
    return parameter(0x50, GUID, order)


def cdr(text, order="<", length=None):
    raw = text if isinstance(text, bytes) else text.encode() + b"\0"
    return struct.pack(order + "I", len(raw) if length is None else length) + raw + bytes(-len(raw) % 4)


def data(payload=b"", flags=0x05, sequence=(0, 1), to_qos=16, inline=b"", writer=SPDP_WRITER):
    order = "<" if flags & 1 else ">"
    fixed = struct.pack(order + "HH", 0, to_qos) + bytes(4) + writer + struct.pack(order + "iI", *sequence)
    return submessage(0x15, fixed + inline + payload, flags)


def spdp(*each, order="<", flags=0x05, end=True, encapsulation=None, **rest):
    """A datagram with one SPDP sample that holds the GUID and the given parameters."""
    kind = encapsulation if encapsulation is not None else (3 if order == "<" else 2)
    payload = struct.pack(">HH", kind, 0) + parameters(guid(order), *each, order=order, end=end)
    return HEADER + data(payload, flags, **rest)
