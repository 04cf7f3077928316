# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pods of a verification: those made for the probe, and what is known of any.

Private to this collection. Pure.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Mapping, Sequence

from .._lan_reach import lans_of_host
from .._manifests import LAN_NIC, NAMESPACE, NETWORKS_ANNOTATION, managed_labels, reference
from .._pods import is_ready

PART_OF = "discovery"
CLUSTER_NIC = "eth0"
CLUSTER_NETWORK = "cluster-network"  # the negative control: the network that every pod has anyway
WORKLOAD_LABEL = "rosfleet.io/workload"
HOST_LABEL = "rosfleet.io/host"  # the name of the Node, here as on workloads
LAN_LABEL = "rosfleet.io/lan"
RUN_LABEL = "rosfleet.io/run"  # which run of `verify` a probe's pod belongs to
_LIFETIME_S = 600  # then kubelet ends a pod, so that a run that was killed leaves none running for longer
_NOBODY = 65534


def probe_pods(
    hosts: Mapping[str, Mapping[str, str]], lans: Sequence[Mapping[str, Any]], run: str
) -> list[dict[str, Any]]:
    """One pod that only waits, for each LAN of a host that has MicroK8s. `hosts`: {inventory name: microk8s_facts}.

    Made from the image that every pod's sandbox is made from, as every node has it. `run` makes the names unique, so
    that nothing waits for the leftovers of another run; a number tells its pods apart, as names of LANs and nodes put
    together may be the same twice, or too long.
    """
    wanted = [
        (facts, lan["name"])
        for host, facts in hosts.items()
        if facts.get("sandbox_image")
        for lan in lans_of_host(lans, host)
    ]
    return [
        _probe_pod(run, number, facts["node_name"], facts["sandbox_image"], lan)
        for number, (facts, lan) in enumerate(wanted, start=1)
    ]


def _probe_pod(run: str, number: int, node: str, image: str, lan: str) -> dict[str, Any]:
    attachment = [{"name": lan, "namespace": NAMESPACE, "interface": LAN_NIC}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"probe-{run}-{number}",
            "namespace": NAMESPACE,
            "labels": {
                **managed_labels(PART_OF),
                "app.kubernetes.io/name": "probe",
                HOST_LABEL: node,
                LAN_LABEL: lan,
                RUN_LABEL: run,
            },
            "annotations": {NETWORKS_ANNOTATION: json.dumps(attachment)},
        },
        "spec": {
            # Named directly: the probe goes where the scheduler would not place it, too.
            "nodeName": node,
            "tolerations": [{"operator": "Exists"}],
            "restartPolicy": "Never",
            "activeDeadlineSeconds": _LIFETIME_S,
            "terminationGracePeriodSeconds": 0,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "securityContext": {"runAsNonRoot": True, "runAsUser": _NOBODY, "runAsGroup": _NOBODY},
            "containers": [
                {
                    "name": "pause",
                    "image": image,
                    "imagePullPolicy": "IfNotPresent",
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "capabilities": {"drop": ["ALL"]},
                        "readOnlyRootFilesystem": True,
                    },
                }
            ],
        },
    }


def leftovers(planned: Sequence[Mapping[str, Any]], pods: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """References to what a run removes at its end: its own `planned` pods, and those that killed runs left among `pods`.

    Another run may be at work: only what was made more than a pod's lifetime before our own is left over, as nobody can
    use it any more. Both times are the API server's, so that no other clock can make a young pod look old.
    """
    own = {full_name(pod) for pod in planned}
    made = [_created(pod) for pod in pods if full_name(pod) in own]
    old = [
        pod
        for pod in pods
        if made and full_name(pod) not in own and (max(made) - _created(pod)).total_seconds() > _LIFETIME_S
    ]
    return [reference(pod) for pod in [*planned, *old]]


def _created(pod: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(pod["metadata"]["creationTimestamp"].replace("Z", "+00:00"))


def full_name(pod: Mapping[str, Any]) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def is_probe(pod: Mapping[str, Any]) -> bool:
    return (pod["metadata"].get("labels") or {}).get("app.kubernetes.io/part-of") == PART_OF


def workload_of(pod: Mapping[str, Any]) -> str:
    return (pod["metadata"].get("labels") or {}).get(WORKLOAD_LABEL, "")


def unready(planned: Sequence[Mapping[str, Any]], pods: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The planned pods that are not Ready, each as it is among `pods`, or as planned where it is not there at all."""
    found = {full_name(pod): pod for pod in pods}
    current = (found.get(full_name(pod), pod) for pod in planned)
    return [pod for pod in current if not is_ready(pod)]


def domain_of(pod: Mapping[str, Any]) -> int:
    """The DDS domain that a workload's pod was given, 0 without any."""
    value = variable(pod, "ROS_DOMAIN_ID")
    return int(value) if value.isdecimal() else 0


def variable(pod: Mapping[str, Any], name: str) -> str:
    """A variable of the pod's first container, empty where it is not given as text."""
    containers = pod["spec"].get("containers") or [{}]
    return next((each.get("value", "") for each in containers[0].get("env") or [] if each["name"] == name), "")


def attachments(pod: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The attachments that a pod asks for; other forms than JSON are not ours."""
    text = (pod["metadata"].get("annotations") or {}).get(NETWORKS_ANNOTATION, "")
    return json.loads(text) if text.lstrip().startswith("[") else []
