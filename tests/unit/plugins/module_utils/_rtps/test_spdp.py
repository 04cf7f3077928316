# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Participants from real captures, and from samples that are broken in every way we know of."""

from __future__ import annotations

import random
import struct

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.errors import RtpsError
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.message import parse_message
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.spdp import (
    Departure,
    Participant,
    read_discovery,
)

from . import captures
from .builders import GUID, HEADER, PREFIX, cdr, data, guid, parameter, parameters, spdp, submessage

LOCATOR = struct.pack("<iI", 1, 7410) + bytes(12) + bytes([10, 77, 0, 1])


def read(datagram):
    return read_discovery(parse_message(datagram))


def only(datagram):
    (sample,) = read(datagram)
    return sample


# name, version, vendor, domain, lease, builtin endpoints, metatraffic unicast, entity name, a property
CAPTURED = [
    ("cyclone11_spdp", (2, 5), "0110", 0, 10.0, 0xFC3F, ["UDPv4:10.77.0.1:38197"], "", ("__Hostname", "vm")),
    ("cyclone0102_spdp", (2, 1), "0110", 0, 10.0, 0xFC3F, ["UDPv4:10.77.0.1:34703"], "", ("__ProcessName", "ddsperf")),
    (
        "fastdds291_spdp",
        (2, 3),
        "010f",
        None,
        20.0,
        0x0C3F0C3F,
        ["UDPv4:10.77.0.1:7410", "SHM(16):7410"],
        "fdp_test",
        ("PARTICIPANT_TYPE", "SIMPLE"),
    ),
    (
        "fastdds312_spdp",
        (2, 3),
        "010f",
        0,
        20.0,
        0xFFC3F,
        ["UDPv4:10.77.0.1:7410"],
        "fdp_test",
        ("fastdds.physical_data.user", "root"),
    ),
    (
        "dust016_spdp",
        (2, 4),
        "0114",
        0,
        100.0,
        0x3000F03F,
        ["UDPv4:10.77.0.1:52180", "UDPv4:127.0.0.1:52180"],
        "",
        None,
    ),
]


@pytest.mark.parametrize("capture", CAPTURED, ids=[row[0] for row in CAPTURED])
def test_real_participants(capture):
    name, version, vendor, domain, lease, endpoints, locators, entity, known = capture
    samples = [sample for *_, payload in captures.pcap_datagrams(name) for sample in read(payload)]
    participant = samples[0]
    assert isinstance(participant, Participant)
    assert participant.guid_prefix == participant.sender_prefix
    assert (participant.version, participant.vendor_id.hex(), participant.domain_id) == (version, vendor, domain)
    assert (participant.lease_s, participant.builtin_endpoints, participant.name) == (lease, endpoints, entity)
    assert [str(locator) for locator in participant.metatraffic_unicast] == locators
    assert known is None or known in participant.properties.items()
    assert {sample.guid_prefix for sample in samples} == {participant.guid_prefix}


@pytest.mark.parametrize("name", ["cyclone11", "fastdds291", "fastdds312", "dust016"])
def test_the_multicast_listener_sees_the_same_participant_as_the_capture(name):
    heard = {
        sample.guid_prefix for payload in captures.hex_datagrams(f"{name}_spdp_mcast7400") for sample in read(payload)
    }
    assert heard == {sample.guid_prefix for *_, p in captures.pcap_datagrams(f"{name}_spdp") for sample in read(p)}


def test_cyclone_puts_its_first_announcement_twice_into_one_datagram_and_it_counts_once():
    payload = captures.hex_datagrams("cyclone11_spdp_mcast7400")[0]
    assert len([each for each in parse_message(payload).submessages if each.kind == 0x15]) == 2
    assert len(read(payload)) == 1


def test_zenoh_is_refused_not_misread():
    for *_, payload in captures.pcap_datagrams("zenoh_router"):
        with pytest.raises(RtpsError):
            parse_message(payload)


