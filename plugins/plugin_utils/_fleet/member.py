# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet: each host's name and the one address at which the others reach it.

Private to this collection. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Optional, Sequence

from ...module_utils._nic_kinds import of_pod_network, own_bridge
from .._addresses import around, ip, ip_of, is_ip6
from .._and_list import and_list

HOST_VARIABLES = ("identity_hostname", "identity_address", "identity_subnet", "ansible_host", "ansible_port")


@dataclass(frozen=True)
class Member:
    """A host of the fleet."""

    host: str  # inventory name
    hostname: str  # the one that it is to have, also the name of its Node
    address: str  # IPv4; "" where the host does not tell which, see finding
    present: bool  # whether the host was looked at in this run
    contacted: str  # where Ansible contacts it: a name or an address
    port: int  # of its SSH server
    finding: str = ""  # why there is no address, with its cure
    warning: str = ""  # why nobody gets an entry for it, with the cure
    in_cluster: bool = True  # whether it is to be a member of the cluster; others have a name, and no MicroK8s


def member(
    host: str,
    variables: Mapping[str, Any],
    seen: Optional[Mapping[str, Any]],
    remembered: Optional[str] = None,
    *,
    forwarded: Sequence[str] = (),
    in_cluster: bool = True,
) -> Member:
    """The member that `host` is.

    `variables` are the host's HOST_VARIABLES as far as they are set; `seen` is its identity as fleet_look returned it,
    None when the host was not looked at, and then `remembered` is its address when it was last asked. `forwarded` are the
    hosts that are contacted at the same address by another port, which then is somebody's who forwards these ports.
    """
    declared = str(variables.get("identity_address") or "")
    contacted = str(variables.get("ansible_host") or host)
    subnet = str(variables.get("identity_subnet") or "")
    warning = ""
    if declared:
        address, finding = _declared(host, declared, seen)
    elif subnet and around(subnet) is None:
        address, finding = (
            "",
            f"{host}: identity_subnet '{subnet}' is not an IPv4 network. Fix: write it like 192.168.8.0/24.",
        )
    elif seen is None:
        address, finding = _of_one_not_asked("" if forwarded else contacted, subnet, remembered), ""
        warning = "" if address else _unknown(host, contacted, forwarded)
    else:
        address, finding = _in_subnet(host, subnet, seen) if subnet else _on_default_route(host, contacted, seen)
    return Member(
        host=host,
        hostname=str(variables.get("identity_hostname") or host),
        address=address,
        present=seen is not None,
        contacted=contacted,
        port=int(variables.get("ansible_port") or 22),
        finding=finding,
        warning=warning,
        in_cluster=in_cluster,
    )


def _declared(host: str, declared: str, seen: Optional[Mapping[str, Any]]) -> tuple[str, str]:
    if not is_reachable_ipv4(declared):
        return "", _unusable(host, declared)
    if seen is not None and declared not in own_addresses(seen):
        return "", (
            f"{host}: identity_address {declared} is on none of its NICs ({_on_nics(_candidates(seen))}). Fix: correct "
            f"identity_address of {host}, or give the NIC that address."
        )
    return declared, ""


def _of_one_not_asked(contacted: str, subnet: str, remembered: Optional[str]) -> str:
    """What was seen last, else what the inventory tells; a name or another network's address tells nothing."""
    for address in (remembered or "", contacted):
        if is_reachable_ipv4(address) and (not subnet or ip(address) in around(subnet)):
            return address
    return ""


def _unknown(host: str, contacted: str, forwarded: Sequence[str]) -> str:
    why = f"'{contacted}' does not tell its fleet address"
    if forwarded:
        why = (
            f"ansible_host {contacted} is also that of {and_list(forwarded)}, by another ansible_port: whoever has that "
            f"address forwards the ports, so it is no host's fleet address"
        )
    return (
        f"{host}: is not in this run and was never seen from here, and {why}, so nobody gets an entry for it. Fix: set "
        f"identity_address of {host}, or run site once when it is there."
    )


def _in_subnet(host: str, subnet: str, seen: Mapping[str, Any]) -> tuple[str, str]:
    network = around(subnet)
    inside = [(nic, address) for nic, address in _candidates(seen) if ip(address) in network]
    inside = [(nic, address) for nic, address in inside if not own_bridge(nic)] or inside
    addresses = sorted({address for _nic, address in inside})
    if len(addresses) == 1:
        return addresses[0], ""
    if addresses:
        return "", (
            f"{host}: has several addresses in identity_subnet {network}: {_on_nics(inside)}. Fix: set identity_address "
            f"of {host} to the one that the fleet is to use."
        )
    return "", (
        f"{host}: has no address in identity_subnet {network}, only {_on_nics(_candidates(seen))}. Fix: connect it to "
        f"that network, or set identity_address or identity_subnet of {host}."
    )


def _on_default_route(host: str, contacted: str, seen: Mapping[str, Any]) -> tuple[str, str]:
    # A route by a bridge of the host's own (a Jetson's USB device port has one) or from an address that it gave itself as
    # nobody else did (169.254.…) leads no other host to it.
    routed = [
        (route["nic"], route["source"])
        for route in seen["default_routes"]
        if route["source"] and not ip(route["source"]).is_link_local() and not own_bridge(route["nic"])
    ]
    addresses = {address for _nic, address in routed}
    if len(addresses) == 1:
        return addresses.pop(), ""
    if contacted in addresses:  # where the controller reaches it, others do, too
        return contacted, ""
    if addresses:
        return "", (
            f"{host}: has several default routes, by {_on_nics(routed)}. Fix: set identity_subnet of the fleet, or "
            f"identity_address of {host}."
        )
    # An island without a router: the address that Ansible uses is one that others can use.
    outer = {address for nic, address in _candidates(seen) if not own_bridge(nic)}
    if is_reachable_ipv4(contacted) and contacted in outer:
        return contacted, ""
    if not _candidates(seen):
        return "", (
            f"{host}: has no IPv4 address, and a fleet is IPv4 only. Fix: give its NIC on the fleet's network an IPv4 address."
        )
    return "", (
        f"{host}: has no default route that tells its fleet address; it has {_on_nics(_candidates(seen))}. Fix: set "
        f"identity_subnet of the fleet, or identity_address of {host}."
    )


def _unusable(host: str, address: str) -> str:
    if is_ip6(address):
        return (
            f"{host}: fleet address '{address}' is IPv6, and a fleet is IPv4 only. Fix: give {host} an IPv4 address on the "
            f"fleet's network, and set identity_address of {host} to that."
        )
    return (
        f"{host}: fleet address '{address}' is not an IPv4 address that other hosts can reach. "
        f"Fix: set ansible_host or identity_address of {host} to its address on the fleet's network."
    )


def _candidates(seen: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(NIC, address) of all that others may reach; what the pod network has made carries none of the host's own."""
    return [
        (nic["name"], str(ip_of(address)))
        for nic in seen["nics"]
        if not of_pod_network(nic["name"])
        for address in nic["addresses"]
        if not ip_of(address).is_loopback() and not ip_of(address).is_link_local()
    ]


def _on_nics(candidates: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{address} on {nic}" for nic, address in candidates) or "none"


def own_addresses(seen: Mapping[str, Any]) -> set[str]:
    return {address for _nic, address in _candidates(seen)}


def is_reachable_ipv4(text: str) -> bool:
    """Whether others can use it: an IPv4 address, and neither loopback, unspecified nor multicast."""
    address = ip(text)
    return address is not None and not (address.is_loopback() or address.is_multicast() or not address)
