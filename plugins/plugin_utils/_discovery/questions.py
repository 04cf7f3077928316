# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a workload's pod has to be answered by, where it does not find others by multicast: by its peers, or by its servers.

Private to this collection. Pure. Read from the pods as they run, and not from what is declared.
"""

from __future__ import annotations

import re
from typing import Any, Iterator, Mapping, Sequence

from ...module_utils._finding import ERROR, WARNING, Finding
from ...module_utils._questions import DISCOVERY_SERVER, PARTICIPANT, ZENOH_ROUTER
from .._and_list import and_list
from .._manifests import PEERS_ANNOTATION, SERVER_LABEL, WAY_LABEL
from .._pods import node_name
from .._rmw import ZENOH_VARIABLE
from .._ros_discovery import MULTICAST, PEERS, SERVER, ZENOH
from .pods import attachments, full_name, variable, workload_of
from .probes import Probe

KINDS = {PEERS: PARTICIPANT, SERVER: DISCOVERY_SERVER, ZENOH: ZENOH_ROUTER}
WAYS = {kind: way for way, kind in KINDS.items()}
CODES = {PEERS: "peer-silent", SERVER: "server-silent", ZENOH: "router-silent"}
_ZENOH_PLACE = re.compile(r"tcp/([0-9.]+):([0-9]+)")


def way_of(pod: Mapping[str, Any]) -> str:
    """How the nodes of a pod find others."""
    return (pod["metadata"].get("labels") or {}).get(WAY_LABEL, MULTICAST)


def questions(pod: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Whom the probe asks in a workload's pod, as dds_probe takes it: those whom its nodes are told to look for."""
    if way_of(pod) == SERVER:
        places = [place.rpartition(":") for place in variable(pod, "ROS_DISCOVERY_SERVER").split(";") if place]
        return [{"kind": KINDS[SERVER], "address": address, "port": int(port)} for address, _colon, port in places]
    if way_of(pod) == ZENOH:
        places = _ZENOH_PLACE.findall(variable(pod, ZENOH_VARIABLE))
        return [{"kind": KINDS[ZENOH], "address": address, "port": int(port)} for address, port in places]
    if way_of(pod) == PEERS:
        peers = (pod["metadata"].get("annotations") or {}).get(PEERS_ANNOTATION, "").split(",")
        return [{"kind": KINDS[PEERS], "address": each} for each in peers if each and each not in _fixed(pod)]
    return []


def rows(probes: Sequence[Probe], pods: Sequence[Mapping[str, Any]], hosts: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows of the matrix: who asked whom, and whether there was an answer. `hosts`: {node: inventory name}."""
    places = {
        address: (hosts.get(node_name(pod) or "", ""), workload_of(pod), full_name(pod))
        for pod in pods
        for address in _fixed(pod)
    }
    found = []
    for probe in probes:
        for answer in probe.answers:
            host, name, pod = places.get(answer["address"], ("", "", ""))
            found.append(
                {
                    "from": probe.host,
                    "to": host,
                    "network": probe.network,
                    "scope": probe.scope,
                    "domain_id": probe.domain_id,
                    "way": WAYS[answer["kind"]],
                    "heard": answer["answered"],
                    "first_heard_s": answer["after_s"],
                    "from_label": probe.label,
                    "to_label": f"{host}/{name}" if name else answer["address"],
                    "from_pod": probe.pod,
                    "to_pod": pod,
                    "to_address": answer["address"],
                    "probed": probe.works,
                    "error": answer["error"],
                }
            )
    return found


def of_silence(asked: Sequence[Mapping[str, Any]], servers: Mapping[str, str]) -> Iterator[Finding]:
    """One finding for each who does not answer. `servers`: {pod: the declared server that it is}.

    That one of several servers of a name is silent is what there are several for.
    """
    cut_off = _cut_off(asked)
    silent: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for row in asked:
        # Why nobody answers who answers nobody is said once.
        if row["probed"] and not row["heard"] and row["from_pod"] not in cut_off:
            silent.setdefault((row["way"], row["to_label"], row["to_address"]), []).append(row)
    for (way, label, address), those in silent.items():
        network = those[0]["network"]
        others = [row for row in asked if row["to_address"] == address and row["heard"]]
        askers = and_list(list(dict.fromkeys(row["from_label"] for row in those)))
        yield Finding(
            CODES[way],
            f"{_who(way, label, address)} on {network} does not answer {askers}{_said(those)}{_heard_by(others)}"
            + (", and gets no answer itself." if those[0]["to_pod"] in cut_off else "."),
            _fix(way, label, address, bool(others)),
            WARNING if way == SERVER and all(_has_another(row, asked, servers) for row in those) else ERROR,
            hosts=sorted({each for each in (those[0]["to"], *(row["from"] for row in those)) if each}),
            network=network,
            evidence={"address": address, "way": way},
        )


def _cut_off(asked: Sequence[Mapping[str, Any]]) -> set[str]:
    """The pods that answer nobody and that nobody answers, while others do answer each other."""
    answered = [row for row in asked if row["heard"]]
    talking = {row[end] for row in answered for end in ("from_pod", "to_pod")}
    asking, being_asked = ({row[end] for row in asked if row["probed"]} for end in ("from_pod", "to_pod"))
    return (asking & being_asked) - talking if answered else set()


def _has_another(row: Mapping[str, Any], asked: Sequence[Mapping[str, Any]], servers: Mapping[str, str]) -> bool:
    name = servers.get(row["to_pod"], "")
    same = [each for each in asked if each["from_pod"] == row["from_pod"] and servers.get(each["to_pod"]) == name]
    return any(each["heard"] for each in same)


def _who(way: str, label: str, address: str) -> str:
    what = {PEERS: "The peer", SERVER: "The discovery server", ZENOH: "The Zenoh router"}[way]
    return f"{what} {label}" if label == address else f"{what} {label} ({address})"


def _said(those: Sequence[Mapping[str, Any]]) -> str:
    errors = list(dict.fromkeys(row["error"] for row in those if row["error"]))
    return f" ({and_list(errors)})" if errors else ""


def _heard_by(others: Sequence[Mapping[str, Any]]) -> str:
    if not others:
        return ""
    return f", and does answer {and_list(list(dict.fromkeys(row['from_label'] for row in others)))}"


def _fix(way: str, label: str, address: str, answers_others: bool) -> str:
    if answers_others:
        return f"What lies between them drops UDP for {address}: a firewall of their hosts, an access point, a router."
    if label == address:
        return f"No pod has the address {address}: run `rosfleet.cluster.site`, which says what does not run."
    ports = {PEERS: "UDP 7410 and up", SERVER: "UDP, its port", ZENOH: "TCP, its port"}[way]
    return f"Does its pod run, and its program in it? Look into its log; then at what drops its traffic ({ports}) at its host."


def _fixed(pod: Mapping[str, Any]) -> list[str]:
    """The addresses that stay."""
    return [address.partition("/")[0] for entry in attachments(pod) for address in entry.get("ips") or []]


def servers_by_pod(pods: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """{pod: the declared server that it is}."""
    labels = {full_name(pod): pod["metadata"].get("labels") or {} for pod in pods}
    return {name: each[SERVER_LABEL] for name, each in labels.items() if SERVER_LABEL in each}
