# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is Zenoh's among the sockets that the kernel lists."""

from __future__ import annotations

import socket

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _zenoh_sockets
from ansible_collections.rosfleet.cluster.plugins.module_utils._programs import Owner
from ansible_collections.rosfleet.cluster.plugins.module_utils._zenoh_sockets import TcpSocket

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
REST = "00000000:00000000 00:00000000 00000000     0        0 {} 1 0000000000000000 100 0 0 10 0\n"
TCP = (
    f"{HEAD}"
    f"   0: 00000000:1D17 00000000:0000 0A {REST.format(4711)}"
    f"   1: 02004D0A:B0CE 01004D0A:1D17 01 {REST.format(4712)}"
    f"   0: 00000000000000000000000000000000:1D17 00000000000000000000000000000000:0000 0A {REST.format(4713)}"
    "   cut: 00\n"
)
OWNERS = {1: Owner(7, "zenohd"), 2: Owner(9, "node")}


def test_sockets_are_read_as_the_kernel_prints_them():
    assert _zenoh_sockets.parse_tcp(TCP) == [
        TcpSocket(7447, 0, "0A", 4711),
        TcpSocket(0xB0CE, 7447, "01", 4712),
        TcpSocket(7447, 0, "0A", 4713),
    ]
    assert _zenoh_sockets.parse_tcp(HEAD) == []


def test_an_own_socket_is_found():
    with socket.create_server(("127.0.0.1", 0)) as server, open("/proc/thread-self/net/tcp") as file:
        found = [each for each in _zenoh_sockets.parse_tcp(file.read()) if each.port == server.getsockname()[1]]
    assert [each.state for each in found] == ["0A"] and found[0].inode > 0


@pytest.mark.parametrize(
    "tcp, udp, told",
    [
        ([TcpSocket(7447, 0, "0A", 1)], [], [("router", "zenohd (pid 7)")]),
        ([TcpSocket(40000, 7447, "01", 2)], [], [("session", "node (pid 9)")]),
        ([TcpSocket(7447, 40000, "01", 1)], [], []),  # a router's own end
        ([TcpSocket(40000, 7447, "02", 2), TcpSocket(40001, 7447, "06", 0)], [], []),  # not opened, over
        ([TcpSocket(80, 0, "0A", 1)], [(7400, 1)], []),
        ([], [(7446, 2), (7446, 2), (7446, 5)], [("scouting", "node (pid 9)"), ("scouting", "")]),
    ],
)
def test_what_is_of_zenoh(tcp, udp, told):
    found = _zenoh_sockets.zenoh_sockets(tcp, udp, OWNERS)
    assert [(each["use"], each["program"]) for each in found] == told


def test_there_is_an_end_to_it():
    owners = {number: Owner(number, "node") for number in range(99)}
    sockets = [TcpSocket(40000, 7447, "01", number) for number in range(99)]
    assert len(_zenoh_sockets.zenoh_sockets(sockets, [], owners)) == 16
