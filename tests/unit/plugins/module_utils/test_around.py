# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What /proc says of a network namespace, as kernels print it."""

from __future__ import annotations

import socket
import sys

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _around
from ansible_collections.rosfleet.cluster.plugins.module_utils._around import UdpSocket

little_endian = pytest.mark.skipif(sys.byteorder != "little", reason="the texts are those of a little-endian machine")

UDP = """   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  100: 00000000:1CE8 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0000000000000000 0
  110: 0100007F:1CF2 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4712 2 0000000000000000 3
  cut: 0000
"""
IGMP = """Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter
1\tlo        :     2      V3
\t\t\t\t0100FFEF     1 0:00000000\t\t0
\t\t\t\t010000E0     1 0:00000000\t\t0
2\tros0      :     1      V3
\t\t\t\t010000E0     1 0:00000000\t\t0
"""
SNMP = """Ip: Forwarding DefaultTTL
Ip: 1 64
Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors
Udp: 10 1 0 12 {}
"""
NETSTAT = """TcpExt: SyncookiesSent IPReversePathFilter
TcpExt: 0 {}
"""


@little_endian
def test_sockets_and_groups_are_read_as_the_kernel_prints_them():
    assert _around.parse_udp(UDP) == [UdpSocket("0.0.0.0", 7400, 4711), UdpSocket("127.0.0.1", 7410, 4712)]
    assert _around.parse_groups(IGMP) == {"lo": ["239.255.0.1", "224.0.0.1"], "ros0": ["224.0.0.1"]}


@pytest.mark.parametrize("text", ["", "sl local\n", "Idx\tDevice\n1\n\t\tnot hex 1\n", "Udp: A\nIp: 1\n"])
def test_what_is_no_table_is_nothing(text):
    assert (_around.parse_udp(text), _around.parse_groups(text), _around.parse_counters(text)) == ([], {}, {})


@pytest.mark.parametrize(
    "text, ranges", [("\n", []), ("8080\n", [[8080, 8080]]), ("8080,9148-9200\n", [[8080, 8080], [9148, 9200]])]
)
def test_ranges_of_ports_are_read_as_the_kernel_prints_them(text, ranges):
    assert _around.parse_ranges(text) == ranges


def test_what_was_counted_meanwhile(tmp_path):
    def kernel(overflows, filtered):
        (tmp_path / "snmp").write_text(SNMP.format(overflows))
        (tmp_path / "netstat").write_text(NETSTAT.format(filtered))

    kernel(7, 2)
    around = _around.Around(counters=_around.Counters(str(tmp_path)))
    assert (around.as_result()["buffer_overflows"], around.as_result()["reverse_path_drops"]) == (None, None)
    kernel(9, 2)
    around.finish()
    assert (around.as_result()["buffer_overflows"], around.as_result()["reverse_path_drops"]) == (2, 0)


@pytest.mark.parametrize(
    "bound, seen",
    [
        ([("talker", 7400), ("talker", 7410), ("talker", 7411)], [(7400, 0), (7410, 0), (7411, 0)]),
        ([("talker", 8650), ("talker", 8660), ("talker", 8661)], [(8650, 5), (8660, 5), (8661, 5)]),
        ([("talker", 7412), ("talker", 7413)], [(7412, 0), (7413, 0)]),  # it keeps to its host
        ([("resolver", 40001), ("time", 40002)], []),  # ports that programs are given
        ([("talker", 7400), ("resolver", 7415)], [(7400, 0)]),
        ([("name server", 53), ("avahi", 5353)], []),
    ],
    ids=["domain 0", "domain 5", "no announcements", "ephemeral ports", "another program", "not DDS"],
)
def test_only_programs_that_take_part_in_dds_are_told(bound, seen):
    owners = dict(enumerate((program for program, _port in bound), start=1))
    sockets = [UdpSocket("0.0.0.0", port, inode) for inode, (_program, port) in enumerate(bound, start=1)]
    found = _around.dds_sockets(sockets, owners)
    assert [(each["port"], each["domain_id"]) for each in found] == seen
    assert all(each["program"] == "talker" for each in found)


def test_there_is_an_end_to_it():
    sockets = [UdpSocket("0.0.0.0", 7400 + 250 * (number % 200), number) for number in range(1000)]
    assert len(_around.dds_sockets(sockets, {})) == 64


def test_a_socket_is_found_with_its_owner_and_what_cannot_be_read_is_said(monkeypatch):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        assert f"(pid {_around.os.getpid()})" in str(_around.socket_owners()[_around.os.fstat(sock.fileno()).st_ino])
        (own,) = [
            each
            for each in _around.parse_udp(_around._read("/proc/thread-self/net/udp"))
            if each.port == sock.getsockname()[1]
        ]
        assert own.address == "127.0.0.1"
    around = _around.read_around("lo", {})
    around.finish()
    assert (around.error, around.as_result()["reverse_path_drops"] is not None) == ("", True)
    assert "cannot be read: " in _around.read_around("none0", {}).error
