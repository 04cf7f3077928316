# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the API is, and where a worker looks for it.

Private to this collection. Pure.
"""

from __future__ import annotations

from typing import Any, Iterable, Mapping

from ...module_utils._microk8s.nodes import parse_node

CONTROL_PLANE_LABEL = "node.kubernetes.io/microk8s-controlplane"


def api_servers(nodes: list[dict[str, Any]], addresses: Mapping[str, str], control_plane: Iterable[str]) -> frozenset:
    """Addresses at which an API server may be: of the control planes' Nodes, and of the declared hosts."""
    labelled = (node for node in nodes if CONTROL_PLANE_LABEL in (node["metadata"].get("labels") or {}))
    return frozenset(
        [*(parse_node(node).address for node in labelled), *(addresses[h] for h in control_plane if h in addresses)]
    )


def stale_endpoints(facts: Mapping[str, Any], known: frozenset) -> list[str]:
    """Where a worker looks for the API, when that is none of the `known` servers; nothing with a load balancer."""
    if facts.get("api_load_balanced"):
        return []
    endpoints = [endpoint.rpartition(":")[0] for endpoint in facts.get("api_endpoints", ())]
    return [] if known.intersection(endpoints) else endpoints
