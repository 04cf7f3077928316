# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong, in words: code, severity, who, what was seen, and what to do.

Private to this collection. Pure. The codes are listed in roles/discovery/README.md.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any, Collection, Iterator, Mapping, Sequence

from ...module_utils._finding import INFO, WARNING, Finding
from .._and_list import and_list
from .._manifests import NAMESPACE
from .._pods import explain as explain_pod
from .pods import CLUSTER_NETWORK, LAN_LABEL
from .probes import Probe

# Nothing is known to be wrong, and nothing is proven either: with one of these a report is no pass.
UNPROVEN = NOT_COMPARED, NO_LAN = "nothing-compared", "no-lan"
# A locator that leads to nobody else: of the loopback, or of shared memory.
_LOOPBACK = re.compile(r"^(UDPv4:127\.|SHM\()")
SCOPES = {"host": "hosts", "pod": "pods"}


def of_absent(absent: Sequence[str]) -> Iterator[Finding]:
    for host in absent:
        yield Finding(
            "host-absent",
            f"{host} is absent and was not probed.",
            "Run this again when it is back.",
            WARNING,
            hosts=[host],
        )


def of_failed(failed: Sequence[str]) -> Iterator[Finding]:
    for host in failed:
        yield Finding(
            "host-failed",
            f"{host} failed before it could be probed.",
            "The task that failed on it, above, says why.",
            hosts=[host],
        )


def of_hosts(hosts: Mapping[str, Mapping[str, Any]], outsiders: Collection[str]) -> Iterator[Finding]:
    """Hosts that lack what a probe needs; `hosts` is what probes.gather returns.

    `outsiders` are not to be in the cluster: they have no pods, and are probed on the LANs that they happen to be on.
    """
    for host, each in hosts.items():
        if host in outsiders:
            yield from _off_lan(host, each["refused"])
            continue
        if not each["image"]:
            yield Finding(
                "no-node",
                f"{host} has no MicroK8s, so no pod was probed there.",
                "Run `rosfleet.cluster.site`.",
                hosts=[host],
            )
        for lan, reason in each["refused"].items():
            yield Finding(
                "no-nic",
                f"{host} has no NIC for {lan}: {reason}",
                "Plug the NIC in and give it an address in the LAN's subnet, or set ros_lan_nics for this host.",
                hosts=[host],
                network=lan,
            )


def _off_lan(host: str, refused: Mapping[str, str]) -> Iterator[Finding]:
    for lan, reason in refused.items():
        yield Finding(
            "not-on-lan",
            f"{host} is in neither `control` nor `robots`, and was not probed on {lan}: {reason}",
            "Nothing, if it is not to hear the robots there.",
            INFO,
            hosts=[host],
            network=lan,
        )


def of_pods(
    unready: Sequence[Mapping[str, Any]],
    events: Sequence[Mapping[str, Any]],
    hosts: Mapping[str, str],
    nics: Mapping[tuple[str, str], str],
) -> Iterator[Finding]:
    """Probe pods that did not become Ready. `hosts`: {node: inventory name}; `nics`: {(host, LAN): NIC that it has now}."""
    for pod in unready:
        node = pod["spec"].get("nodeName", "")
        lan = (pod["metadata"].get("labels") or {}).get(LAN_LABEL, "")
        nic = nics.get((hosts.get(node, node), lan))
        there = f"the LAN's NIC is {nic} now, was it another when `site` ran" if nic else "is the LAN's NIC there"
        yield Finding(
            "pod-not-ready",
            f"The probe's pod on {hosts.get(node, node)} for {lan} did not become Ready, so no pod was probed there.",
            f"Read its state. If the network could not be set up: {there}, and is Multus running on "
            "this node (`kubectl -n kube-system get pods -l name=multus -o wide`)? `rosfleet.cluster.site` repairs both.",
            hosts=[hosts.get(node, node)],
            network=lan,
            evidence={"state": explain_pod(pod, events).splitlines()},
        )


