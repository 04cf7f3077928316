# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of role identity: who is in the fleet, what is wrong with it, and what every host is to know of the others."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from typing import Any, Iterable, Mapping, Sequence

from ...plugin_utils._identity import book, clones, contact, names, skew
from ...plugin_utils._identity.agreement import disagreements
from ...plugin_utils._identity.fleet import HOST_VARIABLES, Member, contacted_at, member
from ...plugin_utils._words import listed

RESOLUTIONS = ("hosts", "dns")
LISTED = 6  # names that fit a line


def identity_listed(hosts: Sequence[str]) -> str:
    """The hosts in words: all of a few, the first of many."""
    if len(hosts) <= LISTED:
        return listed(hosts)
    return listed([*hosts[: LISTED - 1], f"{len(hosts) - LISTED + 1} others"])


def identity_seen(hostvars: Mapping[str, Mapping[str, Any]], hosts: Iterable[str]) -> dict[str, dict[str, Any]]:
    """{inventory name: what identity_info returned there} for the hosts that were asked in this run."""
    results = {host: hostvars[host].get("__identity_info") or {} for host in hosts}
    return {host: result["identity"] for host, result in results.items() if "identity" in result}


def identity_fleet(hostvars: Mapping[str, Mapping[str, Any]], hosts: Sequence[str]) -> list[dict[str, Any]]:
    """The fleet, in the order of `hosts`: `[{"host", "hostname", "address", "present", "port", "finding", "warning"}]`.

    `host` is the inventory name. Hosts that were not asked in this run are in it like all others, with the address that
    the address book has of them, else that of the inventory.
    """
    return [each.entry() for each in _members(hostvars, hosts)]


def _members(hostvars: Mapping[str, Mapping[str, Any]], hosts: Sequence[str]) -> list[Member]:
    seen = identity_seen(hostvars, hosts)
    variables = {host: {name: hostvars[host].get(name) for name in HOST_VARIABLES} for host in hosts}
    known = _known(hostvars)
    return [
        member(host, variables[host], seen.get(host), book.remembered(known, host, contacted_at(host, variables[host])))
        for host in hosts
    ]


def _known(hostvars: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Mapping[str, str]]:
    """The address book as this run found it; every host of a run has it, one outside of the run has nothing."""
    return next((found for host in hostvars for found in [hostvars[host].get("__identity_book")] if found), {})


def identity_contact(result: Mapping[str, Any], address: str) -> dict[str, str]:
    """{"state": present, absent or refused, "why"} of a host, by the result of the first task on it."""
    return asdict(contact.contact(result, address))


def identity_book_text(hostvars: Mapping[str, Mapping[str, Any]], hosts: Sequence[str]) -> str:
    """The address book's text after this run has asked its hosts."""
    contacted = {host: contacted_at(host, {"ansible_host": hostvars[host].get("ansible_host")}) for host in hosts}
    return book.text_of(book.updated(_known(hostvars), _members(hostvars, hosts), contacted))


def identity_findings(
    fleet: Sequence[Mapping[str, Any]],
    seen: Mapping[str, Mapping[str, Any]],
    microk8s: Mapping[str, Mapping[str, Any]],
    settings: Mapping[str, Any],
) -> list[str]:
    """What is wrong with a fleet, each as one sentence with its cure; empty when all is well.

    `microk8s` is {inventory name: facts of microk8s_info}; `settings` the role's variables without their prefix:
    regenerate, regenerate_members, extra_hosts, resolution, domain, max_skew, time_sync.
    """
    members = [Member(**each) for each in fleet]
    return [
        *_of_settings(settings, members),
        *names.of_members(members),
        *names.of_extra_hosts(settings["extra_hosts"], members),
        *names.of_renames(members, microk8s),
        *clones.errors(seen, settings["regenerate"], in_clusters(microk8s), settings["regenerate_members"]),
        *([] if settings["time_sync"] else skew.of_clocks(seen, float(settings["max_skew"]))),
    ]


def _of_settings(settings: Mapping[str, Any], members: Sequence[Member]) -> list[str]:
    found = [
        f"identity_regenerate: '{part}' cannot be made anew. Fix: use {' or '.join(clones.PARTS)}."
        for part in settings["regenerate"]
        if part not in clones.PARTS
    ]
    found += [
        f"identity_regenerate_members: '{host}' is no host of the inventory. Fix: correct its name."
        for host in settings["regenerate_members"]
        if host not in {each.host for each in members}
    ]
    if settings["resolution"] not in RESOLUTIONS:
        found.append(
            f"identity_resolution: '{settings['resolution']}' is unknown. Fix: use {' or '.join(RESOLUTIONS)}."
        )
    if settings["resolution"] == "dns" and not names.is_domain(settings["domain"]):
        found.append(
            f"identity_domain: '{settings['domain']}' is not a domain, and identity_resolution: dns needs the one that "
            "your name server answers for. Fix: identity_domain: robots.example.org."
        )
    return found


