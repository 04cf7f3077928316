# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is proven a member: what the API and the database say, and the host's own story beside it.

Private to this collection. Pure.
"""

from __future__ import annotations

from typing import Any, Mapping, Optional

from ...module_utils._microk8s.nodes import Node, parse_node
from .api_endpoints import api_servers, stale_endpoints
from .plan import CONTROL_PLANE, WORKER


def unproven(
    nodes: list[dict[str, Any]],
    wanted: Mapping[str, Mapping[str, Any]],
    addresses: Mapping[str, str],
    control_plane: list[str] = (),
    database: list[str] = (),
) -> dict[str, str]:
    """{host: why} for each wanted host that is not proven a member; an empty result proves them all.

    The API has to show a Ready Node of exactly its name, fleet address and machine-id. `wanted` is {host: facts of
    microk8s_info}; with `role` in them, that has to fit, too. `database` are the addresses of the database's members;
    with more than one control plane, each has to be among them.
    """
    known = {node.name: node for node in map(parse_node, nodes)}
    known_servers = api_servers(nodes, addresses, control_plane)
    reasons = {}
    for host, facts in wanted.items():
        reason = _node_reason(known.get(facts["node_name"]), facts, addresses[host])
        if not reason and host in control_plane and len(control_plane) > 1:
            reason = _control_plane_reason(facts, addresses[host], database)
        elif not reason and host not in control_plane:
            reason = _worker_reason(facts, known_servers)
        if reason:
            reasons[host] = reason
    return reasons


def _node_reason(node: Optional[Node], facts: Mapping[str, Any], address: str) -> str:
    if node is None:
        return f"the cluster has no Node named {facts['node_name']}"
    if node.machine_id != facts["machine_id"]:
        return (
            f"the Node {node.name} is another machine (machine-id {node.machine_id}, this host has {facts['machine_id']}). "
            "Fix: give one of the two another name (identity_hostname) and machine-id"
        )
    if node.address != address:
        return (
            f"the Node {node.name} has the address {node.address}, not the fleet address {address}. Set "
            "identity_address to it, or move the host's default route to the fleet's network before MicroK8s is installed"
        )
    if not node.ready:
        return f"the Node {node.name} is not Ready: {node.reason}"
    return ""


def _worker_reason(facts: Mapping[str, Any], known_servers: frozenset) -> str:
    if facts.get("role", WORKER) != WORKER:
        return f"its own files make it a {facts['role'].replace('_', ' ')}, not a worker"
    endpoints = stale_endpoints(facts, known_servers)
    if endpoints:
        return (
            f"it looks for the API at {', '.join(endpoints)}, which no control plane has "
            f"({', '.join(sorted(known_servers))}). When a control plane's address has changed, see 'API address change' in "
            "docs/troubleshooting.md"
        )
    return ""


def _control_plane_reason(facts: Mapping[str, Any], address: str, database: list[str]) -> str:
    if facts.get("role", CONTROL_PLANE) != CONTROL_PLANE:
        return (
            f"its own files make it a {facts['role'].replace('_', ' ')}, not a control plane of a cluster with others"
        )
    if address not in database:
        return f"the cluster's database does not list {address} ({', '.join(database) or 'nobody'})"
    return ""