def of_leftovers(why: str) -> Iterator[Finding]:
    """`why` the probe's pods could not be removed; empty when they were."""
    if why:
        yield Finding(
            "pods-left",
            f"The probe's pods could not be removed: {why}",
            "They end by themselves within 10 minutes, and a later run removes them. At once: `kubectl --namespace "
            f"{NAMESPACE} delete pods --selector app.kubernetes.io/part-of=discovery`, while nobody else verifies.",
            WARNING,
        )


def of_probes(probes: Sequence[Probe]) -> Iterator[Finding]:
    """Trouble that a single probe has; what one NIC has in several domains is told once."""
    told = set()
    for probe in probes:
        for error in probe.errors:
            if (probe.place, error) in told:
                continue
            told.add((probe.place, error))
            yield Finding(
                "probe-failed",
                f"{where(probe)} could not be probed: {error}",
                "Mend what the message names and run this again.",
                hosts=[probe.host],
                network=probe.network,
                evidence={"nic": probe.nic, "pod": probe.pod},
            )
        if probe.malformed:
            yield Finding(
                "malformed",
                f"{where(probe)} received {probe.malformed} datagrams on the discovery ports that are no proper RTPS.",
                "Another program uses these ports, or somebody sends broken packets: look at the sender.",
                INFO,
                hosts=[probe.host],
                network=probe.network,
                evidence={"first": probe.first_malformed},
            )
        if probe.forgotten:
            yield Finding(
                "flood",
                f"{where(probe)} heard more participants than a probe keeps; {probe.forgotten} were dropped.",
                "Find who creates them (`tcpdump`); until then the matrix may miss some.",
                WARNING,
                hosts=[probe.host],
                network=probe.network,
            )


def of_addresses(probes: Sequence[Probe]) -> Iterator[Finding]:
    """Two probed NICs of one network with the same address."""
    places = {probe.place: probe for probe in probes if probe.address}
    for one, other in combinations(places.values(), 2):
        if one.network == other.network and one.address == other.address:
            yield Finding(
                "address-twice",
                f"{where(one)} and {where(other)} have the same address {one.address}.",
                "Give each its own. For pods: run `rosfleet.cluster.site`, which gives every host a slice of its own.",
                hosts=[one.host, other.host],
                network=one.network,
                evidence={"address": one.address},
            )


def of_lans(networks: Sequence[str]) -> Iterator[Finding]:
    if not networks:
        yield Finding(
            NO_LAN,
            "No LAN is declared, so there was nothing to probe.",
            "Declare one in ros_lan_networks, run `rosfleet.cluster.site`, then this again.",
            WARNING,
        )


def of_coverage(
    probes: Sequence[Probe], network: str, scope: str, *, absent: Sequence[str], not_asked: Sequence[str], alone: bool
) -> Iterator[Finding]:
    """A network and scope on which no two hosts were compared, with what it takes to compare some.

    A LAN is proven between two hosts; in a fleet of one (`alone`), between two pods of it, as the host itself has one
    NIC there. `not_asked`: hosts of the inventory that the run left out.
    """
    if alone and scope == "host":
        return
    working = [probe for probe in probes if probe.works]
    if any(alone or one.host != other.host for one, other in combinations(working, 2)):
        return
    probed = sorted({probe.host for probe in working})
    steps = []
    if not_asked:
        steps.append(f"let {and_list(not_asked)} take part (no --limit)")
    if absent:
        steps.append(f"bring back {and_list(absent)}")
    if len(working) < len(probes) or not (steps or alone):
        steps.append("mend what kept the others from being probed")
    fix = f"To have a pair, {'; '.join(steps)}; then run this again."
    if alone:
        fix = "A LAN is between hosts: add a second one to the inventory, or declare two workloads on this one."
    yield Finding(
        NOT_COMPARED,
        f"{f'Only {probed[0]}' if probed else 'Nobody'} was probed on {network} ({SCOPES[scope]}), so no two hosts were "
        "compared: whether they hear each other is unknown.",
        fix,
        WARNING,
        hosts=probed,
        network=network,
        evidence={"scope": scope},
    )


