# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets of UDP as a NIC carries them, for the tests of what is recorded."""

from __future__ import annotations

import socket
import struct


def udp(source="10.0.0.1", destination="10.0.0.2", ports=(40000, 7400), size=64, offset=0, more=False, number=7):
    """An IPv4 packet; of a later fragment (`offset` bytes of the datagram are before it) without a UDP header."""
    payload = bytes(size) if offset else struct.pack("!HHHH", *ports, 8 + size, 0) + bytes(size)
    flags = (0x2000 if more else 0) | offset // 8
    addresses = socket.inet_aton(source) + socket.inet_aton(destination)
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), number, flags, 64, 17, 0) + addresses
    return header + payload
