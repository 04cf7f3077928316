# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names: which are valid, and what is wrong with those that an inventory gives.

Private to this collection. Pure.
"""

from __future__ import annotations

import re
from typing import Any, Mapping, Sequence

from ...module_utils._dns_names import LONGEST_LABEL, is_domain, is_label
from ...module_utils._finding import WARNING, Finding
from .._addresses import ip
from .._and_list import and_list
from .._fleet.member import Member, is_reachable_ipv4

# What every hosts file says of the host itself.
EVERYBODYS_NAMES = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback")


def suggested_hostname(name: str) -> str:
    """A valid host name close to `name`."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:LONGEST_LABEL].rstrip("-") or "robot-1"


def of_members(members: Sequence[Member]) -> list[Finding]:
    """Invalid names and missing addresses of the members, and names and addresses that several have."""
    found = []
    for each in members:
        if _is_everybodys(each.hostname):
            found.append(_everybodys(each))
        elif not is_label(each.hostname):
            found.append(
                Finding(
                    "invalid-hostname",
                    f"{each.host}: host name '{each.hostname}' is not a valid Kubernetes and DNS name (lower-case letters, "
                    "digits and hyphens, at most 63)",
                    "rename it in the inventory or set identity_hostname, for example to "
                    f"'{suggested_hostname(each.hostname)}'.",
                )
            )
        if each.finding:
            found.append(Finding.from_text("no-address", each.finding))
    found += _shared(
        members, "hostname", "hostname-shared", "the host name", "give each an identity_hostname of its own"
    )
    found += _shared(
        members,
        "address",
        "address-shared",
        "the fleet address",
        "correct ansible_host or identity_address of one of them; where each of them really has it (the inner network of a "
        "make of robots, the NAT of virtual machines), set identity_subnet to the network on which they reach each other",
    )
    return found


def _is_everybodys(name: str) -> bool:
    address = ip(name)
    return name.lower() in EVERYBODYS_NAMES or (address is not None and address.is_loopback())


def _everybodys(each: Member) -> Finding:
    address = each.address or "its address on the robots' network"
    return Finding(
        "name-of-everybody",
        f"{each.host}: every host calls itself '{each.hostname}', so the others cannot find this one by it",
        f"set identity_hostname of {each.host} to a name of its own, for example base, and identity_address to {address}; or "
        f"give it that name in the inventory (base: {{ansible_connection: local}}).",
    )


def _shared(members: Sequence[Member], key: str, code: str, what: str, fix: str) -> list[Finding]:
    owners: dict[str, list[str]] = {}
    for each in members:
        owners.setdefault(getattr(each, key), []).append(each.host)
    return [
        Finding(code, f"{and_list(hosts)}: share {what} '{value}'", f"{fix}.")
        for value, hosts in owners.items()
        if value and len(hosts) > 1
    ]


def of_outsiders(hosts: Sequence[str], microk8s: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    """A note on hosts that are in neither of the cluster's groups, in case somebody forgot one.

    `microk8s` as in of_renames.
    """
    members = [host for host in hosts if microk8s.get(host, {}).get("role") in ("worker", "control_plane")]
    found = []
    if members:
        found.append(
            Finding(
                "member-in-no-group",
                f"{and_list(members)}: a member of a cluster, and in neither of its groups `control` and `robots`, so nobody "
                "looks after it there",
                f"put it back into its group, or take it out of the cluster by playbook remove: -e remove={','.join(members)}",
                severity=WARNING,
            )
        )
    if hosts:
        found.append(
            Finding(
                "in-no-group",
                f"{and_list(hosts)}: in neither of the groups `control` and `robots`. Such a host gets its name and those of "
                "the others, and `verify` probes it; MicroK8s, LANs and workloads are for the members of these groups alone",
                "put it into `robots` if ROS pods are to run there.",
                severity=WARNING,
            )
        )
    return found


def of_extra_hosts(extra: Sequence[Mapping[str, Any]], members: Sequence[Member]) -> list[Finding]:
    """What is wrong with identity_extra_hosts: `[{"address": IPv4, "names": [..]}]`."""
    found, taken = [], {each.hostname: each.host for each in members}
    for number, each in enumerate(extra, start=1):
        where, names = f"identity_extra_hosts, entry {number}", each.get("names") or []
        if not is_reachable_ipv4(str(each.get("address", ""))) or not names:
            found.append(
                Finding(
                    "extra-host-incomplete",
                    f"{where}: needs an IPv4 'address' and a list of 'names'",
                    "{address: 192.168.8.5, names: [nas]}.",
                )
            )
        for name in (str(name).lower() for name in names):
            if not is_domain(name):
                found.append(
                    Finding(
                        "extra-host-name",
                        f"{where}: '{name}' is not a host name",
                        "letters, digits, hyphens and dots only.",
                    )
                )
            elif name in taken:
                found.append(
                    Finding(
                        "extra-host-taken",
                        f"{where}: '{name}' is the name of {taken[name]}",
                        "take it out of identity_extra_hosts.",
                    )
                )
    return found


def of_renames(members: Sequence[Member], microk8s: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    """Hosts that would be renamed although MicroK8s runs there already, which does not survive it.

    `microk8s` is {host: facts of microk8s_info} for the hosts that were asked.
    """
    return [
        Finding(
            "microk8s-renamed",
            f"{each.host}: is named '{microk8s[each.host]['node_name']}' and would become '{each.hostname}', but MicroK8s runs "
            "there under the old name and cannot be renamed",
            f"set identity_hostname to '{microk8s[each.host]['node_name']}', or remove MicroK8s from the host first (snap "
            "remove --purge microk8s).",
        )
        for each in members
        if microk8s.get(each.host, {}).get("role", "absent") != "absent"
        and microk8s[each.host]["node_name"] != each.hostname
    ]
