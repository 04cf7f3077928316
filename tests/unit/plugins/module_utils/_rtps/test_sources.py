# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From where one GUID prefix is heard: an address for each, in time, with what is named there; bounded."""

from __future__ import annotations

import socket
import struct

from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.hearing import Hearing
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.sockets import Datagram
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.sources import MAX_SOURCES

from .builders import HEADER, data, guid, parameter, parameters, submessage

OWN = b"\x01\xffown-prefix"
HEARTBEAT = HEADER + submessage(0x07, bytes(28))


def announcement(address):
    locator = struct.pack("<iI", 1, 7410) + bytes(12) + socket.inet_aton(address)
    said = parameters(guid(), parameter(0x32, locator))
    return HEADER + data(b"\0\3\0\0" + said)


def sources_of(*heard):
    """`heard`: (seconds, address, datagram), as they come to the group."""
    hearing = Hearing(OWN)
    for at_s, address, payload in heard:
        hearing.hear(Datagram(payload, address, 40000, True, 1), at_s)
    (participant,) = hearing.as_result()
    return participant["sources"]


def test_one_address_is_nothing_to_tell():
    assert sources_of((0.0, "10.0.0.2", announcement("10.0.0.2")), (1.0, "10.0.0.2", HEARTBEAT)) == []


def test_two_addresses_are_told_with_when_and_what_each_names():
    first, second = announcement("10.0.0.2"), announcement("10.0.0.3")
    assert sources_of(
        (0.25, "10.0.0.2", first), (0.5, "10.0.0.3", second), (0.75, "10.0.0.2", HEARTBEAT), (1.0, "10.0.0.3", second)
    ) == [
        {
            "address": "10.0.0.2",
            "first_s": 0.25,
            "last_s": 0.75,
            "datagrams": 2,
            "locators": ["UDPv4:10.0.0.2:7410"],  # as its last announcement has it, whatever came after
        },
        {
            "address": "10.0.0.3",
            "first_s": 0.5,
            "last_s": 1.0,
            "datagrams": 2,
            "locators": ["UDPv4:10.0.0.3:7410"],
        },
    ]


def test_who_sends_from_ever_new_addresses_is_not_kept_for_each():
    flood = [(float(number), f"10.0.1.{number}", announcement("10.0.0.9")) for number in range(50)]
    assert [each["address"] for each in sources_of(*flood)] == [f"10.0.1.{number}" for number in range(MAX_SOURCES)]
