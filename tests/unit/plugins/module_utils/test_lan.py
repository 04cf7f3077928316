# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which NIC carries a LAN."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._lan import (
    LanError,
    address_on,
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
VPN = Nic(11, "wg0", None, 1420, UP, "wireguard", addresses=("10.88.1.26/32",), ethernet=False)
TAILNET = Nic(12, "tailscale0", None, 1280, UP, "tun", addresses=("100.101.0.21/32",), ethernet=False)
MODEM = Nic(13, "ppp0", None, 1500, UP, "ppp", addresses=("10.88.1.27/32",), ethernet=False)
ZEROTIER = Nic(14, "zt0", "ca:11:f7:bd:45:6a", 2800, UP, "tun", addresses=("10.88.1.28/24",))
DOCKER = Nic(15, "docker0", "02:42:00:00:00:15", 1500, UP, "bridge", addresses=("10.88.1.29/24",))
JETSON = Nic(16, "l4tbr0", "02:4a:65:74:00:21", 1500, UP, "bridge", addresses=("10.88.1.30/24",))
DOCKER_ELSEWHERE = Nic(15, "docker0", "02:42:00:00:00:15", 1500, UP, "bridge", addresses=("172.17.0.1/16",))
MACHINES = Nic(17, "virbr0", "52:54:00:00:00:17", 1500, UP, "bridge", addresses=("10.88.1.31/24",))
# One cable, two VLANs, and one on Wi-Fi.
TRUNK = Nic(18, "eth0", "02:00:00:00:00:18", 1500, UP)
FOR_ROS = Nic(19, "eth0.100", "02:00:00:00:00:18", 1500, UP, "vlan", addresses=("10.88.1.32/24",), link=18)
FOR_CAMERAS = Nic(20, "eth0.200", "02:00:00:00:00:18", 1500, UP, "vlan", addresses=("192.168.200.32/24",), link=18)
WIFI_ELSEWHERE = Nic(5, "wlan0", "02:00:00:00:00:05", 1500, UP, wireless=True, addresses=("10.0.0.7/24",))
ON_WIFI = Nic(21, "wlan0.30", "02:00:00:00:00:05", 1500, UP, "vlan", addresses=("10.88.1.33/24",), link=5)
RENAMED = Nic(
    23, "end0", "02:00:00:00:00:23", 1500, UP, addresses=("10.88.1.35/24",), alternative_names=("enp0s3", "cable")
)
HOTSPOT = Nic(
    24, "wlan0", "02:00:00:00:00:24", 1500, UP, wireless=True, addresses=("10.88.1.36/24",), access_point=True
)
ON_HOTSPOT = Nic(25, "wlan0.30", "02:00:00:00:00:24", 1500, UP, "vlan", addresses=("10.88.1.37/24",), link=24)
MESH = Nic(22, "bat0", "02:00:00:00:00:22", 1500, UP, "batadv", addresses=("10.88.1.34/24",))


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
        ([LO, TRUNK, FOR_ROS, FOR_CAMERAS], "", "eth0.100", "10.88.1.32"),
        ([LO, VPN, ROS, DOCKER_ELSEWHERE], "", "eth1", "10.88.1.21"),
        ([LO, MESH], "", "bat0", "10.88.1.34"),
        ([LO, MGMT, MACHINES], "virbr0", "virbr0", "10.88.1.31"),
        ([LO, ROS, RENAMED], "enp0s3", "end0", "10.88.1.35"),
        ([LO, MGMT, HOTSPOT], "", "wlan0", "10.88.1.36"),
        ([LO, HOTSPOT, ON_HOTSPOT], "wlan0.30", "wlan0.30", "10.88.1.37"),
    ],
    ids=[
        *("subnet", "second address", "name", "MAC", "upper-case MAC", "without address", "bridge", "MAC of a bridge"),
        *("VLAN", "beside a VPN and Docker", "mesh", "robots inside of this host", "alternative name"),
        *("access point", "VLAN on an access point"),
    ],
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
        (
            [LO, MGMT, VPN],
            "",
            "wg0 is a VPN or another tunnel and no Ethernet, so pods cannot be put on it (macvlan), and mul",
        ),
        ([LO, MGMT, TAILNET], "tailscale0", "tailscale0 is a VPN or another tunnel and no Ethernet"),
        ([LO, MGMT, MODEM], "", "ppp0 is a VPN or another tunnel and no Ethernet"),
        ([LO, MGMT, ZEROTIER], "", "zt0 is ZeroTier's, a VPN that drops frames from any MAC but the NIC's own"),
        ([LO, MGMT, DOCKER], "", "docker0 is the bridge of this host's own containers, and leads to no other host"),
        ([LO, MGMT, JETSON], "", "l4tbr0 is the bridge of a Jetson's USB device port, which has the same address on"),
        ([LO, MGMT, MACHINES], "", "virbr0 is the bridge of this host's own virtual machines"),
        (
            [LO, MGMT, WIFI_ELSEWHERE, ON_WIFI],
            "",
            "wlan0.30 is a VLAN on wlan0, a Wi-Fi NIC, and an access point drops",
        ),
        ([LO, TRUNK, FOR_ROS, FOR_CAMERAS], "02:00:00:00:00:18", "3 NICs have the MAC 02:00:00:00:00:18"),
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
        "WireGuard",
        "Tailscale",
        "modem",
        "ZeroTier",
        "Docker",
        "Jetson",
        "virtual machines",
        "VLAN on Wi-Fi",
        "MAC of several VLANs",
    ],
)
def test_a_nic_that_cannot_be_chosen(nics, wanted, said):
    with pytest.raises(LanError) as caught:
        choose_nic(nics, "ros-lan", SUBNET, wanted)
    assert str(caught.value).startswith("ros-lan: ")
    assert said in str(caught.value)
    assert "Fix: " in str(caught.value)


def test_a_vpn_is_told_what_works_instead():
    with pytest.raises(LanError, match=r"Fix: declare ros-lan on an Ethernet network .* by a Zenoh bridge at each end"):
        choose_nic([VPN], "ros-lan", SUBNET)


@pytest.mark.parametrize("nic", [WIFI, VPN, DOCKER])
def test_a_host_that_gets_no_pods_may_be_on_a_lan_by_any_nic(nic):
    lans, refused = carriers([LO, nic], {"ros-lan": "10.88.1.0/24"}, {}, for_pods=False)
    assert (lans["ros-lan"]["nic"], refused) == (nic.name, {})


@pytest.mark.parametrize(
    "addresses, address",
    [
        (["192.168.131.1/24", "10.88.1.21/24"], "10.88.1.21"),  # the maker's address comes first
        (["10.88.1.21/24", "10.88.1.99/24"], "10.88.1.21"),
        (["10.88.1.200/32", "10.88.1.21/24"], "10.88.1.21"),  # one that moves from host to host
        (["10.88.1.21/16"], "10.88.1.21"),
        (["10.88.1.21/32"], "10.88.1.21"),
        (["192.168.131.1/24"], None),
        ([], None),
    ],
)
def test_the_address_of_a_nic_on_a_lan(addresses, address):
    assert address_on(Nic(3, "br0", "02:00:00:00:00:03", 1500, UP, addresses=tuple(addresses)), SUBNET) == address


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
