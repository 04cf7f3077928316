# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file that Wireshark and tcpdump read: its blocks, and what the real tcpdump says of it."""

from __future__ import annotations

import shutil
import struct
import subprocess

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._evidence import pcapng

from .packets import udp

AT_NS = 1_764_201_600_123_456_789
MAC = bytes.fromhex("02000a4d0001")
PACKETS = [
    pcapng.Packet(0, AT_NS, pcapng.cooked_header(2, 1, MAC) + udp(destination="239.255.0.1")),
    pcapng.Packet(1, AT_NS + 1000, pcapng.cooked_header(4, 1, MAC) + udp(ports=(7412, 7413), size=61)),
    pcapng.Packet(1, AT_NS + 2000, pcapng.cooked_header(0, 1, MAC) + udp(size=1480, offset=1480)),
]
NICS = [pcapng.Nic("enp3s0", 3), pcapng.Nic("ros0 of ros/talker-ü")]


def packed():
    return b"".join(pcapng.pack_file("probe", "one run", NICS, PACKETS))


def blocks(data):
    """(type, body) of each block, whose lengths must agree."""
    while data:
        kind, length = struct.unpack_from("<II", data)
        assert length % 4 == 0 and struct.unpack_from("<I", data, length - 4) == (length,)
        yield kind, data[8 : length - 4]
        data = data[length:]


def options(data):
    while data:
        code, length = struct.unpack_from("<HH", data)
        if code:
            yield code, data[4 : 4 + length]
        data = data[4 + length + -length % 4 :]


def test_the_blocks_name_the_nics_and_hold_the_packets_as_they_were():
    found = list(blocks(packed()))
    assert [kind for kind, _body in found] == [0x0A0D0D0A, 1, 1, 6, 6, 6, 5, 5]
    assert struct.unpack_from("<IHHq", found[0][1]) == (0x1A2B3C4D, 1, 0, -1)
    assert dict(options(found[0][1][16:])) == {1: b"one run", 4: b"probe"}
    assert [dict(options(body[8:]))[2].decode() for _kind, body in found[1:3]] == [nic.name for nic in NICS]
    assert {(struct.unpack_from("<H", body)[0], dict(options(body[8:]))[9]) for _kind, body in found[1:3]} == {
        (113, b"\x09")
    }
    for (_kind, body), packet in zip(found[3:6], PACKETS):
        nic, high, low, kept, size = struct.unpack_from("<5I", body)
        assert (nic, high << 32 | low, kept, size) == (packet.nic, packet.at_ns, len(packet.data), len(packet.data))
        assert body[20 : 20 + kept] == packet.data
    assert [struct.unpack("<Q", dict(options(body[12:]))[5])[0] for _kind, body in found[6:]] == [3, 0]


def test_a_file_without_packets_is_one():
    assert [kind for kind, _body in blocks(b"".join(pcapng.pack_file("probe", "", NICS[:1], [])))] == [0x0A0D0D0A, 1, 5]


@pytest.mark.skipif(not shutil.which("tcpdump"), reason="needs tcpdump: make evidence")
def test_the_real_tcpdump_reads_it(tmp_path):
    path = tmp_path / "file.pcapng"
    path.write_bytes(packed())
    said = subprocess.run(["tcpdump", "-nevtt", "-r", str(path)], check=True, capture_output=True, text=True)
    lines = [line for line in said.stdout.splitlines() if not line.startswith(" ")]
    assert [float(line.split()[0]) for line in lines] == pytest.approx([AT_NS / 1e9] * 3)
    assert "LINUX_SLL" in said.stderr and "M 02:00:0a:4d:00:01" in lines[0] and "Out 02:00:0a:4d:00:01" in lines[1]
    assert "10.0.0.1.40000 > 239.255.0.1.7400: UDP, length 64" in said.stdout
    assert "10.0.0.1.7412 > 10.0.0.2.7413: UDP, length 61" in said.stdout
    assert "offset 1480" in lines[2]
