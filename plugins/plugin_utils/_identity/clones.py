# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that share what must be one host's own, and what cures that.

Private to this collection. Pure. `seen` is always {inventory name: what identity_info returned there}.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterable, Mapping, Sequence

from ...module_utils._finding import WARNING, Finding
from .._addresses import maker
from .._and_list import and_list

MACHINE_ID = "machine_id"
SSH_HOST_KEYS = "ssh_host_keys"
# What role identity can make anew, with the code of the finding that it is shared.
PARTS = {MACHINE_ID: ("machine-id-shared", "the machine-id"), SSH_HOST_KEYS: ("ssh-keys-shared", "the SSH host keys")}


@dataclass(frozen=True)
class Clash:
    """A value that several hosts have and only one may have."""

    what: str  # machine_id, ssh_host_keys, mac, product_uuid, hostname
    value: str
    hosts: tuple[str, ...]


def machines_reached_twice(seen: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Inventory names that lead to the same machine: it was booted once, and has its NICs and addresses once.

    The boot id alone does not tell, as containers on one machine share it.
    """
    return [hosts for _value, hosts in _shared(seen, lambda facts: [_machine(facts)])]


def _machine(facts: Mapping[str, Any]) -> str:
    nics = sorted((nic["mac"] or "", tuple(sorted(nic["addresses"]))) for nic in facts["nics"] if nic["physical"])
    return repr((facts["boot_id"], facts["machine_id"], nics)) if nics else ""


def clashes(seen: Mapping[str, Mapping[str, Any]]) -> list[Clash]:
    """All that several hosts share, hosts that are one machine counted once."""
    doubles = {host for hosts in machines_reached_twice(seen) for host in hosts[1:]}
    single = {host: facts for host, facts in seen.items() if host not in doubles}
    values: dict[str, Callable[[Mapping[str, Any]], Iterable[str]]] = {
        "hostname": lambda facts: [facts["hostname"]["kernel"].lower()],
        MACHINE_ID: lambda facts: [facts["machine_id"]],
        "product_uuid": lambda facts: [facts["product_uuid"].lower()],
        "mac": lambda facts: {(nic["mac"] or "").lower() for nic in facts["nics"] if nic["physical"]},
        SSH_HOST_KEYS: lambda facts: [key["fingerprint"] for key in facts["ssh_host_keys"]],
    }
    return [Clash(what, value, hosts) for what, of in values.items() for value, hosts in _shared(single, of)]


def _shared(
    seen: Mapping[str, Mapping[str, Any]], of: Callable[[Mapping[str, Any]], Iterable[str]]
) -> list[tuple[str, tuple[str, ...]]]:
    owners: dict[str, list[str]] = {}
    for host, facts in seen.items():
        for value in of(facts):
            owners.setdefault(value, []).append(host)
    return [(value, tuple(hosts)) for value, hosts in owners.items() if value and len(hosts) > 1]


def to_regenerate(
    seen: Mapping[str, Mapping[str, Any]], regenerate: Sequence[str], members: Iterable[str], allowed: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """{host: {"machine_id": shared value or "", "ssh_host_keys": [shared fingerprints]}}, what is to be made anew where.

    `members` are hosts that belong to a cluster already. They keep what they have, unless `allowed` names them: once
    all others that share it have got their own, it is theirs alone.
    """
    found: dict[str, dict[str, Any]] = {}
    for clash in clashes(seen):
        if clash.what not in regenerate:
            continue
        for host in clash.hosts:
            if host in set(members) - set(allowed):
                continue
            cure = found.setdefault(host, {MACHINE_ID: "", SSH_HOST_KEYS: []})
            if clash.what == MACHINE_ID:
                cure[MACHINE_ID] = clash.value
            else:
                cure[SSH_HOST_KEYS].append(clash.value)
    return found


def errors(
    seen: Mapping[str, Mapping[str, Any]], regenerate: Sequence[str], members: Iterable[str], allowed: Sequence[str]
) -> list[Finding]:
    """What this run must not go on with."""
    found = [
        Finding(
            "machine-twice",
            f"{and_list(hosts)}: are one machine under several inventory names",
            f"correct ansible_host of {and_list(hosts[1:])}, or remove it from the inventory.",
        )
        for hosts in machines_reached_twice(seen)
    ]
    return found + _of_clashes(clashes(seen), regenerate, set(members) - set(allowed))


def _of_clashes(all_clashes: Sequence[Clash], regenerate: Sequence[str], keepers: set[str]) -> list[Finding]:
    found = []
    for hosts, group in _grouped(clash for clash in all_clashes if clash.what in PARTS):
        for part in PARTS:
            values = [clash.value for clash in group if clash.what == part]
            kept = [host for host in hosts if host in keepers]
            if not values or (part in regenerate and len(kept) <= 1):
                continue
            code, what = PARTS[part]
            message, fix = (
                f"{and_list(hosts)}: share {what} {', '.join(values)}",
                f"identity_regenerate: [{part}] gives each its own.",
            )
            if part in regenerate:
                message += f". {and_list(kept)} belong to a cluster already, so nothing is made anew there unasked"
                fix = "name them in identity_regenerate_members, all but one, when their cluster may lose them for a moment."
            found.append(Finding(code, message, fix))
    found += [
        Finding(
            "mac-shared",
            f"{and_list(clash.hosts)}: share the MAC address {clash.value} ({_made_by(clash.value)}). On one network neither "
            "is reliably reached",
            "give one of the NICs another (in the virtual machine's settings, or MACAddress= in a systemd .link file).",
        )
        for clash in all_clashes
        if clash.what == "mac"
    ]
    return found


def _made_by(mac: str) -> str:
    """One that no maker has registered was made up: by a virtual machine, or copied with a system's settings."""
    return f"of {maker(mac)}" if maker(mac) else "of no maker of NICs, so somebody made it up"


def _grouped(found: Iterable[Clash]) -> list[tuple[tuple[str, ...], list[Clash]]]:
    groups: dict[tuple[str, ...], list[Clash]] = {}
    for clash in found:
        groups.setdefault(clash.hosts, []).append(clash)
    return list(groups.items())


def warnings(seen: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    """What several hosts share and the role either cures by itself or cannot cure."""
    told = {
        "hostname": ("same-hostname", "are all called '{}' now. The role gives each its own name."),
        "product_uuid": (
            "product-uuid-shared",
            "share the product UUID {}. Kubernetes wants one for each machine; a virtual machine's is set where it was "
            "cloned, and a board's that its maker gave to all boards stays.",
        ),
    }
    return [
        Finding(code, f"{and_list(clash.hosts)}: {text.format(clash.value)}", severity=WARNING)
        for clash in clashes(seen)
        if clash.what in told
        for code, text in [told[clash.what]]
    ]
