# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who tries unicast with whom, and on which ports: the hosts of a LAN among each other, and the pods on it.

Private to this collection. Pure.
"""

from __future__ import annotations

import ipaddress
import json
import zlib
from collections import Counter
from typing import Any, Iterable, Mapping, Sequence

from ...module_utils._rtps import ports
from .._manifests import lan_of_attachment
from .._pods import node_name
from .._ros_discovery import MULTICAST
from .pods import attachments, full_name
from .questions import way_of
from .targets import is_probed

# A probe writes to so many others at most: 5 rounds of 9.7 kB for each, 3 MB in all. Of more, it takes its neighbours.
MAX_PEERS = 64
# Neighbours that all pods of a host may add to its kernel's one table, which by default ends at 1024 for all of them.
_NEIGHBOURS = 512
# Indexes of participants whose ports DDS programs seldom have, below 7500 as those that firewalls are opened for.
_DDS_INDEX = 30
_OWN_INDEXES = range(31, 45)
_STATUS_ANNOTATION = "k8s.v1.cni.cncf.io/network-status"


def plan_paths(
    lans: Mapping[str, Mapping[str, Mapping[str, Any]]],
    pods: Sequence[Mapping[str, Any]],
    nodes: Sequence[str],
    domains: Mapping[str, Sequence[int]],
    run: str,
) -> dict[str, dict[str, Any]]:
    """{LAN: {"port", "dds_ports", "host": addresses, "pod": addresses, "most": {scope: peers of each}}} for the LANs on which
    multicast is used.

    `lans`: {host: {LAN: {"address", ...}}}; `nodes` of the hosts that are probed; `domains`: {LAN: DDS domains}. The ports are
    DDS's own, of the LAN's first domain, so that what is opened for DDS is open for them. `run` tells which of them.
    """
    plan = {}
    for lan, those in domains.items():
        if those:
            probed = [pod for pod in pods if node_name(pod) in nodes and is_probed(pod) and way_of(pod) == MULTICAST]
            on_lan = [pod for pod in probed if nics_on(pod, lan)]
            crowd = max(Counter(map(node_name, on_lan)).values(), default=1)
            index = _OWN_INDEXES[zlib.crc32(run.encode()) % len(_OWN_INDEXES)]
            plan[lan] = {
                "port": ports.discovery_unicast(min(those), index),
                "dds_ports": [port(min(those), _DDS_INDEX) for port in (ports.discovery_unicast, ports.user_unicast)],
                "host": _sorted(each[lan].get("address") for each in lans.values() if lan in each),
                "pod": _sorted(address_of_pod(pod, nic) for pod in on_lan for nic in nics_on(pod, lan)),
                "most": {"host": MAX_PEERS, "pod": max(2, min(MAX_PEERS, _NEIGHBOURS // crowd))},
            }
    return plan


def with_paths(
    targets: Sequence[Mapping[str, Any]],
    plan: Mapping[str, Mapping[str, Any]],
    own: Mapping[tuple[str, str, str], str],
) -> list[dict[str, Any]]:
    """The targets, each NIC's first with its `paths`. `own`: {(pod or "", network, NIC): its address}."""
    told = set()
    made = []
    for target in targets:
        place = (target.get("pod", ""), target["network"], target["nic"])
        peers = plan.get(target["network"])
        address = own.get(place, "")
        if peers and place not in told and address in peers[target["scope"]] and target.get("multicast", True):
            told.add(place)
            around = _around(address, peers[target["scope"]], peers["most"][target["scope"]])
            others = [{"address": each, "port": peers["port"]} for each in around]
            paths = {"port": peers["port"], "dds_ports": peers["dds_ports"], "peers": others}
            target = {**target, "paths": paths} if others else target
        made.append(dict(target))
    return made


def own_addresses(
    lans: Mapping[str, Mapping[str, Any]], pods: Sequence[Mapping[str, Any]], networks: Iterable[str]
) -> dict[tuple[str, str, str], str]:
    """The `own` of with_paths, for one host with the NICs `lans` and for all pods."""
    hosts = {("", lan, each["nic"]): each.get("address") or "" for lan, each in lans.items()}
    in_pods = {
        (full_name(pod), lan, nic): address_of_pod(pod, nic)
        for lan in networks
        for pod in pods
        for nic in nics_on(pod, lan)
    }
    return {**hosts, **in_pods}


def nics_on(pod: Mapping[str, Any], lan: str) -> list[str]:
    return [
        entry["interface"]
        for entry in attachments(pod)
        if entry.get("interface") and lan_of_attachment(entry["name"]) == lan
    ]


def address_of_pod(pod: Mapping[str, Any], nic: str) -> str:
    """The IPv4 address that a pod's NIC has, as Multus tells it; else the one that stays; empty when neither is there."""
    text = (pod["metadata"].get("annotations") or {}).get(_STATUS_ANNOTATION, "")
    try:
        status = json.loads(text) if text else []
    except ValueError:
        status = []
    for entry in [*status, *attachments(pod)]:
        if isinstance(entry, Mapping) and entry.get("interface") == nic:
            for address in entry.get("ips") or ():
                if ":" not in address:
                    return str(address).partition("/")[0]
    return ""


def _sorted(addresses: Iterable[Any]) -> list[str]:
    return sorted({each for each in addresses if each}, key=ipaddress.IPv4Address)


def _around(own: str, addresses: Sequence[str], most: int) -> list[str]:
    """The others, beginning behind the own, so that not all write to the same one first; of many those nearest to it."""
    at = addresses.index(own)
    ring = [*addresses[at + 1 :], *addresses[:at]]
    if len(ring) <= most:
        return ring
    half = most // 2
    return [*ring[:half], *ring[-half:]]