def of_unasked(network: str, *, asked: bool) -> Iterator[Finding]:
    """A LAN without multicast on which no pod asked another, or a server."""
    if not asked:
        yield Finding(
            NOT_COMPARED,
            f"On {network} nodes do not find each other by multicast, and no pod was there to ask a peer or a server: whether "
            "they find each other is unknown.",
            "Declare workloads on it, run `rosfleet.cluster.site`, then this again.",
            WARNING,
            network=network,
            evidence={"scope": "pod"},
        )


def of_listeners(expected: Sequence[tuple[str, str]], samples: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Says so when no sample was waited for. `expected`: (workload, host) of all that are declared to hear one."""
    if samples:
        return
    if expected:
        missing = and_list([f"{workload} on {host}" for workload, host in expected])
        message = f"Whether samples arrive was not looked at: {missing} was not there to hear one."
        fix = "Run this again when the host is back, or without --limit."
    else:
        message = "Whether samples arrive was not looked at: no workload has expect_log."
        fix = 'Give a listener the line of its log that proves a sample, such as `expect_log: "I heard"`.'
    yield Finding("no-listener", message, fix, INFO, hosts=[host for unused, host in expected])


def of_control(probes: Sequence[Probe]) -> Iterator[Finding]:
    """The negative control: on the cluster's own network nobody is expected to hear another host."""
    heard = sorted(
        {
            f"{one.host} hears {other.host}"
            for one in probes
            for other in probes
            if one.host != other.host and one.hears(other) is not None
        }
    )
    if heard:
        yield Finding(
            "cluster-network-hears",
            "On the cluster's ordinary pod network multicast crosses hosts: " + ", ".join(heard) + ".",
            "Nothing to do. DDS could be discovered there too, beside the LAN.",
            INFO,
            hosts=[probe.host for probe in probes],
            network=CLUSTER_NETWORK,
        )


def names_loopback_alone(participant: Mapping[str, Any]) -> bool:
    return bool(participant["locators"]) and all(_LOOPBACK.search(locator) for locator in participant["locators"])


def of_participants(participants: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    for each in participants:
        who = f"A participant of {each['vendor']} at {', '.join(each['addresses'])}"
        about: dict[str, Any] = {
            "hosts": [each["host"]] if each["host"] else [],
            "network": each["network"],
            "evidence": {"guid_prefix": each["guid_prefix"]},
        }
        if names_loopback_alone(each):
            yield Finding(
                "only-loopback",
                f"{who} names no address but the loopback ({', '.join(each['locators'])}), so what others publish does not "
                "reach it.",
                "Restart it, if it is to be reached: Fast DDS takes the NICs as they are when a program starts, and one that "
                "started before its link was up keeps to the loopback. Start it after the network (systemd: "
                "network-online.target).",
                WARNING,
                **about,
            )
        if each["domain_id"] not in (None, each["heard_in_domain_id"]):
            yield Finding(
                "other-domain",
                f"{who} says it is in domain {each['domain_id']}, not {each['heard_in_domain_id']}.",
                "Set the same ROS_DOMAIN_ID if it should take part.",
                INFO,
                **about,
            )


def of_samples(samples: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    for sample in samples:
        if sample["heard"]:
            continue
        name = f"{sample['workload']} on {sample['host']}"
        if sample["pod"]:
            message = f"No line in the log of {name} matches its expect_log {sample['pattern']!r}."
            fix = (
                "If the matrix is deaf too, mend that first. Otherwise the middleware is bound to another interface, or "
                "topic, type, domain or QoS differ (`ros2 topic info -v`)."
            )
        else:
            message = f"{name} has no pod, so it heard no sample."
            fix = "Run `rosfleet.cluster.site`; it shows why a workload does not run."
        yield Finding(
            "no-sample",
            message,
            fix,
            hosts=[sample["host"]],
            evidence={"pod": f"{sample['namespace']}/{sample['pod']}", "log_end": sample["log_end"]},
        )


def where(probe: Probe) -> str:
    return f"{probe.label} on {probe.network} ({SCOPES[probe.scope]}, NIC {probe.nic})"
