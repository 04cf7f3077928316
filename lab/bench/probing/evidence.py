# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that knows how `verify` calls the probe and what it judges by: its targets, and the evidence.

As roles/discovery/tasks/probe.yml and report.yml do, for hosts alone: there is no cluster, so there are no pods. What is said
of the programs of a workload's pod is said here of those of a host, whose namespace is like a pod's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lab.bench.probing.net import LAN, NICS, SUBNETS

DURATION_S = 2.5
OF_PODS = "nothing-compared"  # of pods, in every case, as there are none
OF_PROGRAMS = (
    *("no-participant", "local-only", "wrong-domain", "off-lan-program", "other-middleware", "other-server"),
    *("shared-memory-split", "index-exhausted", "address-changed"),
)
MULTICAST = "multicast"
ASKED = {"peers": "participant", "server": "discovery_server", "zenoh": "zenoh_router"}  # what is asked, by the way
PLACED = {"node": "", "refused": {}}
RUN = "bench"
MAX_DOMAIN = 232  # of others the module says what is wrong


def find_collection() -> None:
    """Let the collection be imported as it is installed, which only those who run the bench need."""
    if os.environ["ANSIBLE_COLLECTIONS_PATH"] not in sys.path:
        sys.path.insert(0, os.environ["ANSIBLE_COLLECTIONS_PATH"])


def all_targets(on: Mapping[str, Mapping[str, str]], domains: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """What dds_probe is to probe on each host. `on`: {host: {LAN: its address there}}."""
    find_collection()
    from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery import paths as unicast

    lans = {host: {lan: {"nic": NICS[lan], "address": each[lan]} for lan in each} for host, each in on.items()}
    known = {lan: list(domains) for each in on.values() for lan in each}
    sound = all(domain <= MAX_DOMAIN for domain in domains)
    plan = unicast.plan_paths(lans, [], list(on), known, RUN) if sound else {}
    return {
        host: unicast.with_paths(targets(list(each), domains), plan, unicast.own_addresses(lans[host], [], known))
        for host, each in on.items()
    }


def targets(lans: Sequence[str], domains: Sequence[int]) -> list[dict[str, Any]]:
    """Those of a host that is on these LANs, without the other hosts."""
    return [
        {
            **{"scope": "host", "network": lan, "nic": NICS[lan], "subnet": f"{SUBNETS[lan]}0/24"},
            **{"domain_id": domain, "pod": "", "pod_uid": "", "multicast": True, "ask": []},
        }
        for lan in lans
        for domain in domains
    ]


def asking_targets(domains: Sequence[int], way: str, addresses: Sequence[str]) -> list[dict[str, Any]]:
    """Those of a host whose nodes find others by another way than multicast, as of a pod with such nodes."""
    ask = [{"kind": ASKED[way], "address": address, "port": None} for address in addresses]
    return [{**target, "multicast": False, "ask": ask} for target in targets([LAN], domains)]


def report(
    results: Mapping[str, Mapping[str, Any]],
    on: Mapping[str, Sequence[str]],
    domains: Sequence[int],
    containers: Mapping[str, str],
) -> dict[str, Any]:
    """The collection's report. `results`: what each host's probe returned; `on`: {host: its LANs}; `domains`: those in which
    multicast is needed; `containers`: {name: host}, whose programs count as a workload's, too.
    """
    find_collection()
    from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.report import build_report

    lans = sorted({lan for each in on.values() for lan in each})
    return build_report(
        {
            "networks": [
                {
                    "name": lan,
                    "subnet": f"{SUBNETS[lan]}0/24",
                    "hosts": [host for host, each in on.items() if lan in each],
                }
                for lan in lans
            ],
            "domains": {lan: list(domains) for lan in lans},
            **{"absent": [], "failed": [], "not_asked": [], "outsiders": []},
            "hosts": {
                host: {
                    **PLACED,
                    "node": host,
                    "image": "pause",
                    "targets": targets(on[host], domains),
                    "result": _declared(result, [name for name, where in containers.items() if where == host]),
                }
                for host, result in results.items()
            },
            "pods": [_pod(name, host) for name, host in containers.items()],
            **{"planned": [], "events": [], "workloads": [], "samples": [], "left_behind": ""},
            "ask_endpoints": True,
        }
    )


def _pod(name: str, host: str) -> dict[str, Any]:
    labels = {"rosfleet.io/workload": "ros"}
    return {"metadata": {"name": name, "namespace": "ros", "uid": name, "labels": labels}, "spec": {"nodeName": host}}


def _declared(result: Mapping[str, Any], containers: Sequence[str]) -> Mapping[str, Any]:
    """What runs in another namespace of the host, as that of its containers' pods."""
    if not containers or "elsewhere" not in result:
        return result
    return {**result, "elsewhere": [{**each, "pod_uid": uid} for each in result["elsewhere"] for uid in containers]}


def of_programs(
    results: Mapping[str, Mapping[str, Any]],
    declared: Mapping[str, int],
    topics: Sequence[tuple[str, str, str]],
    report: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """What is said of programs for which something is declared, on the first LAN, and of the topics of all.

    `declared`: {host: domain}; `topics`: (host, "writer" or "reader", the topic of DDS that it is declared to have);
    `report`: what is said of all else.
    """
    find_collection()
    from ansible_collections.rosfleet.cluster.plugins.module_utils._finding import Finding
    from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery import (
        around,
        endpoints,
        expectations,
        probes,
        stale,
    )
    from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery import topics as of_topics

    every = probes.collect_probes({host: {"result": result, "targets": []} for host, result in results.items()}, [])
    programs = [
        replace(each, scope="pod", pod=f"ros/{each.host}", label=f"{each.host}/ros", workload="ros")
        if each.network == LAN and each.host in declared
        else each
        for each in every
    ]
    there = [each for each in programs if each.workload and each.domain_id == declared[each.host]]
    told = [each for each in (*around.findings(there), *stale.findings(there)) if each.code in OF_PROGRAMS]
    wanted = [
        expectations.Expected(host, "ros", kind, topic, "", declared[host], LAN, "multicast")
        for host, kind, topic in topics
    ]
    beside = [Finding(**each) for each in report["diagnoses"]]
    looked = expectations.looked(programs, [*told, *beside], asked=True)
    graph = endpoints.collect(programs, [], {})
    return [each.as_dict() for each in (*told, *of_topics.findings(graph, wanted, [], looked))]


def findings(report: Mapping[str, Any], of_declared: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the report says, but what it says for want of pods, and of topics; then what of_programs says of these and of
    declared programs. Each is said once.
    """
    find_collection()
    from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.topics import SEVERITIES

    told = {(each["code"], *each["hosts"]) for each in of_declared}
    return [
        *(
            each
            for each in report["diagnoses"]
            if not (each["code"] == OF_PODS and each.get("evidence", {}).get("scope") == "pod")
            and each["code"] not in SEVERITIES
            and (each["code"], *each["hosts"]) not in told
        ),
        *of_declared,
    ]
