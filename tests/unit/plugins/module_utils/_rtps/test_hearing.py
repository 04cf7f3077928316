# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Datagrams to participants heard: who counts, on which path, and what hostile ones can do."""

from __future__ import annotations

import struct

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.beacon import pack_beacon
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.hearing import MAX_PARTICIPANTS, Hearing
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.sockets import Datagram

from . import captures
from .builders import HEADER, PREFIX, cdr, data, guid, parameter, parameters, spdp, submessage

OWN = b"\x01\xffown-prefix"
HEARTBEAT = submessage(0x07, bytes(28))


def heard_from(*datagrams, run=""):
    hearing = Hearing(OWN, run)
    for at, (payload, multicast) in enumerate(datagrams):
        hearing.hear(Datagram(payload, "10.77.0.1", 40000, multicast, 1), float(at))
    return hearing


def announced_by(prefix, vendor=HEADER[6:8], name=b""):
    header = HEADER[:6] + vendor + prefix
    return header + data(b"\0\3\0\0" + parameters(parameter(0x50, prefix + b"\0\0\1\xc1"), name))


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
            "sources": [],
            "lease_s": 10.0,
            "domain_id": 0,
            "domain_tag": "",
            "host_claimed": "vm",
            "process_claimed": "python",
            "translated": False,
            "departed": False,
            "same_run": False,
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


def departure_of(prefix, header=None):
    inline = parameters(parameter(0x70, prefix + bytes(4)), parameter(0x71, b"\0\0\0\3"))
    return (header or HEADER[:6] + prefix[:2] + prefix) + data(flags=0x03, inline=inline)


TB2 = b"\x01\x0fparticipan"


@pytest.mark.parametrize(
    "then, departed",
    [
        ([departure_of(TB2)], True),
        ([departure_of(TB2, HEADER)], False),  # somebody else says so
        ([departure_of(TB2), announced_by(TB2, b"\x01\x0f")], False),  # it is back
        ([], False),
    ],
)
def test_somebody_who_leaves_was_heard_all_the_same(then, departed):
    (heard,) = heard_from((announced_by(TB2, b"\x01\x0f"), True), *((each, True) for each in then)).as_result()
    assert heard["departed"] is departed


def test_who_was_never_heard_does_not_leave():
    assert heard_from((departure_of(TB2), True)).as_result() == []


RUN = "8fk2mz"
AGENT = b"\x01\xffagent-of-u"


def beacon(prefix=AGENT, run=RUN, name="rosfleet:tb2"):
    return pack_beacon(prefix, name, run)


def test_a_probe_that_withdraws_its_announcement_has_not_left():
    (heard,) = heard_from((beacon(), True), (departure_of(AGENT), True)).as_result()
    assert (heard["departed"], heard["name"], heard["paths"]) == (False, "rosfleet:tb2", ["multicast"])


@pytest.mark.parametrize(
    "datagram, mine, same_run",
    [
        (beacon(), RUN, True),
        (beacon(run="guess"), RUN, False),
        (beacon(run=""), RUN, False),
        (beacon(), "", False),
        (beacon(run=""), "", False),  # anybody knows that
        (beacon(AGENT)[:8] + b"\x01\xffan-other-o" + beacon(AGENT)[20:], RUN, False),  # the seal of another
        (beacon(name="rosfleet:tb2")[:-1] + b"3", RUN, False),  # the name of another
    ],
)
def test_of_the_same_run_is_who_knows_its_token(datagram, mine, same_run):
    (heard,) = heard_from((datagram, True), run=mine).as_result()
    assert heard["same_run"] is same_run


@pytest.mark.parametrize(
    "datagram",
    [
        beacon()[:6] + b"\x01\x0f" + beacon()[8:],  # the number means something else to every vendor
        beacon(b"\x01\x0fagent-of-u"),
        beacon()[:24] + b"short",
        HEADER[:8] + AGENT + submessage(0xC5, bytes(5000)),
    ],
)
def test_what_is_no_beacon_is_passed_over(datagram):
    assert heard_from((datagram, True), run=RUN).as_result() == []


FORGED = announced_by(AGENT, name=parameter(0x62, cdr("forged")))


@pytest.mark.parametrize("later", [beacon(), FORGED, beacon(run="guess", name="forged")])
def test_who_copies_the_prefix_of_a_probe_does_not_take_its_place(later):
    hearing = Hearing(OWN, RUN)
    for address, payload in (("10.6.6.6", FORGED), ("10.0.0.2", beacon()), ("10.6.6.6", later)):
        hearing.hear(Datagram(payload, address, 1, True, 1), 0.0)
    (heard,) = hearing.as_result()
    assert (heard["address"], heard["same_run"], heard["name"]) == ("10.0.0.2", True, "rosfleet:tb2")


def test_no_flood_makes_a_probe_forget_its_run_and_who_answered_it():
    hearing = heard_from((beacon(), True), (HEADER + HEARTBEAT, False), run=RUN)
    for number in range(3 * MAX_PARTICIPANTS):
        forged = b"\x01\xff" + struct.pack(">QH", number, 0)
        for payload, multicast in (
            (announced_by(forged), True),
            (pack_beacon(forged, "x", "guess"), True),
            (HEADER[:8] + b"\1\2" + forged[2:] + HEARTBEAT, False),  # answers from nowhere
        ):
            hearing.hear(Datagram(payload, "10.6.6.6", 1, multicast, 1), 5.0)
    heard = {each["guid_prefix"] for each in hearing.as_result()}
    assert {AGENT.hex(), PREFIX.hex()} <= heard
    assert len(heard) <= 2 * MAX_PARTICIPANTS + 1
    assert hearing.forgotten > 0


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
