# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses of a network namespace, and the programs that keep to one it has no more."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _own_addresses
from ansible_collections.rosfleet.cluster.plugins.module_utils._around import UdpSocket
from ansible_collections.rosfleet.cluster.plugins.module_utils._netns import NetnsError
from ansible_collections.rosfleet.cluster.plugins.module_utils._nics import IFF_LOOPBACK, IFF_UP, Nic
from ansible_collections.rosfleet.cluster.plugins.module_utils._programs import Owner
from ansible_collections.rosfleet.cluster.plugins.module_utils._targets import Target

TALKER = Owner(7, "talker")
OWNERS = {1: TALKER, 2: TALKER, 3: TALKER, 4: Owner(8, "sshd")}
LISTENING = UdpSocket("0.0.0.0", 7400, 1)
NOW = {"10.0.0.99", "127.0.0.1"}


def stale(*sockets):
    return [
        (each["program"], each["address"], each["others"], each["domain_ids"])
        for each in _own_addresses.stale_programs(sockets, OWNERS, NOW)
    ]


@pytest.mark.parametrize(
    "sockets, expected",
    [
        ([UdpSocket("10.0.0.2", 48632, 2)], [("talker (pid 7)", "10.0.0.2", [], [0])]),
        ([UdpSocket("10.0.0.99", 48632, 2)], []),
        # One that has followed to the new address, with a socket of the old one left.
        (
            [UdpSocket("10.0.0.2", 48632, 2), UdpSocket("10.0.0.99", 48640, 3)],
            [("talker (pid 7)", "10.0.0.2", ["10.0.0.99"], [0])],
        ),
        ([UdpSocket("0.0.0.0", 48632, 2), UdpSocket("239.255.0.1", 7400, 3), UdpSocket("127.0.0.2", 5, 3)], []),
        ([UdpSocket("10.0.0.2", 48632, 4)], []),  # no DDS program
        ([UdpSocket("10.0.0.2", 48632, 99)], []),  # whose it is cannot be seen
    ],
)
def test_a_dds_program_bound_to_an_address_that_is_gone(sockets, expected):
    assert stale(LISTENING, *sockets) == expected


def test_without_a_dds_program_nothing_is_stale():
    assert stale(UdpSocket("10.0.0.2", 48632, 2)) == []


def test_nics_with_an_address_but_the_loopback():
    nics = [
        Nic(1, "lo", None, 65536, IFF_UP | IFF_LOOPBACK, addresses=("127.0.0.1/8",)),
        Nic(2, "eth0", "02:00:00:00:00:01", 1500, IFF_UP, kind="macvlan", link=4, addresses=("10.0.0.2/24",)),
        Nic(3, "cali1", None, 1500, IFF_UP, kind="veth"),
    ]
    assert _own_addresses.with_addresses(nics) == [
        {"nic": "eth0", "kind": "macvlan", "index": 2, "link": 4, "addresses": ["10.0.0.2/24"]}
    ]


def test_a_namespace_that_cannot_be_entered_is_said(monkeypatch):
    def refuse(_target):
        raise NetnsError("no process of pod u1 on this host")

    monkeypatch.setattr(_own_addresses, "namespace_of", refuse)
    looked = _own_addresses.look_at_addresses(Target("tb1", "pod", "lan", "ros0", pod_uid="u1"), {})
    assert looked == {"nics": [], "stale": [], "error": "no process of pod u1 on this host"}


def test_the_own_namespace_is_read():
    looked = _own_addresses.look_at_addresses(Target("tb1", "host", "lan", "eth0"), {})
    assert (looked["error"], looked["stale"]) == ("", [])
