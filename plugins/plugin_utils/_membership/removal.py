# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What taking hosts out of a cluster means, and what forbids it.

Private to this collection. Pure.
"""

from __future__ import annotations

from typing import Any, Iterable, Mapping, Union

from ...module_utils._finding import Finding
from ...module_utils._microk8s.nodes import Node, parse_node
from .._and_list import and_list

MEMBERS = ("control_plane", "worker", "broken_worker")


def parse_names(names: Union[str, list[str], None]) -> list[str]:
    """The names that a user gave: a list, or text with commas between them; each once, in order."""
    given = names.split(",") if isinstance(names, str) else list(names or [])
    return list(dict.fromkeys(name.strip() for name in map(str, given) if name.strip()))


def removal(
    names: list[str],
    fleet: list[dict[str, str]],
    nodes: list[dict[str, Any]],
    database: list[str],
    facts: Mapping[str, Mapping[str, Any]],
    ca_hash: str,
    allow_quorum_loss: bool = False,
    replace: bool = False,
    elsewhere: Iterable[str] = (),
) -> dict[str, Any]:
    """{"hosts": {name: what to do}, "findings": [sentences that forbid it]}.

    `names` are inventory names or Node names (of hosts that are in no inventory any more), `fleet` the members of the
    whole fleet, `nodes` the cluster's Node objects, `database` the addresses of its database's members,
    `facts` is {host: facts of microk8s_info} of the hosts that are present, `ca_hash` identifies the cluster. With
    `replace` the names are hosts that were installed anew, so nobody leaves. `elsewhere` are control plane hosts that are
    there, and are not in this run.

    What to do is `host` (inventory name, or empty), `node` (name of its Node), `addresses`, `control_plane` (it holds the
    key of the cluster's CA) and `leave` (it is there, and leaves by itself first).
    """
    known = {node.name: node for node in map(parse_node, nodes)}
    entries, findings = {}, []
    for name in names:
        entry = _entry(name, fleet, known, database, facts, ca_hash)
        if entry is None:
            findings.append(_unknown(name, fleet, known))
        elif replace and entry["leave"]:
            findings.append(
                Finding(
                    "nothing-to-replace",
                    f"{name}: is a member of the cluster and the very machine that it knows, there is nothing to replace",
                    f"run site to heal it; or take it out: playbook remove with -e remove={name}",
                )
            )
        else:
            entries[name] = entry
    if not names:
        how = "-e remove=NAME (several: -e remove=NAME,NAME); or -e replace=NAME."
        findings.append(Finding("no-host-named", "No host is named", how))
    findings += _quorum_findings(entries, database, fleet, {*facts, *elsewhere}, allow_quorum_loss)
    return {"hosts": entries, "findings": [finding.sentence for finding in findings]}


def _entry(name, fleet, known: Mapping[str, Node], database, facts, ca_hash):
    declared = next((each for each in fleet if name in (each["host"], each["hostname"])), None)
    if declared is None and name not in known:
        return None
    hostname = declared["hostname"] if declared else name
    node = known.get(hostname)
    addresses = {node.address if node else "", declared["address"] if declared else ""} - {""}
    host = declared["host"] if declared else ""
    own = facts.get(host, {})
    return {
        "host": host,
        "node": hostname,
        "addresses": sorted(addresses),
        "control_plane": bool(addresses.intersection(database)),
        "leave": own.get("role") in MEMBERS and (own.get("ca_hash") == ca_hash or own.get("role") == "broken_worker"),
    }


def _unknown(name: str, fleet: list[dict[str, str]], known: Mapping[str, Node]) -> Finding:
    there = sorted({entry["host"] for entry in fleet} | set(known))
    return Finding(
        "unknown-host",
        f"{name}: no host of the inventory and no Node of the cluster has exactly this name",
        f"one of {', '.join(there)}.",
    )


def _quorum_findings(entries, database, fleet, there: set[str], allow_quorum_loss: bool) -> list[Finding]:
    leaving = [name for name, entry in entries.items() if entry["control_plane"]]
    gone = {address for name in leaving for address in entries[name]["addresses"]}
    rest = [address for address in database if address not in gone]
    if not leaving:
        return []
    if not rest:
        return [
            Finding(
                "no-control-plane-left",
                f"{and_list(leaving)}: no control plane would be left, which ends the cluster",
                "join another control plane first; or make all its hosts clean: playbook reset.",
            )
        ]
    present = {entry["address"] for entry in fleet if entry["host"] in there}
    reached = sum(address in present for address in rest)
    if 2 * reached > len(rest) or allow_quorum_loss:
        return []
    return [
        Finding(
            "quorum-lost",
            f"{and_list(leaving)}: of the {len(rest)} control planes that would be left only {reached} can be reached, so the "
            "cluster would lose its quorum",
            "switch on the absent ones or remove those first; or set membership_allow_quorum_loss: true.",
        )
    ]


def removal_notes(hosts: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What a user still has to do about hosts that were taken out; `hosts` as `removal` gives them."""
    lines = []
    for name, entry in hosts.items():
        if entry["host"]:
            lines.append(
                f"{name} is out of the cluster. Take it out of the inventory, or the next site joins it again."
            )
        else:
            lines.append(f"{name} is out of the cluster.")
        if entry["control_plane"]:
            lines.append(
                f"{name} was a control plane and still holds the key of the cluster's certificate authority: whoever has its "
                f"disk can make himself administrator. Make it clean: playbook reset with -e reset={name} "
                "-e membership_allow_reset=true; or destroy the disk."
            )
    return lines
