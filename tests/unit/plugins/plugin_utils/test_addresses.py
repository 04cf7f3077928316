# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Address work on the controller, and what is said without its library."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleError
from ansible_collections.rosfleet.cluster.plugins.module_utils._lan import LanError
from ansible_collections.rosfleet.cluster.plugins.plugin_utils import _addresses
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._addresses import (
    around,
    ip,
    ip_of,
    is_ip6,
    mac,
    maker,
    network,
    overlap,
    pieces,
    usable_range,
)


def test_a_network_is_one_or_says_why_not():
    assert str(network("10.88.1.0/24")) == "10.88.1.0/24"
    for text, said in (
        ("ten", "not an IPv4 network"),
        ("10.88.1.0", "no prefix length"),
        ("10.88.1.7/24", "host bits"),
    ):
        with pytest.raises(LanError, match=said):
            network(text)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("10.88.1.1", "10.88.1.1"),
        ("tb1.local", None),
        ("", None),
        ("fd00::1", None),
        ("10.88.1", None),
        ("010.8.1.1", None),
        (None, None),
    ],
)
def test_an_address_or_none(text, expected):
    found = ip(text)
    assert (str(found) if found is not None else None) == expected


@pytest.mark.parametrize(
    "text, expected",
    [("192.168.8.0/24", "192.168.8.0/24"), ("192.168.8.21/24", "192.168.8.0/24"), ("ten", None), ("fd00::/64", None)],
)
def test_the_network_around_an_address(text, expected):
    found = around(text)
    assert (str(found) if found is not None else None) == expected


@pytest.mark.parametrize(
    "text, expected",
    [("fd00::1", True), ("[fd00::1]", True), ("fe80::1%eth0", True), ("10.0.0.1", False), ("tb1", False), ("", False)],
)
def test_ipv6_is_known_as_such(text, expected):
    assert is_ip6(text) is expected


def test_the_address_of_an_interface():
    assert str(ip_of("10.88.1.21/24")) == "10.88.1.21"


@pytest.mark.parametrize(
    "one, other, expected",
    [
        ("10.0.0.0/24", "10.0.0.128/25", True),
        ("10.0.0.128/25", "10.0.0.0/24", True),
        ("10.0.0.0/24", "10.0.0.0/24", True),
        ("10.0.0.0/25", "10.0.0.128/25", False),
    ],
)
def test_overlap(one, other, expected):
    assert overlap(network(one), network(other)) is expected


@pytest.mark.parametrize("prefix_length, expected", [(25, 1), (28, 8), (24, 0)])
def test_pieces(prefix_length, expected):
    found = list(pieces(network("10.88.1.128/25"), prefix_length))
    assert len(found) == expected
    assert found == sorted(found)


@pytest.mark.parametrize(
    "piece, expected",
    [
        ("10.88.1.128/28", ("10.88.1.128", "10.88.1.143")),
        ("10.88.1.240/28", ("10.88.1.240", "10.88.1.254")),
        ("10.88.1.0/28", ("10.88.1.1", "10.88.1.15")),
        ("10.88.1.0/24", ("10.88.1.1", "10.88.1.254")),
    ],
    ids=["inner", "with the broadcast address", "with the network address", "whole subnet"],
)
def test_pods_get_no_network_and_no_broadcast_address(piece, expected):
    assert usable_range(network("10.88.1.0/24"), network(piece)) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("02:00:0A:58:01:15", "02:00:0a:58:01:15"),
        ("02-00-0a-58-01-15", "02:00:0a:58:01:15"),
        ("0200.0a58.0115", "02:00:0a:58:01:15"),
        # NICs' names.
        ("eth1", ""),
        ("enx02000a580115", ""),
        ("eno1.100", ""),
        ("br-ros", ""),
        ("020000000001", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_mac_in_any_notation(text, expected):
    assert mac(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("b8:27:eb:12:34:56", "Raspberry Pi Foundation"),
        ("48:b0:2d:01:02:03", "NVIDIA Corporation"),
        ("02:00:00:00:00:01", ""),
        ("52:54:00:12:34:56", ""),
        ("eth1", ""),
        ("", ""),
    ],
)
def test_who_makes_it(text, expected):
    assert maker(text) == expected


@pytest.mark.parametrize(
    "call", [lambda: network("10.0.0.0/24"), lambda: ip("10.0.0.1"), lambda: maker("b8:27:eb:1:2:3")]
)
def test_without_netaddr_the_line_to_type_is_said(monkeypatch, call):
    monkeypatch.setattr(_addresses, "netaddr", None)
    with pytest.raises(AnsibleError, match=r"has no package netaddr.* Fix: \S.* netaddr"):
        call()
