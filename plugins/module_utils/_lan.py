# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which NIC of a host carries a LAN, and with which of its addresses: for the pods' attachments, the probe and the reports.

Private to this collection. Pure: no I/O, nothing of Ansible. Standard library only, since it also runs on robots.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Any, Mapping, Optional, Sequence

from ._nic_kinds import of_zerotier, own_bridge
from ._nics import Nic

_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
_INSTEAD = (
    "Fix: declare {lan} on an Ethernet network that the robots share. Through a VPN, ROS needs to be told whom to speak to "
    "instead of multicast: by a Zenoh bridge at each end, a Fast DDS discovery server, or a list of peers in Cyclone DDS"
)


class LanError(Exception):
    """Why a LAN cannot be what was asked for; the message says what, which value, and the fix."""


@dataclass(frozen=True)
class Choice:
    """The NIC of one host that carries one LAN."""

    nic: Nic
    address: Optional[str]  # the host's own address in the LAN's subnet, without prefix length; None if it has none


def parse_network(text: object) -> ipaddress.IPv4Network:
    """An IPv4 network from "10.88.1.0/24". Raises LanError that names the value and, for host bits, the network."""
    try:
        interface = ipaddress.IPv4Interface(str(text))
    except ValueError:
        raise LanError(f"{text!r} is not an IPv4 network in CIDR form such as 192.168.8.0/24") from None
    if "/" not in str(text):
        raise LanError(f"{text!r} has no prefix length; write it like 192.168.8.0/24")
    if interface.ip != interface.network.network_address:
        raise LanError(f"{text!r} has host bits set; the network is {interface.network}")
    return interface.network


def choose_nic(
    nics: Sequence[Nic], lan: str, subnet: ipaddress.IPv4Network, wanted: str = "", *, for_pods: bool = True
) -> Choice:
    """The NIC that carries `lan`: the one `wanted` by a name of its or by MAC, else the only one with an address in `subnet`.

    Raises LanError with the candidates when there is none or more than one, or when the NIC cannot carry macvlan, which a
    host that gets no pods (`for_pods`) does without.
    """
    candidates = [nic for nic in nics if not nic.loopback]
    chosen = _named(candidates, lan, wanted) if wanted else _addressed(candidates, lan, subnet)
    if for_pods:
        _refuse_what_is_no_lan(chosen, lan, wanted)
        _refuse_what_macvlan_cannot_use(chosen, candidates, lan)
    return Choice(nic=chosen, address=address_on(chosen, subnet))


def address_on(nic: Nic, subnet: ipaddress.IPv4Network) -> Optional[str]:
    """The address that the NIC has on the LAN with this subnet, whichever of its addresses comes first; None for none.

    One that is alone in its network (/32: a VPN's, or one that moves from host to host) counts where there is no other.
    """
    inside = [one for one in _interfaces(nic) if one.ip in subnet]
    chosen = next((one for one in inside if not _alone(one)), None) or next(iter(inside), None)
    return str(chosen.ip) if chosen else None


