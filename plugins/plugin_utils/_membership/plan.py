# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be done with each host, so that it becomes what is declared.

Private to this collection. Pure.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Iterable, Mapping, Optional

from ...module_utils._microk8s.nodes import Node, parse_node
from .api_endpoints import api_servers, stale_endpoints

SEED = "seed"
JOIN = "join"
REJOIN = "rejoin"
MEMBER = "member"
REFUSE = "refuse"
UNKNOWN = "unknown"

CONTROL_PLANE = "control_plane"
WORKER = "worker"
CLEAN = ("absent", "standalone")
BROKEN = "broken_worker"
RESET = "or set membership_allow_reset: true, by which it leaves and loses what it has there"


@dataclass(frozen=True)
class Step:
    """One host's part: `action` with its `reason`, and what must come before a join.

    `leave`: the host leaves the cluster it is in. `forget`: the cluster forgets the host's old Node and its old entry in
    the database. `unlock`: a failed join's lock is taken away. `node_address` is that of the cluster's Node of the host's
    name, which need not be the host's.
    """

    action: str
    reason: str
    kind: str = WORKER
    leave: bool = False
    forget: bool = False
    unlock: bool = False
    node_address: str = ""


@dataclass(frozen=True)
class Cluster:
    """The cluster as its seed knows it: Nodes by name, the CA's hash, and the addresses in its database.

    `servers` are the addresses at which its API may be, `present` the fleet addresses of the hosts of this run.
    """

    nodes: Mapping[str, Node]
    ca_hash: Optional[str]
    database: tuple[str, ...]
    servers: frozenset
    present: frozenset

    def can_spare(self, address: str) -> bool:
        """Whether a majority of the database's other members is in this run when the member at `address` is taken out."""
        rest = [member for member in self.database if member != address]
        return 2 * sum(member in self.present for member in rest) > len(rest)


def plan(
    hosts: Mapping[str, Mapping[str, Any]],
    nodes: Optional[list[dict[str, Any]]],
    ca_hash: Optional[str],
    addresses: Mapping[str, str],
    control_plane: list[str] = (),
    seed: str = "",
    database: list[str] = (),
    allow_reset: bool = False,
) -> dict[str, dict[str, Any]]:
    """{host: step as a dictionary} for each host that is present.

    `hosts` is {host: facts of microk8s_info}, `nodes` the cluster's Node objects, `ca_hash` identifies the cluster (None:
    there is none yet), `addresses` is {host: fleet address}, `database` the addresses of the database's members. With None
    for `nodes` nobody has asked the cluster, which is not the same as a cluster without Nodes: then only what the hosts'
    own files forbid is decided, and the rest is unknown.
    """
    known = {node.name: node for node in map(parse_node, nodes or [])}
    known_servers = api_servers(nodes or [], addresses, control_plane)
    cluster = Cluster(known, ca_hash, tuple(database), known_servers, frozenset(addresses.values()))
    steps = {}
    for host, facts in hosts.items():
        kind = CONTROL_PLANE if host in control_plane else WORKER
        if host == seed:
            step = Step(SEED, "speaks for the cluster", CONTROL_PLANE, unlock=bool(facts.get("half_joined")))
        elif nodes is None:
            step = _step_unasked(facts, kind, ca_hash, allow_reset)
        else:
            step = _step(facts, kind, cluster, addresses[host], allow_reset)
        node = known.get(facts["node_name"])
        steps[host] = asdict(replace(step, node_address=node.address if node else ""))
    return steps


def facts_after_identity(
    hosts: Mapping[str, Mapping[str, Any]], hostnames: Mapping[str, str], renewed: Iterable[str]
) -> dict[str, dict[str, Any]]:
    """`hosts`, {host: facts of microk8s_info}, as they will be when role identity has done its part.

    A host without MicroK8s gets its name of `hostnames`; those in `renewed` get a machine-id that nobody knows yet.
    """
    return {
        host: {
            **facts,
            "node_name": hostnames[host] if facts["role"] == "absent" else facts["node_name"],
            "machine_id": "one that is made anew" if host in renewed else facts["machine_id"],
        }
        for host, facts in hosts.items()
    }


def is_settled(steps: Mapping[str, Mapping[str, Any]], hosts: Iterable[str]) -> bool:
    """Whether `steps`, as plan gives them, leave nothing to be done for any of `hosts`."""
    return bool(steps) and all(
        steps[host]["action"] in (SEED, MEMBER) and not steps[host]["unlock"] for host in hosts if host in steps
    )


