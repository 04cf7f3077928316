# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the manifests of ros_lan, ros_workloads and the probe have in common.

Private to this collection.
"""

from __future__ import annotations

from typing import Any, Mapping, Sequence

NAMESPACE = "rosfleet"  # of rosfleet's own pods, such as the probe's
LAN_NIC = "ros0"  # what a pod's interface on its LAN is called
NETWORKS_ANNOTATION = "k8s.v1.cni.cncf.io/networks"
# On the pods of workloads that do not find each other by multicast: how they do. And on those of discovery servers.
WAY_LABEL = "rosfleet.io/discovery"
SERVER_LABEL = "rosfleet.io/discovery-server"
# The addresses that the nodes of a pod look for, with commas.
PEERS_ANNOTATION = "rosfleet.io/peers"
# The ways to other LANs that a pod was started with. It keeps them for life, so that others are another pod.
ROUTES_ANNOTATION = "rosfleet.io/routes"
MANAGED_BY = {"app.kubernetes.io/managed-by": "rosfleet"}


def managed_labels(part_of: str) -> dict[str, str]:
    """The labels of every object that a role applies, and by which it finds those it no longer wants."""
    return {**MANAGED_BY, "app.kubernetes.io/part-of": part_of}


def attachment_definition(lan: str, namespace: str, part_of: str) -> dict[str, Any]:
    """The attachment to a LAN in one namespace. Without spec.config: each node's own attachment file says how."""
    return {
        "apiVersion": "k8s.cni.cncf.io/v1",
        "kind": "NetworkAttachmentDefinition",
        "metadata": {"name": lan, "namespace": namespace, "labels": managed_labels(part_of)},
    }


def fixed_lan(lan: str) -> str:
    """The name of a LAN's other attachment, whose pods bring their address along. No LAN can be called so: it has a dot."""
    return f"{lan}.fixed"


def lan_of_attachment(name: str) -> str:
    """The LAN that an attachment of either kind leads to."""
    return name.partition(".")[0]


def attachment_names(network: Mapping[str, Any]) -> list[str]:
    """The names of all attachments to a declared LAN."""
    return [str(network["name"]), *([fixed_lan(str(network["name"]))] if network.get("fixed") else [])]


def identity(manifest: Mapping[str, Any]) -> tuple[str, str, str]:
    """What makes two manifests the same object: kind, namespace, name."""
    metadata = manifest["metadata"]
    return manifest["kind"], metadata.get("namespace") or "", metadata["name"]


def reference(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The least manifest that still names the object, as deleting it needs."""
    unused_kind, namespace, name = identity(manifest)
    metadata = {"name": name, "namespace": namespace} if namespace else {"name": name}
    return {"apiVersion": manifest["apiVersion"], "kind": manifest["kind"], "metadata": metadata}


def stale(existing: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """References to the objects in `existing` that `wanted` does not hold."""
    keep = {identity(manifest) for manifest in wanted}
    return [reference(manifest) for manifest in existing if identity(manifest) not in keep]
