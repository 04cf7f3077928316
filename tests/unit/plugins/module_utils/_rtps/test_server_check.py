# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The question to a discovery server, against the layout that real servers answered."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.locator import Locator
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.message import parse_message
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.server_check import ServerClient, is_from_server
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.spdp import Departure, read_discovery

from . import captures
from .builders import HEADER, SPDP_WRITER, data, spdp, submessage

PREFIX = "010f00112233445566778899"
CLIENT = ServerClient(bytes.fromhex(PREFIX), Locator.udp_v4("10.77.0.2", 40000))
LOCATOR = "01000000409c00000000000000000000000000000a4d0002"
# 196 bytes that the servers of Fast DDS 2.9.1, 2.14, 3.1.2 and 3.2 answered.
QUESTION = (
    f"525450530203 010f {PREFIX}"
    "1507ac00 00001000 00000000 000100c2 00000000 01000000"
    f"0f801800 {PREFIX} 000100c2 00000000 01000000 01000000"
    "00030000 15000400 02030000 16000400 010f0000"
    f"50001000 {PREFIX} 000001c1 32001800 {LOCATOR} 31001800 {LOCATOR}"
    "02000800 0a000000 00000000 58000400 03000000 01000000"
)
# 132 bytes that made them forget the client.
WITHDRAWAL = (
    f"525450530203 010f {PREFIX}"
    "150b6c00 00001000 00000000 000100c2 00000000 02000000"
    f"70001000 {PREFIX} 000001c1 71000400 00000003"
    f"0f801800 {PREFIX} 000100c2 00000000 02000000 01000000"
    f"00030000 50001000 {PREFIX} 000001c1 01000000"
)


@pytest.mark.parametrize(
    "ours, answered, size", [(CLIENT.question(), QUESTION, 196), (CLIENT.withdrawal(), WITHDRAWAL, 132)]
)
def test_the_bytes_are_those_that_servers_understood(ours, answered, size):
    assert (ours.hex(), len(ours)) == (answered.replace(" ", ""), size)


def test_both_read_back():
    (participant,) = read_discovery(parse_message(CLIENT.question()))
    assert (participant.guid_prefix.hex(), str(participant.metatraffic_unicast[0])) == (PREFIX, "UDPv4:10.77.0.2:40000")
    assert read_discovery(parse_message(CLIENT.withdrawal())) == [Departure(CLIENT.guid_prefix)]


def heartbeat(writer):
    return submessage(0x07, bytes(4) + writer + bytes(20))


@pytest.mark.parametrize(
    "datagram, is_server",
    [
        (HEADER + heartbeat(SPDP_WRITER), True),
        (HEADER + data() + heartbeat(SPDP_WRITER), True),
        (HEADER + heartbeat(bytes.fromhex("000003c2")), False),  # of topics: any participant beats that
        (HEADER + submessage(0x06, bytes(4) + SPDP_WRITER + bytes(16)), False),
        (spdp(), False),  # the answer of a plain participant
        (HEADER + submessage(0x07, b""), False),
        (HEADER, False),
    ],
)
def test_a_server_is_known_by_the_heart_of_its_spdp_writer(datagram, is_server):
    assert is_from_server(parse_message(datagram)) is is_server


def test_the_captured_server_answers_its_client_so():
    exchange = captures.pcap_datagrams("fastdds291_ds_client_exchange")
    answers = [parse_message(payload) for source, *_, payload in exchange if source == "10.77.0.1"]
    assert is_from_server(answers[0])
    assert answers[0].header.guid_prefix.hex() == "4453005f4550524f53494d41"


@pytest.mark.parametrize("name", ["fastdds291_spdp", "fastdds312_spdp", "cyclone11_spdp"])
def test_no_captured_participant_is_taken_for_a_server(name):
    assert not any(is_from_server(parse_message(payload)) for *_, payload in captures.pcap_datagrams(name))
