# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters of the role ros_workloads: findings, manifests, and the state of a rollout. No I/O."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Collection, Mapping, Sequence

from ansible.errors import AnsibleFilterError

from ...module_utils._finding import ERROR, WARNING, Finding, in_sentences
from ...module_utils._lan import LanError
from ...plugin_utils import _fixed_addresses, _rollout, _server_findings, _workload_findings, _workloads
from ...plugin_utils._manifests import attachment_definition, attachment_names
from ...plugin_utils._workloads import Plan


@in_sentences
def workload_findings(
    workloads: Sequence[Mapping[str, Any]],
    networks: Sequence[Mapping[str, Any]],
    nodes: Mapping[str, str],
    servers: Sequence[Mapping[str, Any]] = (),
    groups: Collection[str] = (),
) -> list[Finding]:
    """What is wrong with the declared workloads and servers; see plugin_utils/_workload_findings.py.

    `nodes` gives the node name of each inventory host, `groups` are those of the inventory.
    """
    return [each for each in _all_findings(workloads, networks, nodes, servers, groups) if each.severity == ERROR]


@in_sentences
def workload_warnings(
    workloads: Sequence[Mapping[str, Any]],
    networks: Sequence[Mapping[str, Any]],
    nodes: Mapping[str, str],
    servers: Sequence[Mapping[str, Any]] = (),
) -> list[Finding]:
    """What may be meant so, and probably is not."""
    return [each for each in _all_findings(workloads, networks, nodes, servers, ()) if each.severity == WARNING]


def _all_findings(workloads, networks, nodes, servers, groups) -> list[Finding]:
    plan = Plan(workloads, _by_name(networks), nodes, servers)
    found = [*_server_findings.of_servers(plan, groups), *_workload_findings.findings(plan, groups)]
    if any(each.severity == ERROR for each in found):
        return found
    return [*found, *_server_findings.of_addresses(plan), *_server_findings.unasked(plan)]


def workload_claims(
    workloads: Sequence[Mapping[str, Any]],
    networks: Sequence[Mapping[str, Any]],
    nodes: Mapping[str, str],
    servers: Sequence[Mapping[str, Any]],
) -> int:
    """How many Deployments need an address that stays."""
    return len(_workloads.claims(Plan(workloads, _by_name(networks), nodes, servers)))


def workload_manifests(
    workloads: Sequence[Mapping[str, Any]],
    networks: Sequence[Mapping[str, Any]],
    nodes: Mapping[str, str],
    servers: Sequence[Mapping[str, Any]] = (),
    existing: Sequence[Mapping[str, Any]] = (),
) -> list[dict[str, Any]]:
    """Everything that the workloads need in the cluster, in the order in which it can be applied.

    `nodes` gives the node name of each inventory host, `existing` are the Deployments that the cluster has, which say who has
    which address.
    """
    lans = _by_name(networks)
    plan = Plan(workloads, lans, nodes, servers)
    try:
        plan = replace(plan, addresses=_fixed_addresses.hand_out(_workloads.claims(plan), lans, existing))
    except LanError as exc:
        raise AnsibleFilterError(str(exc)) from exc
    spaces = _workloads.namespaces(plan)
    attachments = [
        attachment_definition(name, space["metadata"]["name"], _workloads.PART_OF)
        for space in spaces
        for network in networks
        for name in attachment_names(network)
    ]
    return [*spaces, *attachments, *_workloads.config_maps(plan), *_workloads.deployments(plan)]


def _by_name(networks: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The LANs by name, in the order of declaration."""
    return {str(network["name"]): network for network in networks}


class FilterModule:
    """Names under which Ansible finds the filters."""

    def filters(self) -> dict[str, Any]:
        return {
            "workload_findings": workload_findings,
            "workload_warnings": workload_warnings,
            "workload_claims": workload_claims,
            "workload_manifests": workload_manifests,
            "workload_without_attachment": _rollout.without_attachment,
            "workload_failure": _rollout.explain_failure,
        }
