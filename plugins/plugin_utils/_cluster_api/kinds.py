# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the API keeps the kinds of objects that this collection deals with: Kubernetes API reference, "Resource paths".

Private to this collection. Pure. Looking it up in the API itself, as general clients do, takes a dozen requests.
"""

from __future__ import annotations

from typing import Any, Mapping

# {kind: (group and version, plural, whether it is inside a namespace)}
KINDS = {
    "ClusterRole": ("rbac.authorization.k8s.io/v1", "clusterroles", False),
    "ClusterRoleBinding": ("rbac.authorization.k8s.io/v1", "clusterrolebindings", False),
    "ConfigMap": ("v1", "configmaps", True),
    "CustomResourceDefinition": ("apiextensions.k8s.io/v1", "customresourcedefinitions", False),
    "DaemonSet": ("apps/v1", "daemonsets", True),
    "Deployment": ("apps/v1", "deployments", True),
    "Event": ("v1", "events", True),
    "Namespace": ("v1", "namespaces", False),
    "NetworkAttachmentDefinition": ("k8s.cni.cncf.io/v1", "network-attachment-definitions", True),
    "Node": ("v1", "nodes", False),
    "Pod": ("v1", "pods", True),
    "ServiceAccount": ("v1", "serviceaccounts", True),
}


def api_version(kind: str) -> str:
    return KINDS[kind][0]


def collection_path(kind: str, namespace: str = "") -> str:
    """The path of all objects of a kind, in one namespace or, without one, everywhere."""
    version, plural, namespaced = KINDS[kind]
    root = f"/api/{version}" if "/" not in version else f"/apis/{version}"
    return f"{root}/namespaces/{namespace}/{plural}" if namespaced and namespace else f"{root}/{plural}"


def object_path(thing: Mapping[str, Any]) -> str:
    """The path of one object, named by a manifest or a reference."""
    metadata = thing["metadata"]
    return f"{collection_path(thing['kind'], metadata.get('namespace') or '')}/{metadata['name']}"
