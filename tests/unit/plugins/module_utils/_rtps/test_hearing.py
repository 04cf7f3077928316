# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Datagrams to participants heard: who counts, on which path, and what hostile ones can do."""

from __future__ import annotations

import struct

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.hearing import MAX_PARTICIPANTS, Hearing
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.sockets import Datagram

from . import captures
from .builders import HEADER, PREFIX, cdr, data, guid, parameter, parameters, spdp, submessage

OWN = b"\x01\xffown-prefix"
HEARTBEAT = submessage(0x07, bytes(28))


def heard_from(*datagrams):
    hearing = Hearing(OWN)
    for at, (payload, multicast) in enumerate(datagrams):
        hearing.hear(Datagram(payload, "10.77.0.1", 40000, multicast, 1), float(at))
    return hearing


def announced_by(prefix):
    header = HEADER[:8] + prefix
    return header + data(b"\0\3\0\0" + parameters(parameter(0x50, prefix + b"\0\0\1\xc1")))


def test_a_real_participant_in_the_shape_that_the_contract_names():
    payload = captures.hex_datagrams("cyclone11_spdp_mcast7400")[0]
    assert heard_from((payload, True)).as_result() == [
        {
            "guid_prefix": "01103eff46c95bb2ac3cafab",
            "vendor": "Eclipse Cyclone DDS",
            "vendor_id": "01.10",
            "name": "",
            "address": "10.77.0.1",
            "ttl": 1,
            "locators": ["UDPv4:10.77.0.1:38197"],
            "lease_s": 10.0,
            "domain_id": 0,
            "domain_tag": "",
            "host_claimed": "vm",
            "process_claimed": "python",
            "translated": False,
            "first_heard_s": 0.0,
            "paths": ["multicast"],
        }
    ]


def test_an_announcement_then_an_answer_is_one_participant_on_two_paths():
    (heard,) = heard_from((spdp(), True), (HEADER + HEARTBEAT, False)).as_result()
    assert (heard["paths"], heard["first_heard_s"]) == (["multicast", "unicast"], 0.0)


def test_anything_on_the_own_port_is_an_answer_but_on_the_group_only_an_announcement_counts():
    assert [each["paths"] for each in heard_from((HEADER + HEARTBEAT, False)).as_result()] == [["unicast"]]
    assert heard_from((HEADER + HEARTBEAT, True)).as_result() == []


def test_the_probe_does_not_hear_itself_but_hears_the_other_probes_of_its_host():
    assert heard_from((announced_by(OWN), True), (announced_by(OWN), False)).as_result() == []
    (other,) = heard_from((announced_by(b"\x01\xffother-prob"), True)).as_result()
    assert other["vendor"] == "rosfleet probe"


def test_an_announcement_passed_on_by_somebody_else_proves_nothing_about_its_origin():
    relayed = HEADER[:8] + b"relay-prefix" + spdp()[20:]
    assert heard_from((relayed, True)).as_result() == []
    assert [each["guid_prefix"] for each in heard_from((relayed, False)).as_result()] == [b"relay-prefix".hex()]


def test_somebody_who_leaves_was_heard_all_the_same():
    gone = HEADER + data(
        flags=0x03, inline=parameters(parameter(0x70, PREFIX + bytes(4)), parameter(0x71, b"\0\0\0\3"))
    )
    assert len(heard_from((spdp(), True), (gone, True)).as_result()) == 1


def test_garbage_is_counted_and_its_sender_named():
    hearing = heard_from((b"GET / HTTP/1.1", True), (spdp(end=False), True), (spdp(), True))
    assert (hearing.malformed, len(hearing.as_result())) == (2, 1)
    assert hearing.first_malformed.startswith("from 10.77.0.1: header of 20 bytes cut short after 14")


def test_names_cannot_drive_a_terminal():
    name = "base\x1b[2J\r\n\u202eevil\x07 caf\u00e9"
    (heard,) = heard_from((spdp(parameter(0x62, cdr(name))), True)).as_result()
    assert heard["name"] == "base\\x1b[2J\\r\\n\\u202eevil\\x07 caf\u00e9"


def test_a_flood_of_participants_is_bounded_and_forgets_the_quiet_ones():
    flood = [(announced_by(b"flood" + struct.pack(">Q", number)[1:]), True) for number in range(MAX_PARTICIPANTS + 9)]
    hearing = heard_from(*flood)
    heard = hearing.as_result()
    assert (len(heard), hearing.forgotten) == (MAX_PARTICIPANTS, 9)
    assert heard[0]["first_heard_s"] == 9.0


@pytest.mark.parametrize("address, translated", [("10.88.0.9", True), ("10.88.1.2", False)])
def test_address_translation_shows_in_the_senders_address(address, translated):
    payload = next(p for source, *_, p in captures.pcap_datagrams("nat_cyclone") if source == "10.88.0.9")
    hearing = Hearing(OWN)
    hearing.hear(Datagram(payload, address, 7410, False, 63), 0.0)
    (heard,) = hearing.as_result()
    assert (heard["translated"], heard["ttl"]) == (translated, 63)


def test_no_locators_no_judgement_about_translation():
    assert heard_from((HEADER + data(b"\0\3\0\0" + parameters(guid())), True)).as_result()[0]["translated"] is False
