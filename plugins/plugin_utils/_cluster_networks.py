# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The networks that the cluster gives its pods and Services addresses of, and who else is in them.

A host of such a network takes its neighbours for pods from the moment that MicroK8s runs there, so it is cut off.
Private to this collection. Pure; runs on the controller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping, Sequence

from ..module_utils._finding import ERROR, WARNING, Finding
from ..module_utils._microk8s.arguments import argument_value
from ..module_utils._nic_kinds import of_pod_network
from ._addresses import around, ip, overlap, with_network

if TYPE_CHECKING:
    from netaddr import IPNetwork

PODS, SERVICES = "pods", "Services"
# MicroK8s' own. Source: its default arguments of kube-proxy and of the API server.
DEFAULT = {PODS: "10.1.0.0/16", SERVICES: "10.152.183.0/24"}
# What the launch configuration's extraCNIEnv calls them, which MicroK8s obeys at its first start.
CNI_NAMES = {PODS: "IPv4_CLUSTER_CIDR", SERVICES: "IPv4_SERVICE_CIDR"}
# Suggested instead: the first that is nobody's in the fleet.
_OTHERS = ("10.42.0.0/16", "10.244.0.0/16", "172.28.0.0/16", "10.86.0.0/16")

Networks = Mapping[str, Sequence[str]]


def networks_of(role: str, arguments: Mapping[str, str], launch_config: object) -> dict[str, list[str]]:
    """{"pods", "Services": networks} of one host: as its files of arguments say, else as it is going to be installed.

    `role` is what its MicroK8s is, `arguments` are the texts that the look has read. A worker's API server does not run, and
    its file says nothing any more.
    """
    if role == "absent":
        return {kind: _ipv4(_declared(kind, launch_config)) for kind in DEFAULT}
    pods = argument_value(arguments.get("proxy") or "", "--cluster-cidr") or DEFAULT[PODS]
    services = argument_value(arguments.get("apiserver") or "", "--service-cluster-ip-range") or DEFAULT[SERVICES]
    return {PODS: _ipv4(pods), SERVICES: [] if role == "worker" else _ipv4(services)}


def _declared(kind: str, launch_config: object) -> str:
    """Only the first start of Calico asks for the pods' network, whatever an argument of kube-proxy says."""
    environment = _part(launch_config, "extraCNIEnv")
    by_argument = _part(launch_config, "extraKubeAPIServerArgs").get("--service-cluster-ip-range")
    return str((by_argument if kind == SERVICES else None) or environment.get(CNI_NAMES[kind]) or DEFAULT[kind])


def _part(launch_config: object, key: str) -> Mapping[str, Any]:
    """A mapping of the launch configuration; whether that is one at all is role microk8s' to say."""
    part = launch_config.get(key) if isinstance(launch_config, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _ipv4(text: str) -> list[str]:
    """Those of IPv4 in a list with commas, as a cluster of both protocols has it."""
    return [str(found) for found in map(around, text.split(",")) if found is not None]


def all_networks(fleet: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """{"pods", "Services": networks} of all hosts of the fleet that are or are to be in the cluster.

    A host that joins has its own until then, and its neighbours suffer from them already.
    """
    of_hosts = [each["cluster_networks"] for each in fleet.values() if each["in_cluster"]]
    return {kind: sorted({text for networks in of_hosts for text in networks[kind]}) for kind in DEFAULT}


def lan_findings(name: str, subnet: IPNetwork, networks: Networks) -> list[Finding]:
    """A LAN in the network of pods or Services. Its pods would look there for the cluster's DNS, and hosts for each other."""
    return [
        Finding(
            "lan-in-cluster-network",
            f"LAN {name}: its subnet {subnet} overlaps {network}, from which the cluster gives {kind} their addresses. Once "
            f"MicroK8s runs, robots are taken for {kind} there, and SSH to them is cut off",
            _fix(kind, network, [subnet], f"give {name} another subnet"),
        )
        for kind, network in _pairs(networks)
        if overlap(subnet, network)
    ]


def host_findings(fleet: Mapping[str, Mapping[str, Any]], hosts: Sequence[str]) -> list[tuple[str, Finding]]:
    """(host, finding) for each fleet address, and each NIC, that is in the network of pods or Services.

    `hosts` are those of the run. A host of which the cluster is made already is only warned of, so that it can be healed.
    """
    networks = all_networks(fleet)
    taken = [found for each in fleet.values() for _nic, found in _of_nics(each)]
    return [
        (host, finding)
        for host in hosts
        for kind, network in _pairs(networks)
        for finding in _of_host(fleet[host], kind, network, taken)
    ]


def _of_host(member: Mapping[str, Any], kind: str, network: IPNetwork, taken: Sequence[IPNetwork]) -> Iterator[Finding]:
    severity = WARNING if (member["microk8s"] or {}).get("role", "absent") != "absent" else ERROR
    fleet_address = ip(member["address"])
    places = {found.ip: nic for nic, found in _of_nics(member) if found.ip in network}
    if fleet_address is not None and fleet_address in network:
        places.setdefault(fleet_address, "")
    for address, nic in places.items():
        whose = "its fleet address" if address == fleet_address else "its address"
        yield Finding(
            "cluster-network",
            f"{whose} {address}{f' ({nic})' if nic else ''} is one of {network}, from which the cluster gives {kind} their "
            f"addresses. Once MicroK8s runs, the host is taken for one of the {kind}, and SSH to it is cut off",
            _fix(kind, network, taken, "give it an address in another network"),
            severity,
            evidence={"value": str(address)},
        )
    for nic, found in _of_nics(member):
        if found.ip not in network and overlap(found.cidr, network):
            yield Finding(
                "cluster-network",
                f"its address {found} ({nic}) is in a network that overlaps {network}, from which the cluster gives {kind} "
                f"their addresses: machines of that network that have such an address are taken for {kind}",
                _fix(kind, network, taken, "number that network differently"),
                WARNING,
                evidence={"value": str(found)},
            )


def _of_nics(member: Mapping[str, Any]) -> list[tuple[str, IPNetwork]]:
    """(NIC, its address with its network), but for those that are the cluster's own."""
    return [
        (nic["name"], with_network(cidr))
        for nic in member["nics"] or []
        if not nic["loopback"] and not of_pod_network(nic["name"])
        for cidr in nic["addresses"]
    ]


def _pairs(networks: Networks) -> list[tuple[str, IPNetwork]]:
    return [
        (kind, network) for kind, texts in networks.items() for network in map(around, texts) if network is not None
    ]


def _fix(kind: str, network: IPNetwork, taken: Iterable[IPNetwork], first: str) -> str:
    there = [each.cidr for each in taken]
    other = next((text for text in _OTHERS if not any(overlap(around(text), each) for each in there)), _OTHERS[0])
    if kind == PODS:
        return (
            f"{first}; or, before MicroK8s is installed anywhere, give pods another one, for all hosts: "
            f"microk8s_launch_config: {{extraCNIEnv: {{IPv4_SUPPORT: 'true', {CNI_NAMES[PODS]}: {other}, "
            f"{CNI_NAMES[SERVICES]}: {DEFAULT[SERVICES]}}}}}"
        )
    return (
        f"{first}; or, before MicroK8s is installed anywhere, give Services another one than {network} by "
        f"{CNI_NAMES[SERVICES]} of extraCNIEnv in microk8s_launch_config, with its first address in extraSANs and its tenth "
        "as --cluster-dns in extraKubeletArgs"
    )
