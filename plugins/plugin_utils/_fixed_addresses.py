# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses that stay: which pod has which of a LAN's `fixed` ones.

Private to this collection. Pure. Nothing else remembers them: the Deployment that exists says which address its pods have, so
that it outlives the pod, its host's Node and the host itself, and goes with the Deployment.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping, Optional, Sequence, Tuple

from ..module_utils._lan import LanError
from ._addresses import ip, network
from ._manifests import NETWORKS_ANNOTATION, fixed_lan

if TYPE_CHECKING:
    from netaddr import IPAddress, IPNetwork

# Namespace and name of a Deployment.
Key = Tuple[str, str]


def hand_out(
    claims: Mapping[Key, str], networks: Mapping[str, Mapping[str, Any]], existing: Sequence[Mapping[str, Any]]
) -> dict[Key, str]:
    """The address of each Deployment in `claims`, {(namespace, name): LAN}: the one it has, else the lowest free one.

    `existing` are Deployments as the API has them. The addresses of those that nobody claims any more come last, as their pods
    may still be there. Raises LanError when a LAN has too few.
    """
    held = {_key(deployment): _held(deployment) for deployment in existing}
    result: dict[Key, str] = {}
    for lan in dict.fromkeys(claims.values()):
        own = {key for key, wanted in claims.items() if wanted == lan}
        usable = addresses(networks[lan])
        kept = {key: held[key][1] for key in own if held.get(key) and held[key][0] == fixed_lan(lan)}
        kept = {key: address for key, address in kept.items() if address in usable}
        leaving = {each[1] for key, each in held.items() if each and each[0] == fixed_lan(lan) and key not in kept}
        free = [address for address in usable if address not in kept.values()]
        free.sort(key=lambda address: address in leaving)
        for key in sorted(own - set(kept)):
            if not free:
                raise LanError(
                    f"LAN {lan}: fixed {networks[lan]['fixed']} has {len(usable)} addresses, and {len(own)} are needed. "
                    "Fix: widen it"
                )
            kept[key] = free.pop(0)
        result.update(kept)
    return result


def addresses(network_of_lan: Mapping[str, Any]) -> list[str]:
    """All that a LAN's `fixed` has for pods, lowest first; none where it is not declared."""
    return [str(address) for address in _usable(network_of_lan)]


def number_of(address: str, networks: Iterable[Mapping[str, Any]]) -> int:
    """Which one it is of the `fixed` ones of all LANs in their order, from 0: a number that no other server has."""
    numbers_before = 0
    for each in networks:
        part = network(each["fixed"]) if each.get("fixed") else None
        if part is not None and ip(address) in part:
            return numbers_before + int(ip(address)) - part.first
        numbers_before += part.size if part is not None else 0
    raise LanError(f"{address} is in no LAN's fixed part")


def with_prefix(address: str, network_of_lan: Mapping[str, Any]) -> str:
    """As CNI wants it: "10.88.1.113/24"."""
    return f"{address}/{network(network_of_lan['subnet']).prefixlen}"


def _usable(network_of_lan: Mapping[str, Any]) -> Iterator[IPAddress]:
    if not network_of_lan.get("fixed"):
        return
    subnet: IPNetwork = network(network_of_lan["subnet"])
    for address in network(network_of_lan["fixed"]):
        if address not in (subnet.network, subnet.broadcast):
            yield address


def _key(deployment: Mapping[str, Any]) -> Key:
    return deployment["metadata"]["namespace"], deployment["metadata"]["name"]


def _held(deployment: Mapping[str, Any]) -> Optional[tuple[str, str]]:
    """(attachment, address) that the Deployment gives its pods, or None when it gives none."""
    annotations = deployment["spec"]["template"]["metadata"].get("annotations") or {}
    for each in json.loads(annotations.get(NETWORKS_ANNOTATION) or "[]"):
        for address in each.get("ips") or []:
            return each["name"], address.partition("/")[0]
    return None
