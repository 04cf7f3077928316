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


PUBLICATIONS, SUBSCRIPTIONS = bytes.fromhex("000003c2"), bytes.fromhex("000004c2")


def numbers(*each, order="<"):
    """Sequence numbers."""
    return b"".join(struct.pack(order + "iI", number >> 32, number & 0xFFFFFFFF) for number in each)


def heartbeat(first, last, writer=PUBLICATIONS, order="<", count=1):
    body = bytes(4) + writer + numbers(first, last, order=order) + struct.pack(order + "I", count)
    return submessage(0x07, body, int(order == "<"))


def gap(start, end, bits="", writer=PUBLICATIONS, order="<"):
    """From start up to before end, and those from end on for which `bits` has a 1."""
    words = [int(bits[at : at + 32].ljust(32, "0"), 2) for at in range(0, len(bits), 32)]
    body = (
        bytes(4) + writer + numbers(start, end, order=order) + struct.pack(f"{order}I{len(words)}I", len(bits), *words)
    )
    return submessage(0x08, body, int(order == "<"))


def endpoint(
    *each, sequence=1, writer=PUBLICATIONS, order="<", flags=0x05, encapsulation=None, prefix=PREFIX, number=1
):
    """DATA(w) or DATA(r) with a GUID of its own for each number."""
    payload = endpoint_payload(*each, order=order, encapsulation=encapsulation, prefix=prefix, number=number)
    return data(payload, flags, (sequence >> 32, sequence & 0xFFFFFFFF), writer=writer)


def endpoint_payload(*each, order="<", encapsulation=None, prefix=PREFIX, number=1):
    kind = encapsulation if encapsulation is not None else (3 if order == "<" else 2)
    key = parameter(0x5A, prefix + number.to_bytes(3, "big") + b"\x03", order)
    return struct.pack(">HH", kind, 0) + parameters(key, *each, order=order)


def names(topic="rt/chatter", kind="std_msgs::msg::dds_::String_", order="<"):
    return parameter(0x05, cdr(topic, order), order) + parameter(0x07, cdr(kind, order), order)


def fragments(payload, size, sequence=1, writer=PUBLICATIONS, together=1, order="<"):
    """The DATA_FRAGs of a sample, each with so many fragments."""
    made = []
    for first in range(1, -(-len(payload) // size) + 1, together):
        fixed = struct.pack(order + "HH", 0, 28) + bytes(4) + writer + numbers(sequence, order=order)
        fixed += struct.pack(order + "IHHI", first, together, size, len(payload))
        part = payload[(first - 1) * size : (first - 1 + together) * size]
        made.append(submessage(0x16, fixed + part, int(order == "<")))
    return made


def asked_for(datagram):
    """What a datagram asks for: {writer: (base, numbers)} by ACKNACK, {(writer, sequence): fragments} by NACK_FRAG."""
    samples, parts, at = {}, {}, 20
    while at < len(datagram):
        kind, (length,) = datagram[at], struct.unpack_from("<H", datagram, at + 2)
        body = datagram[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == 0x06:
            base = int.from_bytes(body[12:16], "little")
            samples[body[4:8]] = base, _bits(body, 16, base)
        if kind == 0x12:
            first = int.from_bytes(body[16:20], "little")
            parts[body[4:8], int.from_bytes(body[12:16], "little")] = _bits(body, 20, first)
    return samples, parts


def _bits(body, at, base):
    (number,) = struct.unpack_from("<I", body, at)
    words = struct.unpack_from(f"<{-(-number // 32)}I", body, at + 4)
    return [base + each for each in range(number) if words[each // 32] >> (31 - each % 32) & 1]