@pytest.mark.parametrize("flags", [0x05, 0x04], ids=["little submessage", "big submessage"])
@pytest.mark.parametrize("order", ["<", ">"], ids=["little payload", "big payload"])
def test_submessage_and_payload_have_a_byte_order_each(flags, order):
    lease = parameter(0x02, struct.pack(order + "iI", 7, 1 << 31), order)
    participant = only(spdp(lease, parameter(0x0F, struct.pack(order + "I", 42), order), order=order, flags=flags))
    assert (participant.lease_s, participant.domain_id) == (7.5, 42)


REFUSED = {
    "DATA cut short": (HEADER + submessage(0x15, bytes(8) + bytes.fromhex("000100c2")), "DATA cut short"),
    "inline QoS past the end": (spdp(to_qos=60000), "inline QoS at 60004"),
    "inline QoS inside the fixed part": (spdp(to_qos=4), "inline QoS at 8"),
    "inline list without sentinel": (HEADER + data(flags=0x03, inline=parameter(0x70, GUID)), "without a sentinel"),
    "list without sentinel": (spdp(end=False), "without a sentinel"),
    "parameter length not a multiple of 4": (spdp(parameter(0x62, b"abc")), "of 3 bytes"),
    "parameter length 0xffff": (spdp(parameter(0x62, b"", length=0xFFFF)), "of 65535 bytes"),
    "parameter longer than the rest": (spdp(parameter(0x62, b"", length=0x100)), "of 256 bytes"),
    "too many parameters": (spdp(*[parameter(0x8001, b"")] * 300), "more than 256 parameters"),
    "string longer than its parameter": (spdp(parameter(0x62, cdr("x", length=900))), "string of 900 bytes"),
    "string length 0xffffffff": (spdp(parameter(0x62, cdr("x", length=2**32 - 1))), "string of 4294967295"),
    "empty string parameter": (spdp(parameter(0x62, b"")), "string length cut short"),
    "property count 0xffffffff": (spdp(parameter(0x59, b"\xff" * 4)), "4294967295 properties"),
    "property missing": (spdp(parameter(0x59, struct.pack("<I", 2) + cdr("a") + cdr("b"))), "string length cut short"),
    "locator of 20 bytes": (spdp(parameter(0x32, LOCATOR[:20])), "locator of 20 bytes"),
    "lease of 4 bytes": (spdp(parameter(0x02, bytes(4))), "duration of 4 bytes"),
    "domain of 0 bytes": (spdp(parameter(0x0F, b"")), "number of 0 bytes"),
    "sequence number 0": (spdp(sequence=(0, 0)), "sequence number 0"),
    "sequence number negative": (spdp(sequence=(-1, 5)), "sequence number -"),
    "plain CDR": (spdp(encapsulation=1), "encapsulation 0x0001"),
    "no encapsulation": (HEADER + data(b"\0\3"), "encapsulation header cut short"),
    "no GUID": (HEADER + data(b"\0\3\0\0" + parameters()), "GUID of 0 bytes"),
    "GUID of 12 bytes": (HEADER + data(b"\0\3\0\0" + parameters(parameter(0x50, PREFIX))), "GUID of 12 bytes"),
    "INFO_SRC cut short": (HEADER + submessage(0x0C, bytes(16)), "INFO_SRC cut short"),
}


@pytest.mark.parametrize("datagram, reason", REFUSED.values(), ids=REFUSED.keys())
def test_refused(datagram, reason):
    with pytest.raises(RtpsError, match=reason):
        read(datagram)


ACCEPTED = {
    "string of length 0": (parameter(0x62, cdr(b"")), ""),
    "string of length 1": (parameter(0x62, cdr("")), ""),
    "string without NUL": (parameter(0x62, cdr(b"base")), "base"),
    "string that is no UTF-8": (parameter(0x62, cdr(b"a\xff\xfeb\0")), "a\ufffd\ufffdb"),
    "string that is too long for a name": (parameter(0x62, cdr("n" * 999)), "n" * 256),
    "vendor parameter of Cyclone": (parameter(0x8007, bytes(56)), ""),
    "vendor parameter of Fast DDS": (parameter(0x8007, bytes(4)), ""),
    "RTI extended parameter": (parameter(0x3F01, bytes(8)), ""),
    "PAD parameter": (parameter(0x00, bytes(4)), ""),
}


