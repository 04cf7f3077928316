# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kubernetes Nodes as membership sees them. PRIVATE, may change at any time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Node:
    """A Node object reduced to what identifies a machine. Empty strings: the API does not say."""

    name: str
    ready: bool = False
    machine_id: str = ""
    address: str = ""
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def parse_node(document: dict[str, Any]) -> Node:
    """A Node from the API's JSON (v1 Node)."""
    status = document.get("status", {})
    conditions = {item["type"]: item for item in status.get("conditions") or []}
    ready = conditions.get("Ready", {})
    addresses = [item["address"] for item in status.get("addresses") or [] if item["type"] == "InternalIP"]
    return Node(
        name=document["metadata"]["name"],
        ready=ready.get("status") == "True",
        machine_id=status.get("nodeInfo", {}).get("machineID", ""),
        address=addresses[0] if addresses else "",
        reason="" if ready.get("status") == "True" else ready.get("message", "it has never reported"),
    )