def refused(steps: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """{host: address at which the cluster knows a Node of its name, empty without one} of the hosts that are refused."""
    return {host: step["node_address"] for host, step in steps.items() if step["action"] == REFUSE}


def _step_unasked(facts: Mapping[str, Any], kind: str, ca_hash: Optional[str], allow_reset: bool) -> Step:
    refusal = _refusal_by_files(facts, kind, ca_hash)
    if refusal is None or (refusal.leave and allow_reset):
        return Step(UNKNOWN, "the cluster was not asked", kind)
    return refusal


def _step(facts: Mapping[str, Any], kind: str, cluster: Cluster, address: str, allow_reset: bool) -> Step:
    node = cluster.nodes.get(facts["node_name"])
    if node is not None and _is_taken(node, facts, address):
        return Step(
            REFUSE,
            f"another machine is in the cluster under the name {node.name} already (address {node.address}, machine-id "
            f"{node.machine_id}; this host has {address}, {facts['machine_id']}). Fix: give one of them another name "
            f"(identity_hostname), or let this host take its place: playbook replace with -e replace={node.name}",
            kind,
        )
    step = _step_by_role(facts, kind, cluster, node, address)
    if step.action == REFUSE and step.leave and allow_reset:
        return Step(JOIN, step.reason.split(". Fix: ")[0], kind, leave=True, forget=True)
    if step.forget and address in cluster.database and not cluster.can_spare(address):
        return Step(
            REFUSE,
            "the cluster still lists its address as a database member and cannot spare it now: too few of the other control "
            "planes are there. Fix: switch on the absent control plane hosts and run the playbook again",
            kind,
        )
    return step


def _is_taken(node: Node, facts: Mapping[str, Any], address: str) -> bool:
    return node.ready and node.machine_id not in ("", facts["machine_id"]) and node.address != address


def _step_by_role(facts: Mapping[str, Any], kind: str, cluster: Cluster, node: Optional[Node], address: str) -> Step:
    refusal = _refusal_by_files(facts, kind, cluster.ca_hash)
    if refusal is not None:
        return refusal
    role = facts["role"]
    if role in CLEAN:
        if address in cluster.database:
            reason = "was a control plane and was installed anew, or its join was cut off: the cluster still knows it"
            return Step(JOIN, reason, kind, forget=True)
        return Step(JOIN, "is in no cluster", kind)
    if role == BROKEN:
        reason = "was joined as a control plane while it was a worker, and is a member of neither cluster"
        return Step(JOIN, reason, kind, leave=True, forget=kind == CONTROL_PLANE)
    if role == WORKER:
        return _step_of_worker(facts, node, cluster.servers)
    return _step_of_control_plane(facts, cluster, node, address)


def _refusal_by_files(facts: Mapping[str, Any], kind: str, ca_hash: Optional[str]) -> Optional[Step]:
    """What the host's own files forbid, whatever the cluster says."""
    if facts.get("low_memory") and kind == CONTROL_PLANE:
        return Step(
            REFUSE,
            "it has 512 MiB of memory or less, too little for a control plane. Fix: make it a worker (group robots)",
            kind,
        )
    if facts["role"] in (*CLEAN, BROKEN):
        return None
    if facts["ca_hash"] != ca_hash:
        what = facts["role"].replace("_", " ")
        reason = (
            f"it is a {what} of another cluster. Fix: take it out there first (microk8s leave on this host), {RESET}"
        )
        return Step(REFUSE, reason, kind, leave=True)
    return None if facts["role"] == kind else _step_of_other_kind(kind)


def _step_of_other_kind(kind: str) -> Step:
    if kind == WORKER:
        reason = (
            "it is a control plane of this cluster, and is declared a worker. Fix: put it into the group `control`, or take it "
            f"out first (playbook remove), {RESET}"
        )
    else:
        reason = (
            "it is a worker of this cluster, and is declared a control plane; joined on top of that it would be neither. Fix: "
            f"put it into the group `robots`, or take it out first (playbook remove), {RESET}"
        )
    return Step(REFUSE, reason, kind, leave=True)


def _step_of_worker(facts: Mapping[str, Any], node: Optional[Node], known_servers: frozenset) -> Step:
    if node is None or node.machine_id != facts["machine_id"]:
        return Step(REJOIN, "believes that it is a member, and the cluster does not know it")
    if facts.get("half_joined") and not node.ready:
        return Step(REJOIN, "its join was cut off")
    endpoints = stale_endpoints(facts, known_servers)
    if endpoints and not node.ready:
        return Step(REJOIN, f"looks for the API at {', '.join(endpoints)}, which no control plane has any more")
    return Step(MEMBER, "is a member", unlock=bool(facts.get("half_joined")))


def _step_of_control_plane(facts: Mapping[str, Any], cluster: Cluster, node: Optional[Node], address: str) -> Step:
    if address not in cluster.database:
        reason = (
            "it was removed from this cluster while it was away, and still believes that it is a control plane of it. Fix: let "
            f"it leave (microk8s leave on this host), {RESET}"
        )
        return Step(REFUSE, reason, CONTROL_PLANE, leave=True)
    registered = node is not None and node.machine_id == facts["machine_id"]
    if facts.get("half_joined") and not (registered and node.ready):
        return Step(REJOIN, "its join was cut off", CONTROL_PLANE, forget=True)
    return Step(MEMBER, "is a member", CONTROL_PLANE, unlock=bool(facts.get("half_joined")))
