# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be waited for in a cluster, by name: what to read, and what of it is still missing.

Private to this collection. What is missing is empty when all is there, and otherwise what a role says about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Mapping

from .._discovery.pods import unready
from .._discovery.samples import unheard
from .._membership.proof import unproven
from .._pods import nodes_without_ready_pod
from .._rollout import unfinished
from .session import Session

# Everything below is given the session, or what was read, and the options of the step.
Options = Mapping[str, Any]


@dataclass(frozen=True)
class Awaited:
    """`ask` reads; `missing` says what of it is not there yet."""

    ask: Callable[[Session, Options], Any]
    missing: Callable[[Any, Options], Any]


def _nodes(session: Session, _options: Options) -> list[dict[str, Any]]:
    return session.read("Node")


def _no_node(nodes: list, _options: Options) -> list[str]:
    return [] if nodes else ["a cluster has Nodes, and this one showed none"]


def _unproven(nodes: list, options: Options) -> dict[str, str]:
    return unproven(
        nodes, options["wanted"], options["addresses"], options.get("control_plane", []), options.get("database", [])
    )


def _definition(session: Session, options: Options) -> list[dict[str, Any]]:
    return session.read("CustomResourceDefinition", name=options["name"])


def _not_established(found: list, options: Options) -> list[str]:
    conditions = [each for one in found for each in (one.get("status") or {}).get("conditions") or []]
    known = any((each["type"], each["status"]) == ("Established", "True") for each in conditions)
    return [] if known else [options["name"]]


def _pods(session: Session, options: Options) -> list[dict[str, Any]]:
    return session.read("Pod", namespace=options.get("namespace", ""), labels=options["labels"])


def _deployments(session: Session, options: Options) -> list[dict[str, Any]]:
    return session.read("Deployment", labels=options["labels"])


def _not_rolled_out(existing: list, options: Options) -> dict[str, list[str]]:
    wanted = [manifest for manifest in options["manifests"] if manifest["kind"] == "Deployment"]
    return unfinished(existing, wanted, options["nodes"])


def _those_left(session: Session, options: Options) -> list[dict[str, Any]]:
    """Of some pods, by their namespaces and names, those that are still there."""
    of = {(each["metadata"].get("namespace"), each["metadata"]["name"]) for each in options["pods"]}
    spaces = sorted({namespace for namespace, _name in of})
    found = [pod for space in spaces for pod in session.read("Pod", namespace=space)]
    return [pod for pod in found if (pod["metadata"]["namespace"], pod["metadata"]["name"]) in of]


def _logs(session: Session, options: Options) -> dict[str, list[str]]:
    pods = {(each["namespace"], each["pod"]) for each in options["expected"] if each["pod"]}
    return {
        f"{namespace}/{pod}": session.log(namespace, pod, options["since_seconds"]) for namespace, pod in sorted(pods)
    }


AWAITED = {
    "nodes": Awaited(_nodes, _no_node),
    "members": Awaited(_nodes, _unproven),
    "definition": Awaited(_definition, _not_established),
    "pods_on_nodes": Awaited(_pods, lambda pods, options: nodes_without_ready_pod(pods, options["nodes"])),
    "rollout": Awaited(_deployments, _not_rolled_out),
    "planned_pods": Awaited(
        _pods, lambda pods, options: [pod["metadata"]["name"] for pod in unready(options["planned"], pods)]
    ),
    "pods_gone": Awaited(_those_left, lambda pods, _options: [pod["metadata"]["name"] for pod in pods]),
    "samples": Awaited(_logs, lambda logs, options: unheard(options["expected"], logs)),
}
