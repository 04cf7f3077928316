# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which packets are evidence, by the kernel's filter and by their fragments, and how much is kept of whom."""

from __future__ import annotations

import struct

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._evidence import selection
from ansible_collections.rosfleet.cluster.plugins.module_utils._evidence.selection import (
    MAX_CONVERSATIONS,
    Fragments,
    Room,
    kernel_filter,
    merge,
)

from .packets import udp

PORTS = [(7400, 7649), (11811, 11811), (40001, 40001)]
IPV4, IPV6 = 0x0800, 0x86DD


def run(program, packet, protocol=IPV4):
    """What a program of classic BPF returns, of the few instructions that are used."""
    code = [struct.unpack_from("=HBBI", program, at) for at in range(0, len(program), 8)]
    loaded = index = at = 0
    while True:
        operation, if_true, if_false, value = code[at]
        at += 1
        if operation == 0x28 and value == 0xFFFFF000:
            loaded = protocol
        elif operation in (0x28, 0x48):
            start = value + (index if operation == 0x48 else 0)
            if start + 2 > len(packet):
                return 0
            loaded = struct.unpack_from("!H", packet, start)[0]
        elif operation == 0x30:
            loaded = packet[value]
        elif operation == 0xB1:
            index = (packet[value] & 15) * 4
        elif operation == 0x06:
            return value
        else:
            holds = {0x15: loaded == value, 0x45: loaded & value, 0x25: loaded > value, 0x35: loaded >= value}
            at += if_true if holds[operation] else if_false


@pytest.mark.parametrize(
    "packet, protocol, kept",
    [
        (udp(ports=(50000, 7400)), IPV4, True),
        (udp(ports=(50000, 7649)), IPV4, True),
        (udp(ports=(7649, 50000)), IPV4, True),
        (udp(ports=(11811, 50000)), IPV4, True),
        (udp(ports=(50000, 40001)), IPV4, True),
        (udp(ports=(7399, 7650)), IPV4, False),
        (udp(ports=(11810, 11812)), IPV4, False),
        (udp(ports=(40000, 53)), IPV4, False),
        (udp(offset=1480), IPV4, True),  # which port it is for, its first fragment says
        (udp(ports=(50000, 7400)), IPV6, False),
        (udp().replace(b"\x40\x11", b"\x40\x06"), IPV4, False),  # TCP
        (udp()[:20], IPV4, False),
    ],
)
def test_the_kernel_lets_pass_what_is_wanted(packet, protocol, kept):
    assert bool(run(kernel_filter(PORTS), packet, protocol)) is kept


def test_many_domains_are_one_short_program():
    of_all = [(7400 + 250 * domain, 7649 + 250 * domain) for domain in range(200)]
    assert merge([*of_all, (7500, 7500)]) == [(7400, 57399)]
    assert len(kernel_filter(of_all)) < len(kernel_filter(PORTS))
    assert merge([]) == [] and not run(kernel_filter([]), udp())


@pytest.mark.parametrize(
    "earlier, packet, belongs",
    [
        ([], udp(), True),
        ([udp(more=True)], udp(offset=1480), True),
        ([udp(more=True)], udp(offset=1480, more=True), True),
        ([], udp(offset=1480), False),
        ([udp(more=True)], udp(offset=1480, number=8), False),
        ([udp(more=True)], udp(offset=1480, source="10.0.0.3"), False),
        ([udp()], udp(offset=1480), False),
        ([], b"", False),
        ([], udp()[:27], False),
        ([], b"\x41" + udp()[1:], False),
    ],
)
def test_a_fragment_belongs_to_the_datagram_that_it_is_of(earlier, packet, belongs):
    fragments = Fragments()
    known = [fragments.conversation(each) for each in earlier]
    found = fragments.conversation(packet)
    assert (found is not None) is belongs
    assert not belongs or found in (known or [found])


def test_no_flood_of_first_fragments_takes_memory():
    fragments = Fragments()
    for number in range(3 * MAX_CONVERSATIONS):
        fragments.conversation(udp(more=True, number=number & 0xFFFF))
        assert len(fragments._of) <= MAX_CONVERSATIONS


def test_there_is_room_for_so_much_and_for_so_much_of_one():
    room = Room(most=100, most_of_one=40)
    assert [room.take(b"camera", 20) for _each in range(3)] == [True, True, False]
    assert [room.take(b"discovery", 30), room.take(b"laser", 30), room.take(b"laser", 29)] == [True, True, False]
    assert not room.take(b"tf", 1)


def test_the_room_is_bounded_however_many_speak(monkeypatch):
    monkeypatch.setattr(selection, "MAX_CONVERSATIONS", 2)
    room = Room(most=1000, most_of_one=40)
    assert [room.take(bytes([each]), 30) for each in range(5)] == [True, True, True, False, False]
