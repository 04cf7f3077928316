# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared workloads as Kubernetes manifests, and what is wrong with a declaration.

Private to this collection. Pure; runs on the controller.
"""

from __future__ import annotations

import json
from typing import Any, Mapping, Optional, Sequence

from ..module_utils._lan import LanError, parse_network
from . import _rmw
from ._lan_findings import is_dns_label
from ._manifests import managed_labels

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


def findings(workloads: Sequence[Mapping[str, Any]], pools: Mapping[str, str], hosts: Sequence[str]) -> list[str]:
    """Everything wrong with the declarations, each with the workload, the value and the fix; empty is fine.

    `pools` are the declared LANs by name with their pools, `hosts` the inventory names of the fleet.
    """
    found = []
    names = [str(workload.get("name", "")) for workload in workloads]
    for name in sorted({name for name in names if names.count(name) > 1}):
        found.append(f"workload {name}: declared {names.count(name)} times. Fix: give each workload a name of its own")
    for workload, name in zip(workloads, names):
        reasons = [*_name_findings(workload), *_content_findings(workload, pools), *_host_findings(workload, hosts)]
        found += [f"workload {name or '(without a name)'}: {reason}" for reason in reasons]
    return found


def _name_findings(workload: Mapping[str, Any]) -> list[str]:
    return [
        f"{key} {value!r} is not usable in Kubernetes. "
        "Fix: lower-case letters, digits and inner dashes only, at most 63 characters"
        for key, value in (("name", str(workload.get("name", ""))), ("namespace", namespace(workload)))
        if not is_dns_label(value)
    ]


def _content_findings(workload: Mapping[str, Any], pools: Mapping[str, str]) -> list[str]:
    found = []
    if not str(workload.get("image") or "").strip():
        found.append("image is empty. Fix: name the container image, such as ros:jazzy")
    if _domain_id(workload) is None:
        found.append(f"domain_id {workload['domain_id']!r} is no number from 0 to {HIGHEST_DOMAIN_ID}. Fix: use one")
    rmw = _rmw_of(workload)
    if rmw not in _rmw.IMPLEMENTATIONS:
        found.append(f"unknown rmw {rmw!r}. Fix: one of {', '.join(sorted(_rmw.IMPLEMENTATIONS))}")
    if not pools:
        return [*found, "there is no LAN to attach it to. Fix: declare one in ros_lan_networks"]
    lan = _lan_of(workload, pools)
    if lan not in pools:
        found.append(f"unknown LAN {lan!r}. Fix: one of those in ros_lan_networks: {', '.join(pools)}")
    elif rmw == "fastrtps" and _size(pools[lan]) > _rmw.FAST_DDS_MOST_ADDRESSES:
        found.append(
            f"the pool {pools[lan]} of {lan} has {_size(pools[lan])} addresses, and the allow-list of fastrtps has to "
            f"name each. Fix: a pool of at most {_rmw.FAST_DDS_MOST_ADDRESSES} addresses, or rmw: cyclonedds"
        )
    return found


def _host_findings(workload: Mapping[str, Any], hosts: Sequence[str]) -> list[str]:
    wanted = list(workload.get("hosts") or [])
    found = [
        f"unknown host {host!r}. Fix: one of {', '.join(hosts)} (inventory names)"
        for host in sorted(set(wanted) - set(hosts))
    ]
    if not wanted:
        found.append("no hosts to run on. Fix: list inventory names under hosts")
    twice = sorted({host for host in wanted if wanted.count(host) > 1})
    if twice:
        found.append(f"hosts names {', '.join(twice)} more than once. Fix: once each, one pod a host")
    return found


def _size(pool: str) -> int:
    try:
        return parse_network(pool).num_addresses
    except LanError:  # what is wrong with a pool is said where the LANs are looked at
        return 0


def _rmw_of(workload: Mapping[str, Any]) -> str:
    return str(workload.get("rmw") or DEFAULT_RMW)


def _lan_of(workload: Mapping[str, Any], pools: Mapping[str, str]) -> str:
    """The LAN that the workload names, else the first declared."""
    return str(workload.get("lan") or next(iter(pools)))


def _domain_id(workload: Mapping[str, Any]) -> Optional[int]:
    try:
        domain = int(workload.get("domain_id", 0))
    except (TypeError, ValueError):
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
    users = {
        (namespace(workload), _lan_of(workload, pools)) for workload in workloads if _rmw_of(workload) == "fastrtps"
    }
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


def _deployment(workload: Mapping[str, Any], pools: Mapping[str, str], node: str) -> dict[str, Any]:
    name = workload["name"]
    lan = _lan_of(workload, pools)
    selector = {"rosfleet.io/workload": name, "rosfleet.io/host": node}
    labels = {**managed_labels(PART_OF), "app.kubernetes.io/name": name, **selector}
    networks = [{"name": lan, "namespace": namespace(workload), "interface": _rmw.INTERFACE}]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": f"{name}-{node}", "namespace": namespace(workload), "labels": labels},
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
    volumes, mounts = _rmw.volumes(_rmw_of(workload), lan, pool)
    container: dict[str, Any] = {
        "name": workload["name"],
        "image": workload["image"],
        "imagePullPolicy": "IfNotPresent",
        "env": _environment(workload),
        # The last lines of a container that failed come with its state, so that the rollout's error can show them.
        "terminationMessagePolicy": "FallbackToLogsOnError",
    }
    # A ROS image's entrypoint sources the ROS setup: the declared command is what it runs, not what replaces it.
    arguments = [str(word) for word in [*(workload.get("command") or []), *(workload.get("args") or [])]]
    if arguments:
        container["args"] = arguments
    if workload.get("entrypoint"):
        container["command"] = [str(word) for word in workload["entrypoint"]]
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
        "ROS_DOMAIN_ID": str(_domain_id(workload)),
        **_rmw.environment(_rmw_of(workload)),
        **{name: _text(value) for name, value in (workload.get("env") or {}).items()},
    }
    listed: list[dict[str, Any]] = [{"name": name, "value": value} for name, value in variables.items()]
    return [*listed, {"name": "ROSFLEET_HOST", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
