# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Foreign programs in a host: python3 -m lab.bench.probing.strangers KIND [ADDRESS].

owner: holds UDP port 7400 without sharing it; indexes: listens as participants do, and has the ports of all that rmw_cyclonedds
allows; noise: sends what is no RTPS to the group; clone: announces a participant whose GUID prefix is always the same, at
ADDRESS.
"""

from __future__ import annotations

import os
import socket
import sys
import time

GROUP, PORT = "239.255.0.1", 7400
PERIOD_S = 0.3
CYCLONE = bytes.fromhex("0110")
CLONED_PREFIX = CYCLONE + b"same-image"
LOCATOR_PORT = 7420
INDEX_PORTS = range(7410, 7410 + 2 * 33)


def main() -> None:
    """Be one until killed."""
    kind, address = sys.argv[1], sys.argv[2]
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if kind == "owner":
        sock.bind(("", PORT))
    held = _all_indexes(sock, address) if kind == "indexes" else []
    data = announcement(address) if kind == "clone" else b"status: all is well"
    print("here", len(held), flush=True)
    while True:
        if kind in ("noise", "clone"):
            sock.sendto(data, (GROUP, PORT))
        time.sleep(PERIOD_S)


def _all_indexes(listening: socket.socket, address: str) -> list[socket.socket]:
    """Take the ports of all participants, and listen for announcements."""
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("", PORT))
    membership = socket.inet_aton(GROUP) + socket.inet_aton(address)
    listening.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    held = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _port in INDEX_PORTS]
    for each, port in zip(held, INDEX_PORTS, strict=True):
        each.bind(("", port))
    return held


def announcement(address: str) -> bytes:
    """An SPDP announcement as a program copied with all its memory would make it."""
    sys.path.insert(0, os.environ["ANSIBLE_COLLECTIONS_PATH"])
    from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.announce import Announcer
    from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.locator import Locator

    return Announcer(CLONED_PREFIX, 0, Locator.udp_v4(address, LOCATOR_PORT), "camera").announcement(time.time_ns())


if __name__ == "__main__":
    main()
