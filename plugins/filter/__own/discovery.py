# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters of the role discovery: pods and targets to probe, the report and its table. No I/O."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence

from ...module_utils._finding import in_sentences
from ...plugin_utils._discovery.endpoints import addresses_to_ask
from ...plugin_utils._discovery.paths import own_addresses, plan_paths, with_paths
from ...plugin_utils._discovery.pods import leftovers, probe_pods
from ...plugin_utils._discovery.probes import gather
from ...plugin_utils._discovery.report import build_report, failure
from ...plugin_utils._discovery.samples import all_heard, expected_samples, sample_results
from ...plugin_utils._discovery.targets import pod_targets
from ...plugin_utils._ros_discovery import MULTICAST, way_of
from ...plugin_utils._workload_findings import listening_findings
from ...plugin_utils._workloads import domain_id_of, lan_of


def discovery_targets(
    lans: Mapping[str, Mapping[str, Any]],
    pods: Sequence[Mapping[str, Any]],
    node: str,
    networks: Sequence[Mapping[str, Any]],
    domains: Mapping[str, Sequence[int]],
    plan: Optional[Mapping[str, Mapping[str, Any]]] = None,
) -> list[dict[str, Any]]:
    """What dds_probe shall probe on one host: its NIC on each LAN, and the pods that run on its node, in every domain.

    `lans`: {lan: {"nic", ...}} of the host; `networks`: the declared LANs, in whose subnets the probe is to speak;
    `domains`: what discovery_domains returns; `plan`: what plan_paths returns, without which no unicast is tried.
    """
    subnets = {network["name"]: network["subnet"] for network in networks}
    own = [
        {"scope": "host", "network": lan, "nic": carrier["nic"], "domain_id": domain}
        for lan, carrier in lans.items()
        for domain in domains.get(lan, ())
    ]
    targets = [*own, *pod_targets(pods, node, domains)]
    placed = [{**target, "subnet": subnets.get(target["network"], "")} for target in targets]
    return with_paths(placed, plan or {}, own_addresses(lans, pods, plan or {}))


def discovery_domains(
    networks: Sequence[Mapping[str, Any]], workloads: Sequence[Mapping[str, Any]], asked: Sequence[int]
) -> dict[str, list[int]]:
    """{LAN: the DDS domains in which multicast has to get through}: those `asked` for, else those of its workloads, else 0.

    None on a LAN of which nobody wants it: all that is on it finds each other in other ways.
    """
    lans = {network["name"]: network for network in networks}
    used: dict[str, set[int]] = {lan: set() for lan in lans}
    for workload in workloads if lans else ():
        lan = lan_of(workload, lans)
        if way_of(workload, lans[lan]) == MULTICAST:
            used[lan].add(domain_id_of(workload) or 0)
    wanted = [lan for lan in lans if used[lan] or way_of({}, lans[lan]) == MULTICAST]
    return {lan: sorted(set(map(int, asked)) or used[lan] or {0}) if lan in wanted else [] for lan in lans}


class FilterModule:
    """Names under which Ansible finds the filters."""

    def filters(self) -> dict[str, Any]:
        return {
            "discovery_probe_pods": probe_pods,
            "discovery_leftovers": leftovers,
            "discovery_domains": discovery_domains,
            "discovery_paths": plan_paths,
            "discovery_targets": discovery_targets,
            "discovery_addresses_to_ask": addresses_to_ask,
            "discovery_findings": in_sentences(listening_findings),
            "discovery_samples": expected_samples,
            "discovery_sample_results": sample_results,
            "discovery_gather": gather,
            "discovery_report": build_report,
            "discovery_failure": failure,
            "discovery_all_heard": all_heard,
        }
