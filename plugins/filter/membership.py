# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of role membership: who has to join, who must not, and who is proven a member."""

from __future__ import annotations

import base64
import re
import sys
from typing import Any, Mapping, Optional

from ..module_utils._microk8s.nodes import Node, parse_node

JOIN = "join"
REJOIN = "rejoin"
MEMBER = "member"
REFUSE = "refuse"


def membership_findings(
    control_plane: list[str], workers: list[str], absent: list[str], allow_even: bool = False
) -> list[str]:
    """What is wrong with the declared cluster, before any host is changed; each a sentence with its cure.

    `absent` are the hosts that could not be reached. A missing worker is no finding: it joins when it is back.
    """
    findings = []
    if not control_plane:
        findings.append("The cluster has no control plane host. Fix: put one host into the group `control`.")
    if len(control_plane) % 2 == 0 and control_plane and not allow_even:
        findings.append(
            f"{' and '.join(control_plane)}: {len(control_plane)} control plane hosts are worse than one, the loss of "
            "either stops the cluster. Fix: keep one (or three) in the group `control` and the others in `robots`, or set "
            "membership_allow_even_control_plane: true."
        )
    elif len(control_plane) > 1:
        findings.append(
            f"{' and '.join(control_plane)}: this release forms clusters with one control plane host. "
            "Fix: keep one in the group `control` and the others in `robots`."
        )
    both = [host for host in control_plane if host in workers]
    if both:
        findings.append(
            f"{' and '.join(both)}: both control plane and worker. Fix: leave each host in one of the two groups."
        )
    gone = [host for host in control_plane if host in absent]
    if gone:
        findings.append(
            f"{' and '.join(gone)}: the control plane host cannot be reached, so nothing can be joined or healed. "
            "Fix: switch it on, or check its address, user and key: ansible -m ping " + gone[0]
        )
    return findings


def _nodes(documents: list[dict[str, Any]]) -> dict[str, Node]:
    return {node.name: node for node in map(parse_node, documents)}


def membership_kubeconfig(
    kubeconfig: str, server_certificate: str, python: tuple[int, int] = sys.version_info[:2]
) -> str:
    """The kubeconfig in a form that this controller's Python can verify the API server with.

    MicroK8s makes a CA certificate without the key usage extension. Python verifies strictly since 3.13 and refuses it;
    there the API server's own certificate is pinned instead, which trusts less and not more.
    """
    if python < (3, 13) or not server_certificate:
        return kubeconfig
    pin = base64.b64encode(server_certificate.encode()).decode()
    return re.sub(r"(certificate-authority-data: )\S+", r"\g<1>" + pin, kubeconfig)


def membership_plan(
    hosts: Mapping[str, Mapping[str, Any]],
    nodes: list[dict[str, Any]],
    ca_hash: Optional[str],
    addresses: Mapping[str, str],
) -> dict[str, dict[str, str]]:
    """{host: {"action", "reason"}} for each worker-to-be.

    `hosts` is {host: facts of microk8s_info}, `nodes` the cluster's Node objects, `ca_hash` identifies the cluster (None:
    there is none yet), `addresses` is {host: fleet address}. A host that believes it is a worker of this cluster is
    asked no further when its Node has its machine-id, and joins again when the cluster does not know it (any more).
    """
    known = _nodes(nodes)
    return {
        host: _plan_one(facts, known.get(facts["node_name"]), ca_hash, addresses[host]) for host, facts in hosts.items()
    }


def _plan_one(facts: Mapping[str, Any], node: Optional[Node], ca_hash: Optional[str], address: str) -> dict[str, str]:
    twin = node is not None and node.machine_id not in ("", facts["machine_id"])
    if twin and node.ready and node.address != address:
        return {
            "action": REFUSE,
            "reason": f"another machine is in the cluster under the name {node.name} already (address {node.address}, "
            f"machine-id {node.machine_id}; this host has {address}, {facts['machine_id']}). Give one of them another name "
            "(identity_hostname), or remove the old one on the control plane: microk8s remove-node " + node.name,
        }
    if facts["role"] in ("absent", "standalone"):
        return {"action": JOIN, "reason": "is in no cluster"}
    if facts["role"] == "worker":
        if facts["ca_hash"] != ca_hash:
            return {
                "action": REFUSE,
                "reason": "it is a worker of another cluster. Take it out there first: microk8s leave on this host",
            }
        if node is None or twin:
            return {"action": REJOIN, "reason": "believes that it is a member, and the cluster does not know it"}
        return {"action": MEMBER, "reason": "is a member"}
    if facts["role"] == "broken_worker":
        return {
            "action": REFUSE,
            "reason": "it was joined as a control plane while it was a worker and is a member of neither cluster. "
            "Make it clean first: microk8s leave on this host",
        }
    return {
        "action": REFUSE,
        "reason": "it is a control plane of a cluster with other members, and is declared a worker here. Put it into the "
        "group `control`, or take it out there first: microk8s leave on this host",
    }


def membership_unproven(
    nodes: list[dict[str, Any]], wanted: Mapping[str, Mapping[str, Any]], addresses: Mapping[str, str]
) -> dict[str, str]:
    """{host: why} for each wanted host that the API does not show as a Ready Node of that name, address and machine-id.

    `wanted` is {host: {"node_name", "machine_id"}}; an empty result proves them all.
    """
    known = _nodes(nodes)
    reasons = {}
    for host, facts in wanted.items():
        reason = _unproven(known.get(facts["node_name"]), facts, addresses[host])
        if reason:
            reasons[host] = reason
    return reasons


def _unproven(node: Optional[Node], facts: Mapping[str, Any], address: str) -> str:
    if node is None:
        return f"the cluster has no Node named {facts['node_name']}"
    if node.machine_id != facts["machine_id"]:
        return f"the Node {node.name} is another machine (machine-id {node.machine_id}, this host has {facts['machine_id']})"
    if node.address != address:
        return (
            f"the Node {node.name} has the address {node.address}, not the fleet address {address}. Set "
            "identity_address to it, or move the host's default route to the fleet's network before MicroK8s is installed"
        )
    if not node.ready:
        return f"the Node {node.name} is not Ready: {node.reason}"
    return ""


class FilterModule:
    """Filters of role membership."""

    def filters(self):
        return {
            "membership_findings": membership_findings,
            "membership_kubeconfig": membership_kubeconfig,
            "membership_plan": membership_plan,
            "membership_unproven": membership_unproven,
        }
