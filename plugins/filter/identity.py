# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of role identity: who is in the fleet, what is wrong with it, and its hosts file."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address
from typing import Any, Mapping

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def identity_fleet(hostvars: Mapping[str, Mapping[str, Any]], hosts: list[str]) -> list[dict[str, str]]:
    """The fleet as its inventory tells it: `[{"host", "hostname", "address"}]`, in the inventory's order.

    `host` is the inventory name. Absent hosts are in it like all others, as nothing here was asked of a host.
    """
    return [
        {
            "host": host,
            "hostname": str(hostvars[host].get("identity_hostname", host)),
            "address": str(hostvars[host].get("identity_address", hostvars[host].get("ansible_host", host))),
        }
        for host in hosts
    ]


def suggested_hostname(name: str) -> str:
    """A valid host name close to `name` (RFC 1123 label, lower case, at most 63 characters)."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63].rstrip("-") or "robot-1"


def identity_findings(fleet: list[dict[str, str]]) -> list[str]:
    """What is wrong with the fleet's names and addresses, each as one sentence with its cure; empty when all is well."""
    findings = []
    for entry in fleet:
        host, hostname, address = entry["host"], entry["hostname"], entry["address"]
        if not LABEL.fullmatch(hostname):
            findings.append(
                f"{host}: host name '{hostname}' is not a valid Kubernetes and DNS name (lower-case letters, digits and "
                f"hyphens, at most 63). Fix: rename it in the inventory or set identity_hostname, for example to "
                f"'{suggested_hostname(hostname)}'."
            )
        try:
            if IPv4Address(address).is_loopback:
                raise AddressValueError
        except AddressValueError:
            findings.append(
                f"{host}: fleet address '{address}' is not an IPv4 address that other hosts can reach. "
                f"Fix: set ansible_host or identity_address of {host} to its address on the fleet's network."
            )
    findings += _shared(fleet, "hostname", "the host name", "give each an identity_hostname of its own")
    findings += _shared(
        fleet, "address", "the fleet address", "correct ansible_host or identity_address of one of them"
    )
    return findings


def _shared(fleet: list[dict[str, str]], key: str, what: str, fix: str) -> list[str]:
    owners: dict[str, list[str]] = {}
    for entry in fleet:
        owners.setdefault(entry[key], []).append(entry["host"])
    return [
        f"{' and '.join(hosts)}: share {what} '{value}'. Fix: {fix}."
        for value, hosts in owners.items()
        if len(hosts) > 1
    ]


def identity_rename_findings(fleet: list[dict[str, str]], microk8s: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Hosts that would be renamed although MicroK8s runs there already, which does not survive it.

    `microk8s` is {host: facts of microk8s_info} for the hosts that were asked.
    """
    return [
        f"{entry['host']}: is named '{microk8s[entry['host']]['node_name']}' and would become '{entry['hostname']}', but "
        f"MicroK8s runs there under the old name and cannot be renamed. Fix: set identity_hostname to "
        f"'{microk8s[entry['host']]['node_name']}', or remove MicroK8s from the host first (snap remove --purge microk8s)."
        for entry in fleet
        if microk8s.get(entry["host"], {}).get("role", "absent") != "absent"
        and microk8s[entry["host"]]["node_name"] != entry["hostname"]
    ]


def identity_hosts_block(fleet: list[dict[str, str]]) -> str:
    """The lines of /etc/hosts for the whole fleet, the same on every host."""
    return "\n".join(f"{entry['address']} {entry['hostname']}" for entry in fleet)


class FilterModule:
    """Filters of role identity."""

    def filters(self):
        return {
            "identity_fleet": identity_fleet,
            "identity_findings": identity_findings,
            "identity_rename_findings": identity_rename_findings,
            "identity_hosts_block": identity_hosts_block,
        }