def carriers(
    nics: Sequence[Nic], subnets: Mapping[str, Any], wanted: Mapping[str, Any], *, for_pods: bool = True
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """({LAN: its NIC, for those that have one}, {LAN: why it has none, for the others}) of a host with these NICs.

    `subnets` is {LAN: its subnet} of the declared ones, `wanted` {LAN: name or MAC of the NIC that the host is to use}. A NIC
    is {"nic", "address", "mac", "mtu"}.
    """
    lans: dict[str, dict[str, Any]] = {}
    refused: dict[str, str] = {}
    for lan, subnet in subnets.items():
        try:
            choice = choose_nic(nics, lan, parse_network(subnet), str(wanted.get(lan) or ""), for_pods=for_pods)
        except LanError as exc:
            refused[lan] = str(exc)
            continue
        nic = choice.nic
        lans[lan] = {"nic": nic.name, "address": choice.address, "mac": nic.mac, "mtu": nic.mtu}
    for lan in sorted(set(wanted) - set(subnets)):
        refused[lan] = (
            f"ros_lan_nics names the LAN {lan!r}, but the declared LANs are: {', '.join(sorted(subnets)) or 'none'}. "
            "Fix: use a declared name, or declare that LAN in ros_lan_networks"
        )
    return lans, refused


def describe_nics(nics: Sequence[Nic]) -> str:
    """The NICs of a host in one line, for messages; virtual ones without an address (pods' ends) are passed over."""
    worth_naming = [nic for nic in nics if nic.addresses or not nic.kind]
    return (
        ", ".join(
            f"{nic.name} ({nic.mac or 'no MAC'}, {' '.join(nic.addresses) or 'no IPv4 address'})"
            for nic in worth_naming
        )
        or "none"
    )


def _named(candidates: Sequence[Nic], lan: str, wanted: str) -> Nic:
    if _MAC.fullmatch(wanted.lower()):
        # A bridge has the MAC of one of its ports, and a bond lends its own to all: the port is never the one meant.
        matches = [nic for nic in candidates if nic.mac == wanted.lower() and not nic.master]
        selector = f"MAC {wanted}"
    else:
        matches = [nic for nic in candidates if wanted in (nic.name, *nic.alternative_names)]
        selector = f"name {wanted}"
    if len(matches) == 1:
        return matches[0]
    many = f"{len(matches)} NICs have" if matches else "no NIC has"
    raise LanError(
        f"{lan}: {many} the {selector}. NICs: {describe_nics(matches or candidates)}. "
        f"Fix: name one of them in this host's ros_lan_nics: {{{lan}: NAME or MAC}}"
    )


def _addressed(candidates: Sequence[Nic], lan: str, subnet: ipaddress.IPv4Network) -> Nic:
    matches = [nic for nic in candidates if address_on(nic, subnet)]
    near = [nic for nic in matches if any(one.ip in subnet and not _alone(one) for one in _interfaces(nic))]
    if len(near) == 1 or len(matches) == 1:
        return (near or matches)[0]
    if matches:
        raise LanError(
            f"{lan}: {len(matches)} NICs have an address in {subnet}: {describe_nics(matches)}. "
            f"Fix: name the one for ROS in this host's ros_lan_nics: {{{lan}: NAME or MAC}}"
        )
    raise LanError(
        f"{lan}: no NIC has an address in {subnet}. NICs: {describe_nics(candidates)}. "
        f"Fix: give the host an address in {subnet}, correct the LAN's subnet, "
        f"or name the NIC in this host's ros_lan_nics: {{{lan}: NAME or MAC}}"
    )


def _refuse_what_is_no_lan(nic: Nic, lan: str, wanted: str) -> None:
    """A LAN is Ethernet between hosts: frames of several MACs pass, and multicast."""
    if not nic.ethernet:
        raise LanError(
            f"{lan}: {nic.name} is a VPN or another tunnel and no Ethernet, so pods cannot be put on it (macvlan), and "
            f"multicast, by which ROS nodes find each other, does not pass through it. {_INSTEAD.format(lan=lan)}"
        )
    if of_zerotier(nic.name):
        raise LanError(
            f"{lan}: {nic.name} is ZeroTier's, a VPN that drops frames from any MAC but the NIC's own, so macvlan pods on it "
            f"would be deaf. {_INSTEAD.format(lan=lan)}"
        )
    whose = own_bridge(nic.name)
    if whose and not wanted:  # who names it means it: the robots are this host's virtual machines
        raise LanError(
            f"{lan}: {nic.name} is {whose}, and leads to no other host. Fix: correct the subnet of {lan} in ros_lan_networks "
            f"to that of the network that the robots share; if they are inside of this host, say so in its ros_lan_nics: "
            f"{{{lan}: {nic.name}}}"
        )


def _refuse_what_macvlan_cannot_use(nic: Nic, candidates: Sequence[Nic], lan: str) -> None:
    below = next((other for other in candidates if nic.kind == "vlan" and other.index == nic.link), nic)
    if below.wireless and not below.access_point:  # an access point sends from any MAC
        what = f"is a VLAN on {below.name}, a Wi-Fi NIC" if below is not nic else "is a Wi-Fi NIC"
        raise LanError(
            f"{lan}: {nic.name} {what}, and an access point drops frames from any MAC but the NIC's own, so "
            f"macvlan pods on it would be deaf. Fix: put {lan} on a wired NIC of this host, in its ros_lan_nics"
        )
    if nic.master:
        master = next((other.name for other in candidates if other.index == nic.master), f"index {nic.master}")
        raise LanError(
            f"{lan}: {nic.name} belongs to {master}, and the kernel refuses macvlan on a member. "
            f"Fix: name {master} in this host's ros_lan_nics: {{{lan}: {master}}}"
        )
    if not nic.up:
        raise LanError(
            f"{lan}: {nic.name} is down. Fix: bring it up (ip link set {nic.name} up) and keep it up across reboots"
        )


def _interfaces(nic: Nic) -> list[ipaddress.IPv4Interface]:
    return [ipaddress.IPv4Interface(cidr) for cidr in nic.addresses]


def _alone(interface: ipaddress.IPv4Interface) -> bool:
    return interface.network.prefixlen == interface.max_prefixlen
