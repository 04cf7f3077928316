# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a rollout of workloads is, and what its pods say when it fails.

Private to this collection. Pure; reads the objects of the API.
"""

from __future__ import annotations

import re
from typing import Any, Mapping, Optional, Sequence

from ._manifests import LAN_NIC, identity, reference
from ._pods import explain, is_leaving, is_ready, node_name, waiting_reasons

# What containerd and the kernel say of an image that is for other processors; the second ends up in the container's log.
_OTHER_PROCESSOR = re.compile("no match for platform|exec format error")
_NO_IMAGE = {"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"}


def unfinished(
    existing: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]], nodes: Sequence[str]
) -> dict[str, list[str]]:
    """Names of the `wanted` Deployments that do not run as declared yet, by node: {node: [name]}.

    Only for `nodes`: the Deployments of absent hosts run when these are back.
    """
    by_identity = {identity(deployment): deployment for deployment in existing}
    result: dict[str, list[str]] = {}
    for manifest in wanted:
        node = manifest["metadata"]["labels"]["rosfleet.io/host"]
        if node in nodes and not _is_rolled_out(by_identity.get(identity(manifest))):
            result.setdefault(node, []).append(manifest["metadata"]["name"])
    return result


def _is_rolled_out(deployment: Optional[Mapping[str, Any]]) -> bool:
    if not deployment:
        return False
    status = deployment.get("status") or {}
    return (status.get("observedGeneration") or 0) >= deployment["metadata"]["generation"] and status.get(
        "replicas"
    ) == status.get("updatedReplicas") == status.get("availableReplicas") == 1


def without_attachment(
    pods: Sequence[Mapping[str, Any]], interfaces: Sequence[Mapping[str, Sequence[str]]]
) -> list[dict[str, Any]]:
    """References to the pods that run without their LAN. `interfaces` is {uid: [name]} as each host sees its pods.

    A pod that starts before Multus is ready on its host (one that was imaged anew and joined again) gets the cluster
    network only, and keeps it for life: restarting its container does not help, replacing the pod does. Its
    network-status annotation may still speak of the network that it had before.
    """
    seen = {uid: names for host in interfaces for uid, names in host.items()}
    return [
        reference(pod)
        for pod in pods
        if not is_leaving(pod) and LAN_NIC not in seen.get(pod["metadata"]["uid"], [LAN_NIC])
    ]


def explain_failure(
    names: Sequence[str], pods: Sequence[Mapping[str, Any]], events: Sequence[Mapping[str, Any]]
) -> str:
    """Why the Deployments in `names` are not up: the states and last events of their pods, and where to look next."""
    lines = []
    for name in names:
        own = [pod for pod in pods if _deployment_of(pod) == name and not is_ready(pod)]
        lines.append(f"{name} is not running as declared:")
        lines += [f"{said}\n  {_next_step(pod, said)}" for pod in own for said in [explain(pod, events)]]
        if not own:
            lines.append("no pod of it is there that says why. Look at: microk8s kubectl get events --all-namespaces")
    return "\n".join(lines)


def _next_step(pod: Mapping[str, Any], said: str) -> str:
    if _OTHER_PROCESSOR.search(said):
        return (
            f"Fix: the image, or a program in it, is not made for the processor of {node_name(pod) or 'this host'} (amd64 on "
            "PCs, arm64 on Raspberry Pis and Jetsons): take one that is for both, as ros:jazzy is and osrf/ros:jazzy-desktop "
            "is not (docker manifest inspect IMAGE lists them), or build it for both (docker buildx build --platform "
            "linux/amd64,linux/arm64)"
        )
    if waiting_reasons(pod) & _NO_IMAGE:
        return "Fix: correct the image's name, let the host reach its registry, or side-load it with microk8s_images"
    metadata = pod["metadata"]
    return f"Look at: microk8s kubectl logs --previous --namespace {metadata['namespace']} {metadata['name']}"


def _deployment_of(pod: Mapping[str, Any]) -> str:
    labels = pod["metadata"].get("labels") or {}
    return f"{labels.get('rosfleet.io/workload')}-{labels.get('rosfleet.io/host')}"
