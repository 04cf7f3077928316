# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interfaces from rtnetlink messages: as bytes, and from the kernel that runs the tests."""

from __future__ import annotations

import socket
import struct

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _nics


def attribute(kind, value):
    padding = b"\0" * (-len(value) % 4)
    return struct.pack("=HH", 4 + len(value), kind) + value + padding


def link(index, name, *attributes, flags=0x1043, device=1):
    return (
        struct.pack("=BxHiII", 0, device, index, flags, 0) + attribute(3, name.encode() + b"\0") + b"".join(attributes)
    )


def address(index, cidr, far_end=None):
    text, prefix_length = cidr.split("/")
    own = socket.inet_aton(text)
    attributes = attribute(1, socket.inet_aton(far_end) if far_end else own) + attribute(2, own)
    return struct.pack("=BBBBI", socket.AF_INET, int(prefix_length), 0, 0, index) + attributes


def test_a_link_with_everything():
    body = link(
        7,
        "mv0",
        attribute(1, bytes.fromhex("02000a580115")),
        attribute(4, struct.pack("=I", 9000)),
        attribute(10, struct.pack("=I", 3)),
        attribute(18 | 0x8000, attribute(1, b"macvlan\0")),
        attribute(52 | 0x8000, attribute(53, b"enp0s3\0") + attribute(53, b"ros-cable\0")),
    )
    names = ("enp0s3", "ros-cable")
    assert _nics.parse_nics([body], [address(7, "10.88.1.21/24"), address(7, "10.9.0.1/16")]) == [
        _nics.Nic(
            7,
            "mv0",
            "02:00:0a:58:01:15",
            9000,
            0x1043,
            "macvlan",
            False,
            ("10.88.1.21/24", "10.9.0.1/16"),
            3,
            0,
            True,
            names,
        )
    ]


def test_a_bare_link_has_no_mac_no_kind_no_addresses():
    (nic,) = _nics.parse_nics([link(1, "lo", attribute(1, bytes(6)), flags=0x49)], [])
    assert (nic.mac, nic.kind, nic.addresses, nic.master) == (None, "", (), 0)
    assert (nic.loopback, nic.up, nic.multicast) == (True, True, False)


@pytest.mark.parametrize(
    "device, flags, attributes, ethernet, carrier, below",
    [
        (1, 0x11043, [], True, True, 0),
        (1, 0x1003, [attribute(5, struct.pack("=I", 2))], True, False, 2),  # a VLAN on a cable that is not plugged in
        (65534, 0x110D1, [], False, True, 0),  # ARPHRD_NONE: tun, WireGuard, Tailscale
        (512, 0x110D1, [], False, True, 0),  # ARPHRD_PPP
    ],
)
def test_what_is_below_a_nic_and_at_its_other_end(device, flags, attributes, ethernet, carrier, below):
    (nic,) = _nics.parse_nics([link(4, "nic", *attributes, flags=flags, device=device)], [])
    assert (nic.ethernet, nic.carrier, nic.link) == (ethernet, carrier, below)


def test_nics_come_in_the_order_of_their_index():
    assert [nic.name for nic in _nics.parse_nics([link(9, "b"), link(2, "a")], [])] == ["a", "b"]


def test_the_own_end_of_a_point_to_point_link_is_the_address():
    (nic,) = _nics.parse_nics([link(4, "wg0")], [address(4, "10.0.0.1/32", far_end="10.0.0.2")])
    assert nic.addresses == ("10.0.0.1/32",)


def test_this_machine_has_a_loopback():
    loopback = [nic for nic in _nics.read_nics() if nic.loopback]
    assert [nic.name for nic in loopback] == ["lo"]
    assert "127.0.0.1/8" in loopback[0].addresses


@pytest.mark.parametrize(
    "nic",
    [
        _nics.Nic(1, "lo", None, 65536, _nics.IFF_UP | _nics.IFF_LOOPBACK, addresses=("127.0.0.1/8",)),
        _nics.Nic(
            3,
            "eth1",
            "02:00:00:00:00:03",
            9000,
            _nics.IFF_UP | _nics.IFF_MULTICAST,
            wireless=True,
            alternative_names=("enp0s3",),
            access_point=True,
        ),
        _nics.Nic(7, "eth7", "02:00:00:00:00:06", 1500, 0, "veth", master=6),
        _nics.Nic(8, "eth7.30", "02:00:00:00:00:06", 1500, _nics.IFF_UP | _nics.IFF_LOWER_UP, "vlan", link=7),
        _nics.Nic(9, "wg0", None, 1420, _nics.IFF_UP, "wireguard", ethernet=False),
    ],
)
def test_what_is_described_is_known_again(nic):
    assert _nics.described(_nics.describe(nic)) == nic