def in_clusters(microk8s: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The hosts on which MicroK8s is there, and with it a Node that knows their machine-id."""
    return [host for host, facts in microk8s.items() if facts.get("role", "absent") != "absent"]


def identity_warnings(fleet: Sequence[Mapping[str, Any]], seen: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What the user should know of, and what does not stop a run."""
    return [*filter(None, (each["warning"] for each in fleet)), *clones.warnings(seen)]


def identity_cures(
    seen: Mapping[str, Mapping[str, Any]], microk8s: Mapping[str, Mapping[str, Any]], settings: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """{inventory name: arguments of identity_regenerate} for the hosts that are to get a face of their own."""
    return clones.cures(seen, settings["regenerate"], in_clusters(microk8s), settings["regenerate_members"])


def identity_leave_out(fleet: Sequence[Mapping[str, Any]], refused: Mapping[str, str]) -> list[dict[str, Any]]:
    """`fleet` for those who stay: a refused host is not there, and its name is that of the machine that has it already.

    `refused` is {inventory name: that machine's address, empty when there is none}.
    """
    return [
        {**each, "address": refused[each["host"]], "present": False} if each["host"] in refused else dict(each)
        for each in fleet
    ]


def identity_hosts_entries(
    fleet: Sequence[Mapping[str, Any]], extra: Sequence[Mapping[str, Any]] = ()
) -> list[dict[str, Any]]:
    """The entries of the hosts file, the same on every host: `[{"address", "names"}]`, the fleet's first."""
    entries = [{"address": each["address"], "names": [each["hostname"]]} for each in fleet if each["address"]]
    return entries + [{"address": str(each["address"]), "names": list(each["names"])} for each in extra]


def identity_peers(fleet: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The fleet as identity_proof takes it: who has which name and address, and who must answer."""
    keys = ("host", "hostname", "address", "present", "port")
    return [{key: each[key] for key in keys} for each in fleet if each["address"]]


def identity_known_hosts(
    regenerated: Mapping[str, Mapping[str, Any]], fleet: Sequence[Mapping[str, Any]], hostvars: Any
):
    """What the controller's known_hosts needs: `[{"name", "key"}]`, a line for each new key.

    `regenerated` is {inventory name: result of identity_regenerate}.
    """
    ports = {each["host"]: each["port"] for each in fleet}
    return [
        {"name": name, "key": f"{name} {key['public']}"}
        for host, result in regenerated.items()
        if set(result.get("regenerated") or []) - {clones.MACHINE_ID}
        for name in [_known_name(str(hostvars[host].get("ansible_host") or host), ports[host])]
        for key in result["ssh_host_keys"]
    ]


def identity_known_hosts_advice(lines: Sequence[Mapping[str, str]]) -> list[str]:
    """What the user has to do with `lines` of identity_known_hosts, ready to be copied into a shell."""
    return [
        "The SSH host keys of these hosts are new. Connections that are open stay; new ones are refused until the "
        "controller knows the new keys. Fix: set identity_known_hosts, or run this on the controller:",
        *(f"ssh-keygen -R {shlex.quote(name)}" for name in dict.fromkeys(line["name"] for line in lines)),
        *(f"echo {shlex.quote(line['key'])} >> ~/.ssh/known_hosts" for line in lines),
    ]


def _known_name(address: str, port: int) -> str:
    return address if port == 22 else f"[{address}]:{port}"


class FilterModule:
    """Filters of role identity."""

    def filters(self):
        return {
            "identity_book": book.parse,
            "identity_book_text": identity_book_text,
            "identity_contact": identity_contact,
            "identity_cures": identity_cures,
            "identity_disagreements": disagreements,
            "identity_findings": identity_findings,
            "identity_fleet": identity_fleet,
            "identity_hosts_entries": identity_hosts_entries,
            "identity_known_hosts": identity_known_hosts,
            "identity_known_hosts_advice": identity_known_hosts_advice,
            "identity_leave_out": identity_leave_out,
            "identity_listed": identity_listed,
            "identity_peers": identity_peers,
            "identity_seen": identity_seen,
            "identity_warnings": identity_warnings,
        }
