# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DDS programs that run on a host of the fleet where nobody on the LAN reaches them: in a network namespace without the LAN.

Private to this collection. Pure. The codes are listed in roles/discovery/README.md.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any, Iterator, Mapping, Sequence

from ...module_utils._finding import ERROR, WARNING, Finding
from .._and_list import and_list, short_list
from .._manifests import LAN_NIC
from .nics import interfaces
from .pods import full_name, workload_of
from .probes import Probe

PROGRAM_ELSEWHERE = "program-elsewhere"


def findings(
    hosts: Mapping[str, Mapping[str, Any]],
    probes: Sequence[Probe],
    pods: Sequence[Mapping[str, Any]],
    subnets: Sequence[str],
    domain_ids: Sequence[int],
) -> Iterator[Finding]:
    """One for each such namespace in whose domains others are looked for.

    `hosts`: what probes.gather returns; `subnets`: the LANs'. What was not read is no finding, and a pod that is probed is
    judged by its probe.
    """
    known = {pod["metadata"]["uid"]: pod for pod in pods}
    probed = {probe.pod for probe in probes if probe.pod}
    for host, left in hosts.items():
        for each in left["result"].get("elsewhere") or ():
            pod = known.get(each["pod_uid"])
            if each["error"] or not subnets or (pod and full_name(pod) in probed):
                continue
            if set(each["domain_ids"]) & set(domain_ids) and not _is_on_lan(each, subnets):
                yield _finding(host, each, pod, subnets)


def _is_on_lan(each: Mapping[str, Any], subnets: Sequence[str]) -> bool:
    addresses = [ip_address(str(interface.ip)) for interface in interfaces(each["nics"])]
    return any(address in ip_network(subnet) for address in addresses for subnet in subnets)


def _finding(host: str, each: Mapping[str, Any], pod: Any, subnets: Sequence[str]) -> Finding:
    addresses = [str(interface) for interface in interfaces(each["nics"])]
    has = f"has {and_list(addresses)} and" if addresses else "has no address at all and"
    if each["default_route"]:
        way = (
            "Its multicast ends in the host. What it sends to peers leaves by an address translation of the host, and nobody "
            "can answer the address that it names for itself."
        )
    else:
        way = "Nothing that it sends leaves the host."
    return Finding(
        PROGRAM_ELSEWHERE,
        f"{_who(each, pod)} on {host}, in domain {and_list(list(map(str, each['domain_ids'])))}, runs in a network "
        f"namespace of its own, which {has} none on the LAN ({and_list(list(subnets))}). {way}",
        f"Put it on the LAN: declare it as a workload, whose pod has {LAN_NIC}; or start its container with the host's network "
        "(`docker run --network host --ipc host`), or with a macvlan network on the LAN's NIC. Where it is to talk inside of "
        "the host alone, another ROS_DOMAIN_ID says so.",
        ERROR if pod and workload_of(pod) else WARNING,
        hosts=[host],
        evidence={
            "container": each["container"],
            "pod": full_name(pod) if pod else each["pod_uid"],
            "programs": list(each["programs"]),
            "addresses": addresses,
        },
    )


def _who(each: Mapping[str, Any], pod: Any) -> str:
    programs = short_list(list(each["programs"])) if each["programs"] else "A DDS program"
    if pod:
        return f"{programs} of pod {full_name(pod)}"
    if each["container"]:
        return f"{programs} in container {each['container']}"
    return f"{programs} in a Kubernetes pod" if each["pod_uid"] else programs
