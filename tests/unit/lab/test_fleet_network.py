# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's cables, on recorded output of ip(8)."""

from __future__ import annotations

import json

import pytest

from lab.fleet import network
from lab.fleet.plan import plan
from lab.fleet.shell import LabError

TB1 = plan(2)[1]
SWITCH = [{"ifname": "lo", "ifindex": 1}, {"ifname": "r-tb1", "ifindex": 7, "link_index": 3, "link_netnsid": 1}]
INSIDE = [
    {"ifname": "lo", "ifindex": 1, "address": "00:00:00:00:00:00"},
    {"ifname": "mgmt0", "ifindex": 2, "link_index": 6, "address": "02:00:00:00:00:01"},
    {"ifname": "odd0", "ifindex": 3, "link_index": 7, "address": "02:00:00:00:00:99"},
]


@pytest.fixture
def commands(monkeypatch):
    links = {network.LAN: SWITCH, TB1.namespace: INSIDE}
    given = []

    def ip(namespace, *arguments):
        given.append((namespace, *arguments))
        return json.dumps(links[namespace])

    monkeypatch.setattr(network, "_ip", ip)
    return given


@pytest.mark.usefixtures("commands")
def test_the_ros_nic_is_what_hangs_on_the_cable_whatever_its_name_and_mac():
    assert network.nic_at(TB1) == "odd0"


def test_another_site_has_a_switch_of_its_own_and_a_router_to_the_first(commands, monkeypatch):
    ran = []
    monkeypatch.setattr(network, "run", ran.append)
    network.plug_into_far_site(TB1)
    assert (network.LAN, "link", "set", "r-tb1", "master", "br-far") in commands
    for router, bridge in (("10.88.1.1", "br-ros"), ("10.88.2.1", "br-far")):
        assert (network.LAN, "address", "replace", f"{router}/24", "dev", bridge) in commands
    assert ran[-1][-1] == "net.ipv4.ip_forward=1"
    network.plug_in_at_home(TB1)
    assert commands[-1] == (network.LAN, "link", "set", "r-tb1", "master", "br-ros")


def test_a_virtual_machine_has_taps_on_the_switches_under_the_names_of_any_hosts_ports(commands):
    network.connect_taps(TB1)
    for port, bridge in (("m-tb1", "br-mgmt"), ("r-tb1", "br-ros")):
        assert (network.LAN, "tuntap", "add", port, "mode", "tap") in commands
        assert (network.LAN, "link", "set", port, "master", bridge, "up") in commands
    assert {namespace for namespace, *_ in commands} == {network.LAN}


@pytest.mark.parametrize("switch", [[], [{"ifname": "r-tb1", "ifindex": 7, "link_index": 9}]])
def test_a_host_without_the_nic_is_an_error(monkeypatch, switch):
    monkeypatch.setattr(network, "_links", lambda namespace: switch if namespace == network.LAN else INSIDE)
    with pytest.raises(LabError, match="tb1: nothing at the other end of r-tb1"):
        network.nic_at(TB1)
