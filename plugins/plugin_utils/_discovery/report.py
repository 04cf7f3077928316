# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the probes' results to reports/discovery.json (schema 1).

Private to this collection. Pure.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any, Collection, Mapping, Sequence

from ...module_utils._finding import ERROR, Finding
from .._and_list import and_list
from .._lan_reach import hosts_on
from .._ros_discovery import MULTICAST
from . import (
    around,
    diagnoses,
    elsewhere,
    expectations,
    firewalls,
    folding,
    known_causes,
    misnamed,
    pair_diagnoses,
    path_diagnoses,
    questions,
    stale,
    strangers,
    topics,
    twins,
)
from .endpoints import Graph, collect
from .few import few
from .nics import held_by
from .pods import CLUSTER_NETWORK, unready
from .probes import Probe, collect_probes
from .samples import listeners
from .unicast import Unicast

SCHEMA = 1
UNPROVEN = (*diagnoses.UNPROVEN, expectations.UNPROVEN)


def build_report(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """The report. `evidence` holds:

    networks: the LANs as declared; domains: {LAN: the DDS domains in which multicast was probed on it};
    absent: names of hosts that did not answer;
    failed: of those that failed before they were probed; not_asked: of those that the run left out; outsiders: of those that
    are not to be in the cluster; hosts: what probes.gather returns for the others; planned: the probe's pods; pods, events:
    objects of the API; workloads: as declared; samples: see samples.py; left_behind: why the probe's pods could not be
    removed, or empty; ask_endpoints: whether participants were asked for their topics.
    """
    hosts = evidence["hosts"]
    nodes = {each["node"]: host for host, each in hosts.items()}
    probes = collect_probes(hosts, evidence["pods"])
    multicast = [probe for probe in probes if probe.multicast]
    unicast = Unicast(multicast)
    asked = questions.rows(probes, evidence["pods"], nodes)
    graph = collect(probes, evidence["pods"], nodes)
    wanted = expectations.expected(evidence["workloads"], evidence["networks"], evidence["pods"], nodes)
    domain_ids = sorted(
        {domain for domains in evidence["domains"].values() for domain in domains}
        | {probe.domain_id for probe in probes if not probe.multicast}
    )
    subnets = {each["name"]: each.get("subnet", "") for each in evidence["networks"]}
    participants = _participants(probes, subnets, graph)
    shared = twins.find_twins(probes)
    found = [
        *diagnoses.of_failed(evidence["failed"]),
        *diagnoses.of_hosts(hosts, evidence["outsiders"]),
        *diagnoses.of_pods(
            unready(evidence["planned"], evidence["pods"]),
            evidence["events"],
            nodes,
            {(probe.host, probe.network): probe.nic for probe in probes if probe.scope == "host"},
        ),
        *diagnoses.of_probes(probes),
        *around.findings(probes),
        *strangers.of_overflow(probes),
        *diagnoses.of_addresses(probes),
        *diagnoses.of_lans(list(evidence["domains"])),
        *twins.findings(shared, probes),
        *stale.findings(probes),
        *elsewhere.findings(hosts, probes, evidence["pods"], [each for each in subnets.values() if each], domain_ids),
        *_of_networks(multicast, evidence, {row["network"] for row in asked}, unicast),
        *questions.of_silence(asked, questions.servers_by_pod(evidence["pods"])),
        *diagnoses.of_samples(evidence["samples"]),
        *diagnoses.of_listeners(listeners(evidence["workloads"]), evidence["samples"]),
        *diagnoses.of_participants(participants),
        *misnamed.findings(_untold(participants, shared, stale.lost_by_hosts(probes))),
        *strangers.of_departed(probes),
        *diagnoses.of_absent(evidence["absent"]),
        *diagnoses.of_leftovers(evidence["left_behind"]),
    ]
    found = firewalls.quoted(found, probes)
    found += firewalls.unproven(found, probes, unicast)
    looked_at = expectations.looked(probes, found, evidence["ask_endpoints"])
    found += topics.findings(graph, wanted, evidence["workloads"], looked_at)
    return {
        "schema": SCHEMA,
        "verdict": _verdict(found),
        "domain_id": min(domain_ids, default=0),
        "domain_ids": domain_ids,
        **_duration(probes),
        "hosts": [*hosts, *evidence["failed"]],
        "absent": list(evidence["absent"]),
        "not_asked": list(evidence["not_asked"]),
        "participants": participants,
        "matrix": [*_matrix(multicast, unicast), *asked],
        "samples": [dict(sample) for sample in evidence["samples"]],
        "diagnoses": [finding.as_dict() for finding in found],
        # What nobody looked at is not in the report: an empty list would say that there is nothing.
        **(topics.fields(graph) if evidence["ask_endpoints"] else {}),
    }


def _verdict(found: Sequence[Finding]) -> str:
    """A pass says that everything declared was compared and heard: what was not compared is `unknown`."""
    if any(finding.severity == ERROR for finding in found):
        return "fail"
    if any(finding.code in UNPROVEN for finding in found):
        return "unknown"
    return "pass"


def failure(report: Mapping[str, Any]) -> list[str]:
    """Why the report is no pass: what is wrong, or, where nothing is known to be, what was not compared."""
    found = [Finding(**each) for each in report["diagnoses"]]
    if report["verdict"] == "unknown":
        return [f"{finding.code}: {finding.sentence}" for finding in found if finding.code in UNPROVEN]
    return few([f"{finding.code}: {finding.message}" for finding in found if finding.severity == ERROR])


def _duration(probes: Sequence[Probe]) -> dict[str, Any]:
    """When the first probe began and how long the longest took, each by its host's clock."""
    windows = [probe.window for probe in probes if probe.window]
    if not windows:
        return {"started": None, "elapsed_s": 0.0}
    return {
        "started": min(window.started for window in windows).isoformat(timespec="milliseconds"),
        "elapsed_s": max(window.length_s for window in windows),
    }


def _groups(probes: Sequence[Probe]) -> dict[tuple[str, str, int], list[Probe]]:
    """Probes by network, scope and domain, in the order in which they come."""
    groups: dict[tuple[str, str, int], list[Probe]] = {}
    for probe in probes:
        groups.setdefault((probe.network, probe.scope, probe.domain_id), []).append(probe)
    return groups


def _matrix(probes: Sequence[Probe], unicast: Unicast) -> list[dict[str, Any]]:
    return [
        {
            "from": one.host,
            "to": other.host,
            "network": network,
            "scope": scope,
            "domain_id": domain,
            "way": MULTICAST,
            "heard": one.hears(other) is not None,
            "first_heard_s": one.hears(other),
            "from_label": one.label,
            "to_label": other.label,
            "from_pod": one.pod,
            "to_pod": other.pod,
            "probed": one.works and other.works,
            "unicast": path.sizes if (path := unicast.path(one, other)) else None,
        }
        for (network, scope, domain), group in _groups(probes).items()
        for one, other in permutations(group, 2)
    ]


def _of_networks(
    probes: Sequence[Probe], evidence: Mapping[str, Any], asked_on: Collection[str], unicast: Unicast
) -> list[Finding]:
    """Findings of `probes` by multicast. `asked_on`: the LANs on which somebody was asked."""
    groups = _groups(probes)
    found: list[Finding] = []
    for network, domains in evidence["domains"].items():
        if not domains:
            found += diagnoses.of_unasked(network, asked=network in asked_on)
            continue
        of_scopes: list[list[Finding]] = []
        for scope in ("host", "pod"):
            covered = max((groups.get((network, scope, domain), []) for domain in domains), key=len, default=[])
            found += diagnoses.of_coverage(covered, network, scope, **_missing(network, evidence))
            of_paths = path_diagnoses.of_paths(probes, network, scope, unicast)
            of_scopes.append([*_of_deaf(groups, network, scope, domains, unicast), *of_paths])
        found += folding.folded(*of_scopes)
        found += known_causes.of_own_pods(probes, network)
    control = [
        probe for (network, _scope, _domain), group in groups.items() if network == CLUSTER_NETWORK for probe in group
    ]
    return [*found, *diagnoses.of_control(control)]


def _missing(network: str, evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Of the hosts that are on a LAN, those that were not probed, and whether there is just one."""
    declared = next(each for each in evidence["networks"] if each["name"] == network)
    on = {key: hosts_on(declared, evidence[key]) for key in ("hosts", "failed", "absent", "not_asked")}
    return {"absent": on["absent"], "not_asked": on["not_asked"], "alone": sum(map(len, on.values())) == 1}


def _of_deaf(
    groups: Mapping[tuple[str, str, int], Sequence[Probe]],
    network: str,
    scope: str,
    domains: Sequence[int],
    unicast: Unicast,
) -> list[Finding]:
    """Who is deaf: told once where it is the same in every domain, which is the network's doing."""
    told: dict[str, tuple[Finding, list[int]]] = {}
    for domain in domains:
        hosts = groups.get((network, "host", domain), [])
        hearing = {(one.host, other.host) for one, other in permutations(hosts, 2) if one.hears(other) is not None}
        group = groups.get((network, scope, domain), [])
        for finding in pair_diagnoses.of_deaf_pairs(group, network, scope, hearing, unicast):
            told.setdefault(finding.message, (finding, []))[1].append(domain)
    return [finding if where == list(domains) else _in_domains(finding, where) for finding, where in told.values()]


def _in_domains(finding: Finding, domains: Sequence[int]) -> Finding:
    where = f"In domain{'s' if len(domains) > 1 else ''} {and_list([str(domain) for domain in domains])}"
    evidence = {**finding.evidence, "domain_ids": domains}
    return replace(finding, message=f"{where}: {finding.message}", evidence=evidence)


def _participants(probes: Sequence[Probe], subnets: Mapping[str, str], graph: Graph) -> list[dict[str, Any]]:
    """Everybody heard who is not a probe of this run, once for each network and domain. `subnets`: {LAN: its subnet}."""
    own = {probe.guid_prefix for probe in probes}
    # An address is in one LAN's subnet, and may be heard on others, over a router.
    places = {probe.address: probe for probe in probes if probe.address and probe.network != CLUSTER_NETWORK}
    in_cluster = {probe.address: probe for probe in probes if probe.address and probe.network == CLUSTER_NETWORK}
    found: dict[tuple[str, str, int], dict[str, Any]] = {}
    for probe in probes:
        for prefix, heard in probe.heard.items():
            if prefix in own:
                continue
            place = (in_cluster if probe.network == CLUSTER_NETWORK else places).get(heard["address"])
            each = found.setdefault(
                (prefix, probe.network, probe.domain_id),
                {
                    "guid_prefix": prefix,
                    "vendor": heard["vendor"],
                    "name": heard["name"],
                    "host": place.host if place else None,
                    "scope": place.scope if place else None,
                    "pod": place.pod if place else None,
                    "network": probe.network,
                    "addresses": [],
                    "locators": heard["locators"],
                    "domain_id": heard["domain_id"],
                    "heard_in_domain_id": probe.domain_id,
                    "domain_tag": heard["domain_tag"],
                    "topics_asked": graph.asked_of(prefix),
                    "lease_s": heard["lease_s"],
                    "host_claimed": heard["host_claimed"],
                    "process_claimed": heard["process_claimed"],
                    "translated": heard["translated"],
                    "paths": [],
                    "heard_by": [],
                },
            )
            each["addresses"] = sorted({*each["addresses"], heard["address"]})
            each["paths"] = sorted({*each["paths"], *heard["paths"]})
            each["heard_by"] = sorted({*each["heard_by"], probe.label})
    for each in found.values():
        held = [held_by(places[address]) for address in each["addresses"] if address in places]
        each["misnamed"] = _misnamed(each, subnets.get(each["network"], ""), set().union(*held))
        each["translated"] = each["misnamed"] == misnamed.TRANSLATED
    return sorted(found.values(), key=lambda each: (each["network"], each["addresses"], each["guid_prefix"]))


def _untold(
    participants: Sequence[Mapping[str, Any]], shared: Sequence[twins.Twins], lost: Collection[str]
) -> list[Mapping[str, Any]]:
    """Those of whom nothing is told yet: neither that they share a GUID prefix, nor that they keep to a `lost` address."""
    told = {(each.guid_prefix, each.network) for each in shared}
    return [
        each
        for each in participants
        if (each["guid_prefix"], each["network"]) not in told
        and not (
            each["misnamed"] == misnamed.CHANGED
            and any(f":{address}:" in locator for locator in each["locators"] for address in lost)
        )
    ]


def _misnamed(participant: Mapping[str, Any], subnet: str, held: Collection[str]) -> str:
    """Why a participant cannot be reached where it says; empty where it can, or where it says the loopback alone."""
    named = [locator.split(":")[1] for locator in participant["locators"] if locator.startswith("UDPv4:")]
    if not participant["translated"] or diagnoses.names_loopback_alone(participant):
        return ""
    return misnamed.reason(named, participant["addresses"], subnet, held)
