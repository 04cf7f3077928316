# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet as one run knows it: every host of the inventory, with what its look showed where it is there.

Private to this collection. Pure.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Collection, Iterable, Mapping, Optional, Sequence

from ...module_utils._finding import Finding
from .._and_list import short_list
from .._cluster_networks import networks_of
from . import book
from .contact import ABSENT, PRESENT, REFUSED, Contact, contact
from .member import member

# What fleet_look returns of a host.
LOOKED_AT = (
    "identity", "microk8s", "machine", "nics", "snapd", "cloud_init_hold", "laid_down", "arguments", "mirrors", "images",
    "attachments", "multus",
)  # fmt: skip
# The variable that says what the networks of the cluster are going to be.
LAUNCH_CONFIG = "microk8s_launch_config"


def fleet_members(
    hosts: Iterable[str],
    declared: Mapping[str, Mapping[str, Any]],
    looks: Mapping[str, Mapping[str, Any]],
    known: Mapping[str, Mapping[str, str]],
    cluster: Collection[str],
) -> dict[str, dict[str, Any]]:
    """{inventory name: member} of the whole fleet, in the order of `hosts`.

    `declared` are the variables of each host, `looks` the results of fleet_look, empty for those that were not contacted in
    this run, `known` the address book, `cluster` the hosts that are to be in the cluster; where it names none, as for names
    alone, all may be. A member has the fields of Member, `state`, `why`, `said` and `fix` of its Contact,
    `cluster_networks` (see plugin_utils/_cluster_networks.py), and what its look showed under the names of LOOKED_AT, None
    where nobody looked. Hosts outside of the run are in it like all others, with the address that the address book has of
    them, else that of the inventory.
    """
    ends: dict[str, dict[str, str]] = {}
    for host in declared:
        contacted, port = _end(host, declared[host])
        ends.setdefault(contacted, {})[host] = port
    return {
        host: _member(
            host,
            declared[host],
            looks.get(host) or None,
            known,
            not cluster or host in cluster,
            _forwarded(host, ends[_end(host, declared[host])[0]]),
        )
        for host in hosts
    }


def _member(
    host: str,
    variables: Mapping[str, Any],
    look: Optional[Mapping[str, Any]],
    known: Mapping[str, Mapping[str, str]],
    in_cluster: bool,
    forwarded: Sequence[str],
) -> dict[str, Any]:
    contacted = _end(host, variables)[0]
    came = contact(look, contacted)
    shown = look if look is not None and came.state == PRESENT else {}
    found = member(
        host,
        variables,
        shown.get("identity"),
        book.remembered(known, host, contacted),
        forwarded=forwarded,
        in_cluster=in_cluster,
    )
    return {
        **asdict(found),
        "state": came.state,
        "why": came.why,
        "said": came.said,
        "fix": came.fix,
        "cluster_networks": networks_of(
            (shown.get("microk8s") or {}).get("role", "absent"),
            shown.get("arguments") or {},
            variables.get(LAUNCH_CONFIG),
        ),
        **{part: shown.get(part) for part in LOOKED_AT},
    }


def _end(host: str, variables: Mapping[str, Any]) -> tuple[str, str]:
    """Where Ansible contacts the host: name or address, and port."""
    return str(variables.get("ansible_host") or host), str(variables.get("ansible_port") or 22)


def _forwarded(host: str, ports: Mapping[str, str]) -> list[str]:
    """Those of the hosts with one ansible_host, {host: its port}, that have another port."""
    return [other for other, port in ports.items() if port != ports[host]]


def outsiders(fleet: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The hosts that are not to be in the cluster."""
    return [host for host, each in fleet.items() if not each["in_cluster"]]


def in_state(fleet: Mapping[str, Mapping[str, Any]], state: str) -> list[str]:
    """The hosts of the fleet that are present, absent, refused or not_asked, in the inventory's order."""
    return [host for host, each in fleet.items() if each["state"] == state]


def absences(fleet: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A line for each absent host."""
    return [
        f"Absent: {host}. The fleet went on without it; run the same playbook again when it is back. It was contacted and: "
        f"{fleet[host]['why']}"
        for host in in_state(fleet, ABSENT)
    ]


def refusal(fleet: Mapping[str, Mapping[str, Any]], host: str) -> str:
    """Why a host that answers cannot be used, as a sentence."""
    each = fleet[host]
    return f"{host} {Contact(each['state'], each['why'], each['said'], each['fix']).sentence}"


def nobody(fleet: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    """Why there is nobody to go on with; none where somebody is there.

    A wrong user or key is wrong on all hosts alike, so those who refuse for one reason are told of once.
    """
    if in_state(fleet, PRESENT):
        return []
    refusing: dict[str, list[str]] = {}
    for host in in_state(fleet, REFUSED):
        refusing.setdefault(fleet[host]["why"], []).append(host)
    found = []
    for why, hosts in refusing.items():
        first = fleet[hosts[0]]
        one = f", as {hosts[0]} said" if len(hosts) > 1 else ". It said"
        message = (
            f"{short_list(hosts)}: {why}{one}: {first['said']}" if first["said"] else f"{short_list(hosts)}: {why}"
        )
        found.append(Finding("fleet-refuses", message, first["fix"], hosts=hosts))
    absent = in_state(fleet, ABSENT)
    if absent:
        message = f"None of {short_list(absent)} is there"
        fix = (
            "switch them on and connect this controller to their network, or correct their addresses (ansible_host); by hand: "
            f"ping {fleet[absent[0]]['contacted']}"
        )
        found.append(Finding("fleet-absent", message, fix, hosts=absent))
    return found


def part_of(fleet: Mapping[str, Mapping[str, Any]], hosts: Iterable[str], part: str) -> dict[str, Any]:
    """{host: one part of what its look showed} for those of `hosts` that were looked at."""
    return {host: fleet[host][part] for host in hosts if fleet[host][part] is not None}
