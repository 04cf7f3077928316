# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters of the role ros_workloads: findings, manifests, and the state of a rollout. No I/O."""

from __future__ import annotations

from typing import Any, Collection, Mapping, Sequence

from ...module_utils._finding import ERROR, WARNING, Finding, in_sentences
from ...plugin_utils import _rollout, _workload_findings, _workloads
from ...plugin_utils._manifests import attachment_definition


@in_sentences
def workload_findings(
    workloads: Sequence[Mapping[str, Any]],
    networks: Sequence[Mapping[str, Any]],
    nodes: Mapping[str, str],
    groups: Collection[str] = (),
) -> list[Finding]:
    """What is wrong with the declared workloads; see plugin_utils/_workload_findings.py.

    `nodes` gives the node name of each inventory host, `groups` are those of the inventory.
    """
    found = _workload_findings.findings(workloads, _pools(networks), nodes, groups)
    return [finding for finding in found if finding.severity == ERROR]


@in_sentences
def workload_warnings(
    workloads: Sequence[Mapping[str, Any]], networks: Sequence[Mapping[str, Any]], nodes: Mapping[str, str]
) -> list[Finding]:
    """What may be meant so, and probably is not."""
    found = _workload_findings.findings(workloads, _pools(networks), nodes)
    return [finding for finding in found if finding.severity == WARNING]


def workload_manifests(
    workloads: Sequence[Mapping[str, Any]], networks: Sequence[Mapping[str, Any]], nodes: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Everything that the workloads need in the cluster, in the order in which it can be applied.

    `nodes` gives the node name of each inventory host.
    """
    pools = _pools(networks)
    spaces = _workloads.namespaces(workloads)
    attachments = [
        attachment_definition(lan, space["metadata"]["name"], _workloads.PART_OF) for space in spaces for lan in pools
    ]
    deployments = _workloads.deployments(workloads, pools, nodes)
    return [*spaces, *attachments, *_workloads.config_maps(workloads, pools), *deployments]


def _pools(networks: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The pool of each LAN by its name, in the order of declaration."""
    return {str(network["name"]): str(network["pool"]) for network in networks}


class FilterModule:
    """Names under which Ansible finds the filters."""

    def filters(self) -> dict[str, Any]:
        return {
            "workload_findings": workload_findings,
            "workload_warnings": workload_warnings,
            "workload_manifests": workload_manifests,
            "workload_without_attachment": _rollout.without_attachment,
            "workload_failure": _rollout.explain_failure,
        }
