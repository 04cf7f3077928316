# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Pods say about themselves: are they ready, and if not, why.

Private to this collection. Pure; reads the objects of the API.
"""

from __future__ import annotations

from typing import Any, Iterator, Mapping, Sequence

_EVENTS_SHOWN = 5


def is_ready(pod: Mapping[str, Any]) -> bool:
    """Whether the pod is Ready and not on its way out."""
    conditions = pod.get("status", {}).get("conditions") or []
    ready = any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)
    return ready and not is_leaving(pod)


def is_leaving(pod: Mapping[str, Any]) -> bool:
    """Whether the pod is being deleted."""
    return bool(pod["metadata"].get("deletionTimestamp"))


def node_name(pod: Mapping[str, Any]) -> str:
    """The node that the pod is placed on, empty when it is not placed yet."""
    return pod.get("spec", {}).get("nodeName") or ""


def waiting_reasons(pod: Mapping[str, Any]) -> set[str]:
    """Why containers of the pod do not run, in the kubelet's words, such as ImagePullBackOff."""
    states = [container.get("state") or {} for container in pod.get("status", {}).get("containerStatuses") or []]
    return {state["waiting"].get("reason", "") for state in states if state.get("waiting")}


def explain(pod: Mapping[str, Any], events: Sequence[Mapping[str, Any]] = ()) -> str:
    """One pod in a few lines: where, in which phase, what its containers wait for or died of, its last events."""
    status = pod.get("status", {})
    lines = [f"pod {pod['metadata']['name']} on {node_name(pod) or 'no node'}: {status.get('phase', 'Unknown')}"]
    lines += [f"  {line}" for line in _conditions(status)]
    lines += [f"  {line}" for line in _containers(status)]
    lines += [f"  event {line}" for line in _events(pod, events)]
    return "\n".join(lines)


def _conditions(status: Mapping[str, Any]) -> Iterator[str]:
    for condition in status.get("conditions") or []:
        if condition["status"] != "True" and condition.get("message"):
            yield f"{condition['type']} is {condition['status']}: {condition['message']}"


def _containers(status: Mapping[str, Any]) -> Iterator[str]:
    for container in status.get("containerStatuses") or []:
        for title, state in (("", container.get("state")), ("last ", container.get("lastState"))):
            for kind in ("waiting", "terminated"):
                detail = (state or {}).get(kind)
                if detail:
                    yield f"container {container['name']} {title}{kind}: {_state(detail)}"


def _state(detail: Mapping[str, Any]) -> str:
    code = f"exit code {detail['exitCode']}" if "exitCode" in detail else ""
    parts = (str(detail.get("reason") or ""), code, str(detail.get("message") or "").strip())
    return ", ".join(part for part in parts if part)


def _events(pod: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    own = [event for event in events if (event.get("involvedObject") or {}).get("uid") == pod["metadata"].get("uid")]
    own.sort(key=lambda event: event.get("lastTimestamp") or event.get("eventTime") or "")
    for event in own[-_EVENTS_SHOWN:]:
        times = f" (x{event['count']})" if (event.get("count") or 1) > 1 else ""
        yield f"{event.get('type', '')} {event.get('reason', '')}{times}: {str(event.get('message') or '').strip()}"


def nodes_without_ready_pod(pods: Sequence[Mapping[str, Any]], names: Sequence[str]) -> dict[str, str]:
    """For each node in `names` on which none of `pods` is Ready: what its pods say about it."""
    ready = {node_name(pod) for pod in pods if is_ready(pod)}
    return {
        name: "\n".join(explain(pod) for pod in pods if node_name(pod) == name) or "no pod was placed there"
        for name in sorted(set(names) - ready)
    }
