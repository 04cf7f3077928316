# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with declared LANs and with the NICs they find, each with the host or LAN, the value and the fix.

Private to this collection. Pure; runs on the controller. An empty list means that nothing is wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations, islice
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from ..module_utils._lan import LanError
from ._addresses import ip, ip_of, network, overlap, pieces

if TYPE_CHECKING:
    from netaddr import IPAddress, IPNetwork

DEFAULT_SLICE_PREFIX = 28
# A /31 or /32 has no room for a workload and the probe's own pod next to each other at the ends of a subnet.
LONGEST_SLICE_PREFIX = 30
# The name is a Kubernetes object's, a file's, and the end of the annotation "slice.<name>" (63 characters at most).
LONGEST_LAN_NAME = 57
_DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


@dataclass(frozen=True)
class Lan:
    """A declared LAN whose subnet and pool make sense together."""

    name: str
    subnet: IPNetwork
    pool: IPNetwork
    slice_prefix: int


def is_dns_label(text: str, longest: int = 63) -> bool:
    """Whether Kubernetes takes the text as the name of an object and as a label's value."""
    return len(text) <= longest and bool(_DNS_LABEL.fullmatch(text))


def slice_prefix(network: Mapping[str, Any]) -> int:
    """The prefix length of one host's slice of a declared LAN."""
    return int(network.get("slice_prefix") or DEFAULT_SLICE_PREFIX)


def findings(
    networks: Sequence[Mapping[str, Any]],
    hosts: Sequence[str],
    seen: Mapping[str, Mapping[str, Any]],
    addresses: Mapping[str, str],
) -> list[str]:
    """Everything wrong with `networks` on a fleet of `hosts`.

    `seen` is what lan_seen gives of each host that is present; `addresses` holds the fleet address of each
    host, also of absent ones (names that are no IPv4 address are passed over).
    """
    found, lans = _declared(networks)
    for lan in lans:
        found += _too_small(lan, hosts)
    found += [finding for one, other in combinations(lans, 2) for finding in _overlapping(one, other)]
    broken = {str(network.get("name", "")) for network in networks} - {lan.name for lan in lans}
    for host in hosts:
        found += _refusals(host, seen.get(host, {}), broken)
        found += _own_addresses_in_pools(host, lans, seen.get(host, {}), addresses.get(host, ""))
        found += _foreign_attachments(host, lans, seen.get(host, {}))
    return found


def _declared(networks: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[Lan]]:
    found: list[str] = []
    lans: list[Lan] = []
    names = [str(network.get("name", "")) for network in networks]
    for name in sorted({name for name in names if names.count(name) > 1}):
        found.append(f"LAN {name}: declared {names.count(name)} times. Fix: give each LAN a name of its own")
    for declared, name in zip(networks, names):
        if not is_dns_label(name, LONGEST_LAN_NAME):
            found.append(
                f"LAN {name!r}: the name is not usable in Kubernetes. Fix: lower-case letters, digits and inner "
                f"dashes only, at most {LONGEST_LAN_NAME} characters, such as ros-lan"
            )
        try:
            lans.append(_lan(name, declared))
        except LanError as exc:
            found.append(f"LAN {name}: {exc}")
    return found, lans


def _lan(name: str, declared: Mapping[str, Any]) -> Lan:
    subnet = _network(declared, "subnet")
    pool = _network(declared, "pool")
    prefix = slice_prefix(declared)
    if pool not in subnet:
        raise LanError(
            f"the pool {pool} is not inside the subnet {subnet}. Fix: a part of {subnet} that DHCP and hosts leave free"
        )
    if not pool.prefixlen <= prefix <= LONGEST_SLICE_PREFIX:
        raise LanError(
            f"slice_prefix {prefix} does not cut the pool {pool} into slices. "
            f"Fix: a number from {pool.prefixlen} to {LONGEST_SLICE_PREFIX}, or a wider pool"
        )
    return Lan(name, subnet, pool, prefix)


def _network(declared: Mapping[str, Any], key: str) -> IPNetwork:
    try:
        return network(declared.get(key, ""))
    except LanError as exc:
        raise LanError(f"the {key} {exc}. Fix: correct {key} in ros_lan_networks") from None


def _too_small(lan: Lan, hosts: Sequence[str]) -> list[str]:
    room = _room(lan.pool, lan.slice_prefix, len(hosts))
    if room >= len(hosts):
        return []
    lengths = range(lan.slice_prefix + 1, LONGEST_SLICE_PREFIX + 1)
    enough = next((length for length in lengths if _room(lan.pool, length, len(hosts)) >= len(hosts)), None)
    narrower = f"slice_prefix: {enough}, or " if enough else ""
    return [
        f"LAN {lan.name}: the pool {lan.pool} has room for {room} slices of /{lan.slice_prefix}, and the fleet has "
        f"{len(hosts)} hosts. Fix: {narrower}a wider pool"
    ]


def _room(pool: IPNetwork, prefix_length: int, most: int) -> int:
    """For how many hosts the pool has a slice of that prefix length, counted up to `most`."""
    return sum(1 for _piece in islice(pieces(pool, prefix_length), most))


def _overlapping(one: Lan, other: Lan) -> list[str]:
    if not overlap(one.pool, other.pool):
        return []
    return [
        f"LAN {other.name}: its pool {other.pool} overlaps the pool {one.pool} of {one.name}. "
        "Fix: give each LAN a pool of its own"
    ]


def _refusals(host: str, seen: Mapping[str, Any], broken: set[str]) -> list[str]:
    """Why the host cannot carry a LAN; a LAN that is itself wrong is reported once, not again by every host."""
    return [f"{host}: {reason}" for lan, reason in seen.get("refused", {}).items() if lan not in broken]


def _own_addresses_in_pools(host: str, lans: Sequence[Lan], seen: Mapping[str, Any], fleet_address: str) -> list[str]:
    return [
        f"{host}: its own address {address} ({where}) lies in the pool {lan.pool} of {lan.name}, so a pod would get it too. "
        "Fix: move the pool or the host's address"
        for lan in lans
        for address, where in _own_addresses(seen, fleet_address).items()
        if address in lan.pool
    ]


def _own_addresses(seen: Mapping[str, Any], fleet_address: str) -> dict[IPAddress, str]:
    own = {ip_of(cidr): nic["name"] for nic in seen.get("nics", []) for cidr in nic["addresses"]}
    address = ip(fleet_address)
    if address is not None:
        own.setdefault(address, "its fleet address")
    return own


def _foreign_attachments(host: str, lans: Sequence[Lan], seen: Mapping[str, Any]) -> list[str]:
    """Files that others put beside ours and that would keep Multus from finding a LAN."""
    names = {lan.name for lan in lans}
    found = []
    for file in seen.get("attachments", []):
        if file["owned"]:
            continue
        if file["error"] and file["file"].rpartition("/")[2] not in {f"{name}.conf" for name in names}:
            found.append(
                f"{host}: Multus cannot read {file['file']} ({file['error']}), and stops there before it finds a LAN. "
                "Fix: repair or remove that file"
            )
        if file["name"] in names:
            found.append(
                f"{host}: {file['file']} already defines an attachment {file['name']} and was not written by rosfleet. "
                "Fix: remove that file, or give the LAN another name"
            )
    return found
