# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Locators: where a participant says that it can be reached (DDSI-RTPS 2.5 section 9.3.2). Private to this collection."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass

from .errors import RtpsError

UDP_V4 = 1
UDP_V6 = 2
SIZE = 24
KINDS = {UDP_V4: "UDPv4", UDP_V6: "UDPv6", 4: "TCPv4", 8: "TCPv6", 0x01000000: "RTI-SHMEM", 0x02000000: "Ethernet"}
SHARED_MEMORY = range(16, 32)  # Fast DDS: 16 up to 2.x, 16 + major version from 3.0


@dataclass(frozen=True)
class Locator:
    """One locator as it was sent; unknown kinds are kept, they are not faults."""

    kind: int
    port: int
    raw: bytes  # 16 bytes

    @classmethod
    def udp_v4(cls, address: str, port: int) -> Locator:
        return cls(UDP_V4, port, bytes(12) + socket.inet_aton(address))

    @property
    def address(self) -> str:
        """IP address in text, or the 16 bytes in hexadecimal for kinds that are no IP."""
        if self.kind in (UDP_V4, 4):
            return socket.inet_ntoa(self.raw[12:])
        if self.kind in (UDP_V6, 8):
            return socket.inet_ntop(socket.AF_INET6, self.raw)
        return self.raw.hex()

    def __str__(self) -> str:
        if self.kind in SHARED_MEMORY:
            return f"SHM({self.kind}):{self.port}"
        return f"{KINDS.get(self.kind, f'kind {self.kind}')}:{self.address}:{self.port}"

    def pack(self) -> bytes:
        """Little-endian bytes."""
        return struct.pack("<iI", self.kind, self.port) + self.raw


def parse_locator(value: bytes, order: str) -> Locator:
    if len(value) != SIZE:
        raise RtpsError(f"locator of {len(value)} bytes instead of {SIZE}")
    kind, port = struct.unpack_from(order + "iI", value)
    return Locator(kind, port, value[8:])
