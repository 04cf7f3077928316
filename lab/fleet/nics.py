# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of a running host's own NICs, of whatever kind it is."""

from __future__ import annotations

from lab.fleet import kinds, network
from lab.fleet.plan import GATEWAY, MANAGEMENT_NIC, PREFIX_LENGTH
from lab.fleet.state import Member


def ros_nic_now(member: Member) -> str:
    """What the host's ROS NIC is called at this moment; a fault may have renamed it or changed its MAC."""
    return kinds.of(member).ros_nic_now(member)


def set_management_address(member: Member, address: str) -> None:
    """Give the host this address on its management NIC instead of those it has there, as DHCP may."""
    _set_address(member, MANAGEMENT_NIC, address)
    _ip(member, "route", "replace", "default", "via", GATEWAY)


def set_ros_address(member: Member, address: str) -> None:
    """Give the host this address on its ROS NIC instead of those it has there."""
    _set_address(member, ros_nic_now(member), address)


def set_ros_mac(member: Member, mac: str) -> None:
    """Give the host's ROS NIC a MAC address."""
    _ip(member, "link", "set", ros_nic_now(member), "address", mac)


def rename_ros_nic(member: Member, wanted: str) -> None:
    """Call the host's ROS NIC otherwise."""
    now = ros_nic_now(member)
    if now == wanted:
        return
    _ip(member, "link", "set", now, "down")
    _ip(member, "link", "set", now, "name", wanted)
    _ip(member, "link", "set", wanted, "up")


def move_to_far_site(member: Member) -> None:
    """Put the host's ROS NIC into the LAN of another site, behind a router."""
    network.plug_into_far_site(member.host)
    set_ros_address(member, member.host.far_address)


def bring_home(member: Member) -> None:
    """Put the host's ROS NIC into the LAN of the others again."""
    network.plug_in_at_home(member.host)
    set_ros_address(member, member.host.ros_address)


def _set_address(member: Member, nic: str, address: str) -> None:
    _ip(member, "address", "flush", "dev", nic)
    _ip(member, "address", "add", f"{address}/{PREFIX_LENGTH}", "brd", "+", "dev", nic)


def _ip(member: Member, *arguments: str) -> None:
    kinds.of(member).run_in_network(member, ["ip", *arguments])
