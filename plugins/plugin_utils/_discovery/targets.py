# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What dds_probe probes in pods: which NIC, in which domain, by multicast or by asking.

Private to this collection. Pure.
"""

from __future__ import annotations

from typing import Any, Iterator, Mapping, Sequence

from .._manifests import SERVER_LABEL, lan_of_attachment
from .._pods import is_leaving, node_name
from .._ros_discovery import MULTICAST
from .pods import CLUSTER_NETWORK, CLUSTER_NIC, attachments, domain_of, full_name, is_probe, workload_of
from .questions import questions, way_of


def pod_targets(
    pods: Sequence[Mapping[str, Any]], node: str, domains: Mapping[str, Sequence[int]]
) -> list[dict[str, Any]]:
    """What dds_probe can probe in the pods that run on a node: each LAN, and the cluster's network in probe pods.

    `domains`: {LAN: the DDS domains in which multicast is proven there}. A workload's pod is probed in its own domain, a
    probe's pod in all of its LAN; the cluster's network, on which nobody is to be heard, in the first of all.
    """
    return [target for pod in pods if _runs_on(pod, node) for target in _of_pod(pod, domains)]


def is_probed(pod: Mapping[str, Any]) -> bool:
    """Whether it is one of ours that can be entered; a discovery server is asked, and does not ask."""
    if SERVER_LABEL in (pod["metadata"].get("labels") or {}) or not (is_probe(pod) or workload_of(pod)):
        return False
    return not is_leaving(pod) and pod.get("status", {}).get("phase") == "Running"


def _runs_on(pod: Mapping[str, Any], node: str) -> bool:
    return node_name(pod) == node and is_probed(pod)


def _of_pod(pod: Mapping[str, Any], domains: Mapping[str, Sequence[int]]) -> Iterator[dict[str, Any]]:
    nics = {
        entry["interface"]: lan_of_attachment(entry["name"]) for entry in attachments(pod) if entry.get("interface")
    }
    if is_probe(pod):
        nics[CLUSTER_NIC] = CLUSTER_NETWORK
    own = {"scope": "pod", "pod": full_name(pod), "pod_uid": pod["metadata"]["uid"]}
    for nic, network in nics.items():
        if way_of(pod) != MULTICAST:
            asking = {"multicast": False, "ask": questions(pod)}
            yield {**own, "network": network, "nic": nic, "domain_id": domain_of(pod), **asking}
            continue
        for domain in _domains_on(network, domains):
            if is_probe(pod) or domain == domain_of(pod):
                yield {**own, "network": network, "nic": nic, "domain_id": domain}


def _domains_on(network: str, domains: Mapping[str, Sequence[int]]) -> Sequence[int]:
    if network == CLUSTER_NETWORK:
        return [min((domain for each in domains.values() for domain in each), default=0)]
    return domains.get(network, ())
