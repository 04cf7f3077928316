# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes over the cable between the two network namespaces."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from dataclasses import dataclass

from ansible_collections.rosfleet.cluster.plugins.module_utils._netns import entered

from .programs import THERE

LEFT_S = 0.5  # what was under way when the probe left may still come, late from a busy machine
ETH_P_ALL, ETH_P_IP = 0x0003, 0x0800
PACKET_OUTGOING = 4
DESTINATION = 16  # where its first byte is in an IPv4 packet
UDP_HEADER = 8
LOWEST_MULTICAST = 224


@dataclass(frozen=True)
class Packet:
    """A datagram between the probe and whom it asks."""

    at_s: float  # by time.monotonic
    sent: bool  # by the probe
    size: int  # of the payload
    multicast: bool = False


class Cable:
    """All unicast over UDP that passes the probe's end of the cable while this listens; and all multicast, if that is asked."""

    def __init__(self, multicast=False):
        self.packets = []
        self._first_of_others = 256 if multicast else LOWEST_MULTICAST
        with entered(f"/run/netns/{THERE}"):
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)
            self._socket.bind(("ros0", ETH_P_ALL))  # with less, what is sent is not seen
        self._socket.settimeout(0.1)
        self._ended = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        while not self._ended.is_set():
            with contextlib.suppress(TimeoutError):
                data, (_nic, protocol, kind, *_address) = self._socket.recvfrom(65535)
                head = (data[0] & 15) * 4
                if protocol == ETH_P_IP and data[9] == socket.IPPROTO_UDP and data[DESTINATION] < self._first_of_others:
                    size = int.from_bytes(data[head + 4 : head + 6], "big") - UDP_HEADER
                    multicast = data[DESTINATION] >= LOWEST_MULTICAST
                    self.packets.append(Packet(time.monotonic(), kind == PACKET_OUTGOING, size, multicast))

    def close(self):
        self._ended.set()
        self._reader.join()
        self._socket.close()
