# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which NIC carries a LAN."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._lan import (
    LanError,
    carriers,
    choose_nic,
    parse_network,
)
from ansible_collections.rosfleet.cluster.plugins.module_utils._nics import Nic

UP = 0x1003
SUBNET = ipaddress.IPv4Network("10.88.1.0/24")

LO = Nic(1, "lo", None, 65536, 0x49, addresses=("127.0.0.1/8",))
MGMT = Nic(2, "mgmt0", "02:00:00:00:00:02", 1500, UP, addresses=("10.88.0.21/24",))
ROS = Nic(3, "eth1", "02:00:00:00:00:03", 9000, UP, addresses=("10.88.1.21/24",))
SPARE = Nic(4, "eno2", "02:00:00:00:00:04", 1500, UP, addresses=("10.9.0.1/16", "10.88.1.22/24"))
WIFI = Nic(5, "wlan0", "02:00:00:00:00:05", 1500, UP, wireless=True, addresses=("10.88.1.23/24",))
BRIDGE = Nic(6, "br0", "02:00:00:00:00:06", 1500, UP, "bridge", addresses=("10.88.1.24/24",))
PORT = Nic(7, "eth7", "02:00:00:00:00:06", 1500, UP, master=6)
POD = Nic(9, "veth9", "02:00:00:00:00:09", 1500, UP, "veth", master=10)
DOWN = Nic(8, "eth8", "02:00:00:00:00:08", 1500, 0x1002, addresses=("10.88.1.25/24",))


@pytest.mark.parametrize("text, expected", [("10.88.1.0/24", SUBNET), ("10.0.0.1/32", "10.0.0.1/32")])
def test_a_network_is_read(text, expected):
    assert parse_network(text) == ipaddress.IPv4Network(str(expected))


@pytest.mark.parametrize(
    "text, said",
    [
        ("10.88.1.0/40", "'10.88.1.0/40' is not an IPv4 network"),
        ("fd00::/64", "'fd00::/64' is not an IPv4 network"),
        ("", "'' is not an IPv4 network"),
        (None, "None is not an IPv4 network"),
        ("10.88.1.0", "'10.88.1.0' has no prefix length"),
        ("10.88.1.5/24", "'10.88.1.5/24' has host bits set; the network is 10.88.1.0/24"),
    ],
)
def test_a_bad_network_is_named(text, said):
    with pytest.raises(LanError) as caught:
        parse_network(text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "nics, wanted, name, address",
    [
        ([LO, MGMT, ROS], "", "eth1", "10.88.1.21"),
        ([LO, MGMT, SPARE], "", "eno2", "10.88.1.22"),
        ([LO, ROS, SPARE], "eno2", "eno2", "10.88.1.22"),
        ([LO, ROS, SPARE], "02:00:00:00:00:04", "eno2", "10.88.1.22"),
        ([LO, ROS, SPARE], "02:00:00:00:00:04".upper(), "eno2", "10.88.1.22"),
        ([LO, MGMT, ROS], "mgmt0", "mgmt0", None),
        ([LO, BRIDGE, PORT], "", "br0", "10.88.1.24"),
        ([LO, PORT, BRIDGE], "02:00:00:00:00:06", "br0", "10.88.1.24"),
    ],
    ids=["subnet", "second address", "name", "MAC", "upper-case MAC", "without address", "bridge", "MAC of a bridge"],
)
def test_the_nic_of_a_lan(nics, wanted, name, address):
    choice = choose_nic(nics, "ros-lan", SUBNET, wanted)
    assert (choice.nic.name, choice.address) == (name, address)


@pytest.mark.parametrize(
    "nics, wanted, said",
    [
        ([LO, MGMT], "", "no NIC has an address in 10.88.1.0/24. NICs: mgmt0 (02:00:00:00:00:02, 10.88.0.21/24)"),
        ([LO], "", "NICs: none"),
        ([LO, POD, MGMT], "", "NICs: mgmt0 (02:00:00:00:00:02, 10.88.0.21/24). Fix: "),
        ([LO, ROS, SPARE], "", "2 NICs have an address in 10.88.1.0/24: eth1 (02:00:00:00:00:03, 10.88.1.21/24), eno2"),
        ([LO, MGMT, ROS], "eth9", "no NIC has the name eth9. NICs: mgmt0"),
        ([LO, MGMT, ROS], "02:00:00:00:00:99", "no NIC has the MAC 02:00:00:00:00:99. NICs: mgmt0"),
        ([LO], "lo", "no NIC has the name lo"),
        ([LO, WIFI], "", "wlan0 is a Wi-Fi NIC"),
        ([LO, BRIDGE, PORT], "eth7", "eth7 belongs to br0, and the kernel refuses macvlan on a member"),
        ([LO, DOWN], "", "eth8 is down"),
    ],
    ids=[
        "none",
        "no NIC at all",
        "only pods' ends beside it",
        "two",
        "unknown name",
        "unknown MAC",
        "loopback",
        "Wi-Fi",
        "port of a bridge",
        "down",
    ],
)
def test_a_nic_that_cannot_be_chosen(nics, wanted, said):
    with pytest.raises(LanError) as caught:
        choose_nic(nics, "ros-lan", SUBNET, wanted)
    assert str(caught.value).startswith("ros-lan: ")
    assert said in str(caught.value)
    assert "Fix: " in str(caught.value)


def test_carriers_and_reasons_side_by_side():
    lans, refused = carriers([ROS], {"ros-lan": "10.88.1.0/24", "cam": "10.9.0.0/24", "bad": "10.9.0.1/24"}, {})
    assert lans == {"ros-lan": {"nic": "eth1", "address": "10.88.1.21", "mac": "02:00:00:00:00:03", "mtu": 9000}}
    assert set(refused) == {"cam", "bad"}
    assert "no NIC has an address in 10.9.0.0/24" in refused["cam"]
    assert "host bits" in refused["bad"]


def test_a_nic_for_a_lan_that_nobody_declared():
    unused_lans, refused = carriers([ROS], {"ros-lan": "10.88.1.0/24"}, {"ros-lna": "eth1"})
    assert refused == {
        "ros-lna": "ros_lan_nics names the LAN 'ros-lna', but the declared LANs are: ros-lan. "
        "Fix: use a declared name, or declare that LAN in ros_lan_networks"
    }


def test_a_nic_that_is_null_in_the_inventory_is_none_chosen():
    lans, unused_refused = carriers([ROS], {"ros-lan": "10.88.1.0/24"}, {"ros-lan": None})
    assert lans["ros-lan"]["nic"] == "eth1"
