# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The NICs and addresses that probes found in their network namespaces: whose an address is, and in which subnet.

Private to this collection. Pure.
"""

from __future__ import annotations

from ipaddress import IPv4Interface, IPv4Network, ip_address
from typing import Any, Iterator, Mapping, Optional, Sequence

from .probes import Probe

SINGLE = 31  # a prefix as long says nothing of who else is on the LAN


def nics_of(probe: Probe) -> Sequence[Mapping[str, Any]]:
    """Those of the probe's namespace that have an address; none where they were not read."""
    return probe.addresses.get("nics") or ()


def own_nic(probe: Probe) -> Optional[Mapping[str, Any]]:
    """The probed one."""
    return next((each for each in nics_of(probe) if each["nic"] == probe.nic), None)


def interfaces(nics: Sequence[Mapping[str, Any]]) -> Iterator[IPv4Interface]:
    """Their addresses with their prefixes."""
    for nic in nics:
        yield from map(IPv4Interface, nic["addresses"])


def held_by(probe: Probe) -> set[str]:
    """All addresses of its namespace."""
    return {str(each.ip) for each in interfaces(nics_of(probe))}


def owners_of_addresses(probes: Sequence[Probe]) -> dict[str, Probe]:
    """{address: who has it}, of the addresses that probes speak from, and of all that their hosts and pods have."""
    spoken = {probe.address: probe for probe in probes if probe.address}
    # Bridges of containers have the same address on many hosts: those are nobody's in particular.
    seen: dict[str, set[tuple[str, str]]] = {}
    for probe in probes:
        for address in held_by(probe):
            seen.setdefault(address, set()).add((probe.host, probe.pod))
    alone = {address for address, places in seen.items() if len(places) == 1}
    held = {address: probe for probe in probes for address in held_by(probe) if address in alone}
    return {**held, **spoken}


def subnet_of(probe: Probe) -> Optional[IPv4Network]:
    """The subnet of the address that the probe speaks from, by its NIC; None for a single address, or when it was not read."""
    nic = own_nic(probe)
    found = (each.network for each in interfaces([nic] if nic else []) if str(each.ip) == probe.address)
    return next((subnet for subnet in found if subnet.prefixlen < SINGLE), None)


def in_other_subnets(one: Probe, other: Probe) -> bool:
    """Whether each has a subnet, and neither's has the other's address in it."""
    subnets = subnet_of(one), subnet_of(other)
    if subnets[0] is None or subnets[1] is None:
        return False
    return ip_address(other.address) not in subnets[0] and ip_address(one.address) not in subnets[1]
