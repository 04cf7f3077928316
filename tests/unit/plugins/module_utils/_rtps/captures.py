# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the captures of real DDS programs in tests/unit/fixtures/rtps/."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Iterator

FIXTURES = Path(__file__).parents[3] / "fixtures" / "rtps"
_LINK_HEADER = {1: 14, 276: 20}  # Ethernet, Linux cooked v2
_UDP = 17


def hex_datagrams(name: str) -> list[bytes]:
    """UDP payloads of a .hex file."""
    lines = (FIXTURES / f"{name}.hex").read_text().splitlines()
    return [bytes.fromhex(line) for line in lines if line and not line.startswith("#")]


def pcap_datagrams(name: str) -> list[tuple[str, str, int, bytes]]:
    """(source, destination, destination port, UDP payload) of the unfragmented IPv4 datagrams of a .pcap file."""
    return list(_read_pcap((FIXTURES / f"{name}.pcap").read_bytes()))


def _read_pcap(data: bytes) -> Iterator[tuple[str, str, int, bytes]]:
    magic, link = struct.unpack_from("<I", data)[0], struct.unpack_from("<I", data, 20)[0]
    assert magic == 0xA1B2C3D4, f"not a little-endian pcap file: {magic:08x}"
    at = 24
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at + 8)
        packet = data[at + 16 + _LINK_HEADER[link] : at + 16 + length]
        at += 16 + length
        if packet and packet[0] >> 4 == 4 and packet[9] == _UDP and not struct.unpack_from(">H", packet, 6)[0] & 0x3FFF:
            start = (packet[0] & 15) * 4
            port, size = struct.unpack_from(">HH", packet, start + 2)
            source, destination = (".".join(map(str, packet[i : i + 4])) for i in (12, 16))
            yield source, destination, port, packet[start + 8 : start + size]
