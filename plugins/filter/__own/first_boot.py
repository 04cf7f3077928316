# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters of role first_boot: what machines are told at their first boot, and why they cannot be told that."""

from __future__ import annotations

from typing import Any, Mapping

from ...module_utils._finding import Finding, in_sentences
from ...plugin_utils._first_boot.files import files
from ...plugin_utils._first_boot.findings import findings
from ...plugin_utils._first_boot.machine import Machine, machine_of
from ...plugin_utils._fleet.member import Member, member
from ...plugin_utils._identity import names

# {host: what fleet_declared gives of it} of the whole inventory, and {host: the role's settings} of those that are due.
Declared = Mapping[str, Mapping[str, Any]]


@in_sentences
def first_boot_findings(settings: Declared, declared: Declared) -> list[Finding]:
    """What is wrong; empty when all is well."""
    members = _members(declared)
    addresses = {host: each.address for host, each in members.items()}
    return [*names.of_members(list(members.values())), *findings(_machines(settings, declared), addresses)]


def first_boot_files(settings: Declared, declared: Declared) -> dict[str, list[dict[str, Any]]]:
    """{host: [{name, data}]} of the files of each host."""
    return {
        machine.host: [{"name": name, "data": data} for name, data in files(machine).items()]
        for machine in _machines(settings, declared)
    }


def first_boot_summary(settings: Declared, declared: Declared, folder: str) -> list[str]:
    """Where the files of each host are, and what they make of it, for a person who copies them."""
    return [_summary(machine, folder) for machine in _machines(settings, declared)]


def _summary(machine: Machine, folder: str) -> str:
    where = f"{folder}/{machine.host}: host name {machine.hostname}, user {machine.user}"
    if machine.network:
        return f"{where}, address {machine.interface} on {machine.nic}"
    reserved = f"; the router has to hand out {machine.address}, as the inventory says" if machine.address else ""
    return f"{where}, address by DHCP on {machine.nic}{reserved}"


def _machines(settings: Declared, declared: Declared) -> list[Machine]:
    members = _members(declared)
    return [machine_of(members[host], each) for host, each in settings.items()]


def _members(declared: Declared) -> dict[str, Member]:
    return {host: member(host, variables, None) for host, variables in declared.items()}


class FilterModule:
    """Filters of role first_boot."""

    def filters(self) -> dict[str, Any]:
        return {
            "first_boot_files": first_boot_files,
            "first_boot_findings": first_boot_findings,
            "first_boot_summary": first_boot_summary,
        }
