# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared workloads as Kubernetes manifests.

Private to this collection. Pure; runs on the controller.
"""

from __future__ import annotations

import json
from typing import Any, Mapping, Optional, Sequence

from . import _rmw
from ._manifests import LAN_NIC, managed_labels

PART_OF = "ros-workloads"
DEFAULT_NAMESPACE = "ros"
# The one that every official ROS image brings.
DEFAULT_RMW = "fastrtps"
HIGHEST_DOMAIN_ID = 232
# A pod whose first container ends at once counts as available without this, and the rollout as done.
_MIN_READY_S = 2
_GRACE_S = 5
# A robot that loses the control plane goes on with its ROS: nothing evicts its pods while it is out of reach.
_STAY_WHEN_UNREACHABLE = [
    {"key": f"node.kubernetes.io/{reason}", "operator": "Exists", "effect": "NoExecute"}
    for reason in ("not-ready", "unreachable")
]


def rmw_of(workload: Mapping[str, Any]) -> str:
    """The middleware that the workload names, else the default."""
    return str(workload.get("rmw") or DEFAULT_RMW)


def lan_of(workload: Mapping[str, Any], pools: Mapping[str, str]) -> str:
    """The LAN that the workload names, else the first declared."""
    return str(workload.get("lan") or next(iter(pools)))


def domain_id_of(workload: Mapping[str, Any]) -> Optional[int]:
    """The ROS domain, or None when what is declared is none."""
    try:
        domain = int(str(workload.get("domain_id", 0)))
    except ValueError:
        return None
    return domain if 0 <= domain <= HIGHEST_DOMAIN_ID else None


def namespace(workload: Mapping[str, Any]) -> str:
    """The namespace that the workload's pods live in."""
    return str(workload.get("namespace") or DEFAULT_NAMESPACE)


def namespaces(workloads: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The namespaces that the workloads need."""
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": managed_labels(PART_OF)}}
        for name in sorted({namespace(workload) for workload in workloads})
    ]


def config_maps(workloads: Sequence[Mapping[str, Any]], pools: Mapping[str, str]) -> list[dict[str, Any]]:
    """The middleware configuration that cannot be given in a variable: Fast DDS reads a file."""
    users = {(namespace(workload), lan_of(workload, pools)) for workload in workloads if rmw_of(workload) == "fastrtps"}
    return [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": _rmw.fast_dds_config_map(lan, pools[lan]),
                "namespace": name,
                "labels": managed_labels(PART_OF),
            },
            "data": {_rmw.FAST_DDS_FILE: _rmw.fast_dds_profile(pools[lan])},
        }
        for name, lan in sorted(users)
    ]


def deployments(
    workloads: Sequence[Mapping[str, Any]], pools: Mapping[str, str], nodes: Mapping[str, str]
) -> list[dict[str, Any]]:
    """One Deployment per workload and host. `nodes` gives the node name of each inventory host."""
    return [_deployment(workload, pools, nodes[host]) for workload in workloads for host in workload["hosts"]]


def deployment_name(workload: Mapping[str, Any], node: str) -> str:
    """The name of the Deployment that runs the workload on one node."""
    return f"{workload['name']}-{node}"


def _deployment(workload: Mapping[str, Any], pools: Mapping[str, str], node: str) -> dict[str, Any]:
    name = workload["name"]
    lan = lan_of(workload, pools)
    selector = {"rosfleet.io/workload": name, "rosfleet.io/host": node}
    labels = {**managed_labels(PART_OF), "app.kubernetes.io/name": name, **selector}
    networks = [{"name": lan, "namespace": namespace(workload), "interface": LAN_NIC}]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": deployment_name(workload, node), "namespace": namespace(workload), "labels": labels},
        "spec": {
            "replicas": 1,
            # The old pod leaves before the new one comes: never two of one ROS node, never two claims to a device.
            "strategy": {"type": "Recreate"},
            "minReadySeconds": _MIN_READY_S,
            "selector": {"matchLabels": selector},
            "template": {
                "metadata": {
                    "labels": labels,
                    "annotations": {"k8s.v1.cni.cncf.io/networks": json.dumps(networks)},
                },
                "spec": _pod(workload, lan, pools[lan], node),
            },
        },
    }


def _pod(workload: Mapping[str, Any], lan: str, pool: str, node: str) -> dict[str, Any]:
    volumes, mounts = _rmw.volumes(rmw_of(workload), lan, pool)
    container: dict[str, Any] = {
        "name": workload["name"],
        "image": workload["image"],
        "imagePullPolicy": "IfNotPresent",
        "env": _environment(workload),
        # The last lines of a container that failed come with its state, so that the rollout's error can show them.
        "terminationMessagePolicy": "FallbackToLogsOnError",
    }
    # A ROS image's entrypoint sources the ROS setup: the declared command is what it runs, not what replaces it.
    arguments = [text(word) for word in [*(workload.get("command") or []), *(workload.get("args") or [])]]
    if arguments:
        container["args"] = arguments
    if workload.get("entrypoint"):
        container["command"] = [text(word) for word in workload["entrypoint"]]
    pod: dict[str, Any] = {
        "nodeSelector": {"kubernetes.io/hostname": node},
        "tolerations": _STAY_WHEN_UNREACHABLE,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": _GRACE_S,
        "containers": [container],
    }
    if volumes:
        pod["volumes"] = volumes
        container["volumeMounts"] = mounts
    return pod


def _environment(workload: Mapping[str, Any]) -> list[dict[str, Any]]:
    variables = {
        "ROS_DOMAIN_ID": str(domain_id_of(workload)),
        **_rmw.environment(rmw_of(workload)),
        **{name: text(value) for name, value in (workload.get("env") or {}).items()},
    }
    listed: list[dict[str, Any]] = [{"name": name, "value": value} for name, value in variables.items()]
    return [*listed, {"name": "ROSFLEET_HOST", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}]


def text(value: Any) -> str:
    """A word of a command, or a variable's value, as it was written: YAML makes `true` a boolean."""
    return str(value).lower() if isinstance(value, bool) else str(value)