@pytest.mark.parametrize("extra, name", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_tolerated(extra, name):
    assert only(spdp(extra)).name == name


@pytest.mark.parametrize("tag", ["", "ros_discovery_off_4711", "x" * 200])
def test_domain_tag(tag):
    assert only(spdp(parameter(0x4014, cdr(tag)))).domain_tag == tag


@pytest.mark.parametrize(
    "kind, port, raw, text",
    [
        (1, 7410, bytes(12) + b"\x0a\x4d\0\1", "UDPv4:10.77.0.1:7410"),
        (1, 0, bytes(16), "UDPv4:0.0.0.0:0"),
        (1, 70000, bytes(16), "UDPv4:0.0.0.0:70000"),
        (2, 7410, bytes(10) + b"\xff\xff\x0a\x4d\0\1", "UDPv6:::ffff:10.77.0.1:7410"),
        (19, 7411, bytes(16), "SHM(19):7411"),
        (-1, 0, bytes(16), "kind -1:00000000000000000000000000000000:0"),
        (0x01000001, 1, bytes(16), "kind 16777217:00000000000000000000000000000000:1"),
    ],
)
def test_locators_of_all_kinds_are_kept(kind, port, raw, text):
    participant = only(spdp(parameter(0x32, struct.pack("<iI", kind, port) + raw)))
    assert [str(locator) for locator in participant.metatraffic_unicast] == [text]


def test_a_participant_without_locators_and_one_with_too_many():
    assert only(spdp()).metatraffic_unicast == ()
    assert len(only(spdp(*[parameter(0x32, LOCATOR)] * 40)).metatraffic_unicast) == 16


def test_other_writers_and_fragments_are_none_of_our_business():
    broken = HEADER + data(b"\0\1", writer=bytes.fromhex("000003c2")) + submessage(0x16, bytes(36))
    assert read(broken + submessage(0x80, b"statistics..")) == []


def test_an_announcement_that_somebody_passes_on_says_so():
    source = bytes(8) + b"\x01\x0f" + bytes(10)
    (sample,) = read(HEADER + submessage(0x0C, source) + spdp()[20:])
    assert (sample.guid_prefix, sample.sender_prefix) == (PREFIX, source[8:])


QOS_KEY = parameter(0x70, GUID)
QOS_GONE = parameter(0x71, b"\0\0\0\3")


@pytest.mark.parametrize(
    "datagram",
    [
        HEADER + data(flags=0x03, inline=parameters(QOS_KEY, QOS_GONE)),
        HEADER + data(b"\0\3\0\0" + parameters(guid()), flags=0x0B, inline=parameters(QOS_GONE)),
        HEADER + data(b"\0\3\0\0" + parameters(guid()), flags=0x0B, inline=parameters(QOS_KEY, QOS_GONE)),
    ],
    ids=["key hash only", "payload only", "both"],
)
def test_departure(datagram):
    assert read(datagram) == [Departure(PREFIX)]


def test_damaged_captures_are_read_or_refused_but_nothing_else_happens():
    chance = random.Random(20261121)
    originals = [payload for row in CAPTURED for *_, payload in captures.pcap_datagrams(row[0])]
    for _unused in range(20000):
        damaged = bytearray(chance.choice(originals))
        for _unused_too in range(chance.randint(1, 6)):
            damaged[chance.randrange(20, len(damaged))] = chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))
        if chance.random() < 0.3:
            del damaged[chance.randrange(len(damaged)) :]
        try:
            read(bytes(damaged))
        except RtpsError:
            continue
