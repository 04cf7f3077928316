# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own bytes, against the layout that real peers answered."""

from __future__ import annotations

from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.announce import Announcer
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.locator import Locator
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.message import parse_message
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.spdp import Departure, read_discovery

from .builders import PREFIX

PROBE = Announcer(PREFIX, 0, Locator.udp_v4("10.77.0.2", 40000), "probe")
# 200 bytes that Cyclone DDS 11.0.1, Fast DDS 2.9.1 and Fast DDS 3.1.2 answered.
ANSWERED = bytes.fromhex(
    "525450530203"
    "01ff"
    "01ff00112233445566778899"
    "09010800"
    "c6d4006b"
    "00c055d8"
    "1505a400"
    "00001000"
    "00000000"
    "000100c2"
    "00000000"
    "01000000"
    "00030000"
    "15000400"
    "02030000"
    "16000400"
    "01ff0000"
    "50001000"
    "01ff00112233445566778899"
    "000001c1"
    "0f000400"
    "00000000"
    "32001800"
    "01000000"
    "409c0000"
    "000000000000000000000000"
    "0a4d0002"
    "31001800"
    "01000000"
    "409c0000"
    "000000000000000000000000"
    "0a4d0002"
    "02000800"
    "0a000000"
    "00000000"
    "58000400"
    "03000000"
    "62000c00"
    "06000000"
    "70726f6265000000"
    "01000000"
)
FRACTION = slice(28, 32)  # of the second of writing, in units of 2^-32 s
WRITTEN_NS = 0x6B00D4C6 * 10**9 + 500_000_000


def test_announcement_is_the_one_that_peers_answered():
    expected = bytearray(ANSWERED)
    expected[FRACTION] = (2**31).to_bytes(4, "little")
    assert PROBE.announcement(WRITTEN_NS).hex() == expected.hex()
    assert len(expected) == 200


def test_announcement_reads_back():
    (participant,) = read_discovery(parse_message(PROBE.announcement(0)))
    assert (participant.guid_prefix, participant.name, participant.domain_id) == (PREFIX, "probe", 0)
    assert (participant.lease_s, participant.builtin_endpoints) == (10.0, 3)
    assert [str(locator) for locator in participant.default_unicast] == ["UDPv4:10.77.0.2:40000"]


def test_withdrawal_is_104_bytes_and_reads_back():
    withdrawal = PROBE.withdrawal()
    assert len(withdrawal) == 104
    assert read_discovery(parse_message(withdrawal)) == [Departure(PREFIX)]


def test_a_name_that_is_too_long_is_cut():
    probe = Announcer(PREFIX, 0, PROBE.locator, "n" * 5000)
    (participant,) = read_discovery(parse_message(probe.announcement(0)))
    assert participant.name == "n" * 255
