# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a fleet that was booted with a finished cluster on its disks is that cluster again.

The API remembers: until kubelets have reported anew, every Node and pod is said to be what it was before.
"""

from __future__ import annotations

import datetime
import json

from lab.fleet.layer import Layer
from lab.fleet.machine import run_inside
from lab.fleet.shell import LabError, patient, wait_until

TIMEOUT = 240.0
QUESTION = [
    "/snap/microk8s/current/kubectl",
    "--kubeconfig=/var/snap/microk8s/current/credentials/client.config",
    *("--request-timeout=5s", "get", "nodes,pods", "--all-namespaces", "--output=json"),
]


def is_installed(disk: Layer) -> bool:
    """Whether there is a MicroK8s on this disk."""
    return (disk.data / "microk8s" / "current").is_symlink()


def await_back(leader: int, since: datetime.datetime) -> None:
    """Ask the host of this leader, a control plane, until all Nodes and pods are back; LabError names those that are not.

    ``since`` is a moment before the hosts were booted, with its time zone.
    """
    missing = ["the API"]

    def back() -> bool:
        answer = run_inside(leader, QUESTION, check=False)
        if answer.startswith("{"):
            missing[:] = not_back(json.loads(answer)["items"], since)
        return not missing

    if not wait_until(back, timeout=TIMEOUT, interval=1.0):
        raise LabError(
            f"The cluster is not what it was {patient(TIMEOUT):.0f} s after its boot; missing: {', '.join(missing)}."
        )


def not_back(items: list[dict], since: datetime.datetime) -> list[str]:
    """Names of the Nodes that were not reported Ready since then, and of the pods with a container that began before."""
    return [f"{item['kind']} {item['metadata']['name']}" for item in items if not _IS_BACK[item["kind"]](item, since)]


def _node_is_back(node: dict, since: datetime.datetime) -> bool:
    ready = [condition for condition in node["status"]["conditions"] if condition["type"] == "Ready"]
    return any(condition["status"] == "True" and _time(condition["lastHeartbeatTime"]) >= since for condition in ready)


def _pod_is_back(pod: dict, since: datetime.datetime) -> bool:
    if pod["status"]["phase"] in ("Succeeded", "Failed"):
        return True
    began = [
        status["state"].get("running", {}).get("startedAt") for status in pod["status"].get("containerStatuses", [])
    ]
    return bool(began) and all(moment and _time(moment) >= since for moment in began)


def _time(text: str) -> datetime.datetime:
    """Kubernetes' times are of UTC, to the second."""
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)


_IS_BACK = {"Node": _node_is_back, "Pod": _pod_is_back}
