# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of role identity: what is wrong with the fleet, what is due where, and what every host is to know of the others."""

from __future__ import annotations

import shlex
from dataclasses import fields
from typing import Any, Mapping, Sequence

from ...module_utils._dns_names import is_domain
from ...module_utils._finding import WARNING, Finding, in_sentences
from ...plugin_utils._fleet.fleet import outsiders, part_of
from ...plugin_utils._fleet.member import Member
from ...plugin_utils._identity import clones, names, skew
from ...plugin_utils._identity.due import due
from ...plugin_utils._known_hosts import known_name

RESOLUTIONS = ("hosts", "dns")
MEMBER_FIELDS = tuple(field.name for field in fields(Member))

Fleet = Mapping[str, Mapping[str, Any]]


@in_sentences
def identity_findings(fleet: Fleet, settings: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with a fleet; empty when all is well.

    `fleet` is {inventory name: member}; `settings` the role's variables without their prefix: regenerate,
    regenerate_members, extra_hosts, resolution, domain, max_skew, time_sync.
    """
    members = [Member(**{name: each[name] for name in MEMBER_FIELDS}) for each in fleet.values()]
    seen, microk8s = part_of(fleet, fleet, "identity"), part_of(fleet, fleet, "microk8s")
    return [
        *_of_settings(settings, members),
        *names.of_members(members),
        *names.of_extra_hosts(settings["extra_hosts"], members),
        *names.of_renames(members, microk8s),
        *clones.errors(seen, settings["regenerate"], in_clusters(microk8s), settings["regenerate_members"]),
        *([] if settings["time_sync"] else skew.of_clocks(seen, float(settings["max_skew"]))),
    ]


def _of_settings(settings: Mapping[str, Any], members: Sequence[Member]) -> list[Finding]:
    found = [
        Finding(
            "unknown-part", f"identity_regenerate: '{part}' cannot be made anew", f"use {' or '.join(clones.PARTS)}."
        )
        for part in settings["regenerate"]
        if part not in clones.PARTS
    ]
    found += [
        Finding(
            "unknown-host", f"identity_regenerate_members: '{host}' is no host of the inventory", "correct its name."
        )
        for host in settings["regenerate_members"]
        if host not in {each.host for each in members}
    ]
    if settings["resolution"] not in RESOLUTIONS:
        found.append(
            Finding(
                "unknown-resolution",
                f"identity_resolution: '{settings['resolution']}' is unknown",
                f"use {' or '.join(RESOLUTIONS)}.",
            )
        )
    if settings["resolution"] == "dns" and not is_domain(settings["domain"]):
        found.append(
            Finding(
                "invalid-domain",
                f"identity_domain: '{settings['domain']}' is not a domain, and identity_resolution: dns needs the one that "
                "your name server answers for",
                "identity_domain: robots.example.org.",
            )
        )
    return found


def in_clusters(microk8s: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The hosts on which MicroK8s is there, and with it a Node that knows their machine-id."""
    return [host for host, facts in microk8s.items() if facts.get("role", "absent") != "absent"]


@in_sentences
def identity_warnings(fleet: Fleet) -> list[Finding]:
    """What the user should know of, and what does not stop a run."""
    return [
        *(Finding.from_text("no-address", each["warning"], WARNING) for each in fleet.values() if each["warning"]),
        *clones.warnings(part_of(fleet, fleet, "identity")),
        *names.of_outsiders(outsiders(fleet), part_of(fleet, fleet, "microk8s")),
    ]


def identity_to_regenerate(fleet: Fleet, settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """{inventory name: arguments of identity_regenerate} for the hosts that are to get a face of their own."""
    members = in_clusters(part_of(fleet, fleet, "microk8s"))
    return clones.to_regenerate(
        part_of(fleet, fleet, "identity"), settings["regenerate"], members, settings["regenerate_members"]
    )


def identity_without_refused(
    fleet: Fleet, refused: Mapping[str, str], forgotten: Sequence[str] = ()
) -> dict[str, dict[str, Any]]:
    """The fleet for those who stay: a refused host is not there, and its name is that of the machine that has it already.

    `refused` is {inventory name: that machine's address, empty when there is none}; `forgotten` are left out.
    """
    return {
        host: {**each, "address": refused[host], "present": False} if host in refused else dict(each)
        for host, each in fleet.items()
        if host not in forgotten
    }


def identity_facts(fleet: Fleet, resolution: str, domain: str) -> dict[str, dict[str, str]]:
    """{inventory name: what the host keeps of its identity, where every playbook finds it}."""
    return {
        host: {
            "host": host,
            "hostname": each["hostname"],
            "address": each["address"],
            "resolution": resolution,
            "domain": domain,
        }
        for host, each in fleet.items()
    }


def identity_hosts_entries(fleet: Fleet, extra: Sequence[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """The entries of the hosts file, the same on every host: `[{"address", "names"}]`, the fleet's first."""
    entries = [{"address": each["address"], "names": [each["hostname"]]} for each in fleet.values() if each["address"]]
    return entries + [{"address": str(each["address"]), "names": list(each["names"])} for each in extra]


def identity_peers(fleet: Fleet) -> list[dict[str, Any]]:
    """The fleet as identity_proof takes it: who has which name and address, and who must answer."""
    keys = ("host", "hostname", "address", "present", "port")
    return [{key: each[key] for key in keys} for each in fleet.values() if each["address"]]


def identity_known_hosts(regenerated: Mapping[str, Mapping[str, Any]], fleet: Fleet) -> list[dict[str, str]]:
    """What the controller's known_hosts needs: `[{"name", "key"}]`, a line for each new key.

    `regenerated` is {inventory name: result of identity_regenerate}.
    """
    return [
        {"name": name, "key": f"{name} {key['public']}"}
        for host, result in regenerated.items()
        if set(result.get("regenerated") or []) - {clones.MACHINE_ID}
        for name in [known_name(fleet[host]["contacted"], fleet[host]["port"])]
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


class FilterModule:
    """Filters of role identity."""

    def filters(self):
        return {
            "identity_due": due,
            "identity_facts": identity_facts,
            "identity_findings": identity_findings,
            "identity_hosts_entries": identity_hosts_entries,
            "identity_known_hosts": identity_known_hosts,
            "identity_known_hosts_advice": identity_known_hosts_advice,
            "identity_peers": identity_peers,
            "identity_to_regenerate": identity_to_regenerate,
            "identity_warnings": identity_warnings,
            "identity_without_refused": identity_without_refused,
        }
