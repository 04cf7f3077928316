# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user wants to know of a cluster although nothing is to be done.

Private to this collection. Pure.
"""

from __future__ import annotations

from typing import Any, Mapping, Optional

from ...module_utils._finding import INFO, WARNING, Finding

ROLES = ("voter", "standby", "spare")


def cluster_notes(
    nodes: Optional[list[dict[str, Any]]], fleet: list[dict[str, str]], ha: Mapping[str, Any]
) -> list[Finding]:
    """Who keeps the cluster's state, and which Nodes no inventory declares.

    `nodes` are the cluster's Node objects (None: not asked), `fleet` the members of the whole fleet, `ha` what
    microk8s_ha_info returned (empty: not asked).
    """
    found = []
    if ha:
        names = {entry["address"]: entry["host"] for entry in fleet}
        found.append(Finding("database", _database(ha, names), severity=INFO))
    declared = {entry["hostname"] for entry in fleet}
    for name in sorted(node["metadata"]["name"] for node in nodes or []):
        if name not in declared:
            found.append(
                Finding(
                    "undeclared-node",
                    f"The Node {name} is in the cluster and in no inventory",
                    f"declare it, or take it out: playbook remove with -e remove={name}",
                    WARNING,
                )
            )
    return found


def _database(ha: Mapping[str, Any], names: Mapping[str, str]) -> str:
    by_role = {
        role: [names.get(member["address"], member["address"]) for member in ha["members"] if member["role"] == role]
        for role in ROLES
    }
    listed = ", ".join(f"{role}s {' '.join(by_role[role]) or 'none'}" for role in ROLES)
    outlook = "outlives the loss of one of them" if ha["highly_available"] else "does not outlive the loss of a voter"
    return f"The cluster's database: {listed}; it {outlook}."
