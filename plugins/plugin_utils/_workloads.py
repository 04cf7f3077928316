# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared workloads, and the discovery servers that they ask, as Kubernetes manifests.

Private to this collection. Pure; runs on the controller.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Mapping, Optional, Sequence

from . import _discovery_servers, _fixed_addresses, _rmw
from ._fixed_addresses import Key
from ._lan_reach import hosts_on, leads_to
from ._manifests import (
    LAN_NIC,
    NETWORKS_ANNOTATION,
    PEERS_ANNOTATION,
    ROUTES_ANNOTATION,
    SERVER_LABEL,
    WAY_LABEL,
    fixed_lan,
    managed_labels,
)
from ._ros_discovery import MULTICAST, PEERS, SERVED, SERVER, ZENOH, way_of

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


def rmw_of(workload: Mapping[str, Any]) -> str:
    """The middleware that the workload names, else the default."""
    return str(workload.get("rmw") or DEFAULT_RMW)


def lan_of(workload: Mapping[str, Any], networks: Mapping[str, Any]) -> str:
    """The LAN that the workload, or the server, names, else the first declared."""
    return str(workload.get("lan") or next(iter(networks)))


def domain_id_of(workload: Mapping[str, Any]) -> Optional[int]:
    """The ROS domain, or None when what is declared is none."""
    try:
        domain = int(str(workload.get("domain_id", 0)))
    except ValueError:
        return None
    return domain if 0 <= domain <= HIGHEST_DOMAIN_ID else None


def namespace(workload: Mapping[str, Any]) -> str:
    """The namespace that the workload's pods live in."""
    return str(workload.get("namespace") or DEFAULT_NAMESPACE)


@dataclass(frozen=True)
class Plan:
    """What is declared: the LANs by name, the node name of each inventory host, and the addresses that Deployments have."""

    workloads: Sequence[Mapping[str, Any]]
    networks: Mapping[str, Mapping[str, Any]]
    nodes: Mapping[str, str]
    servers: Sequence[Mapping[str, Any]] = ()
    addresses: Mapping[Key, str] = field(default_factory=dict)

    def way(self, workload: Mapping[str, Any]) -> str:
        """How the workload finds others."""
        return way_of(workload, self.lan(workload))

    @cached_property
    def users(self) -> dict[str, list[str]]:
        """The hosts whose workloads ask a server, by its name."""
        found: dict[str, list[str]] = {str(server["name"]): [] for server in self.servers}
        for workload in self.workloads:
            for server in _discovery_servers.servers_of(workload, self.servers_for(workload)):
                found[server["name"]] += [host for host in workload["hosts"] if host not in found[server["name"]]]
        return found

    @cached_property
    def running(self) -> list[_discovery_servers.Instance]:
        """The servers that run: one that nobody asks does not."""
        asked = [server for server in self.servers if self.users[server["name"]]]
        there = {server["name"]: hosts_on(self.lan(server), self.nodes) for server in asked}
        return _discovery_servers.instances(asked, there, self.users)

    def lan(self, declared: Mapping[str, Any]) -> Mapping[str, Any]:
        """The LAN of a workload or a server."""
        return self.networks[lan_of(declared, self.networks)]

    def servers_for(self, workload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The servers that the workload could ask, by the way in which it finds others: on its LAN, or where that leads to.

        Of Zenoh a node asks the router of its own host.
        """
        way, lan = self.way(workload), self.lan(workload)
        found = [each for each in self.servers if _discovery_servers.kind_of(each) == _discovery_servers.KINDS.get(way)]
        return [
            each
            for each in found
            if lan_of(each, self.networks) in self.networks
            and (leads_to(lan, self.lan(each)) if way == SERVER else self.lan(each) is lan)
        ]

    def asked(self, workload: Mapping[str, Any], host: str) -> dict[int, str]:
        """The servers that the workload asks on a host: {number: "address:port"}."""
        in_reach = self.servers_for(workload)
        of = {server["name"]: server for server in in_reach}
        found = {}
        for each in _discovery_servers.asked(workload, host, in_reach, self.running):
            address = self.addresses[server_key(of[each.server], each, self.nodes)]
            found[_fixed_addresses.number_of(address, self.networks.values())] = self.place(of[each.server], each)
        return found

    def peers(self, workload: Mapping[str, Any]) -> tuple[str, ...]:
        """The addresses of all in its reach that look for peers in the workload's domain, its own among them."""
        return tuple(
            self.addresses[workload_key(each, self.nodes[host])]
            for each in self.workloads
            if self.way(each) == PEERS and domain_id_of(each) == domain_id_of(workload)
            if leads_to(self.lan(workload), self.lan(each))
            for host in each["hosts"]
        )

    def wiring(self, workload: Mapping[str, Any], host: str) -> _rmw.Wiring:
        """What the middleware of the workload's pod on a host is told."""
        lan, way = self.lan(workload), self.way(workload)
        asked = self.asked(workload, host) if way in SERVED else {}
        return _rmw.Wiring(
            str(lan["name"]),
            (str(lan["pool"]), *([str(lan["fixed"])] if lan.get("fixed") else [])),
            self.peers(workload) if way == PEERS else None,
            _discovery_servers.variable(asked) if way == SERVER else "",
            next(iter(asked.values()), "") if way == ZENOH else "",
        )

    def place(self, server: Mapping[str, Any], instance: _discovery_servers.Instance) -> str:
        """Where a server listens: "address:port"."""
        return f"{self.addresses[server_key(server, instance, self.nodes)]}:{server_port(server)}"

    def linked_routers(self, server: Mapping[str, Any], instance: _discovery_servers.Instance) -> list[str]:
        """Where the other Zenoh routers listen: those of the same declaration, and those on LANs that its own leads to."""
        others = [each for each in self.servers if _discovery_servers.kind_of(each) == _discovery_servers.ROUTER]
        linked = [each for each in others if each is server or self._is_elsewhere_in_reach(server, each)]
        return [
            self.place(other, each)
            for other in linked
            for each in self.running
            if each.server == other["name"] and each != instance
        ]

    def _is_elsewhere_in_reach(self, server: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        lan, that = self.lan(server), self.lan(other)
        return lan is not that and leads_to(lan, that)


def claims(plan: Plan) -> dict[Key, str]:
    """The Deployments whose pods need an address that stays: {(namespace, name): LAN}."""
    of = {server["name"]: server for server in plan.servers}
    return {
        **{
            server_key(of[each.server], each, plan.nodes): lan_of(of[each.server], plan.networks)
            for each in plan.running
        },
        **{
            workload_key(workload, plan.nodes[host]): lan_of(workload, plan.networks)
            for workload in plan.workloads
            if plan.way(workload) == PEERS
            for host in workload["hosts"]
        },
    }


def workload_key(workload: Mapping[str, Any], node: str) -> Key:
    """Namespace and name of the Deployment that runs the workload on one node."""
    return namespace(workload), deployment_name(workload["name"], node)


def server_key(server: Mapping[str, Any], instance: _discovery_servers.Instance, nodes: Mapping[str, str]) -> Key:
    """The same of a discovery server."""
    return namespace(server), deployment_name(instance.name, nodes[instance.host])


def server_port(server: Mapping[str, Any]) -> int:
    """The port that a server listens on, UDP or, of a Zenoh router, TCP."""
    return int(server.get("port") or _discovery_servers.PORTS[_discovery_servers.kind_of(server)])


def namespaces(plan: Plan) -> list[dict[str, Any]]:
    """The namespaces that the workloads and the servers need."""
    used = {namespace(each) for each in (*plan.workloads, *(plan.servers if plan.running else ()))}
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": managed_labels(PART_OF)}}
        for name in sorted(used)
    ]


def config_maps(plan: Plan) -> list[dict[str, Any]]:
    """The middleware configuration that cannot be given in a variable: Fast DDS reads a file."""
    wanted = {
        (namespace(workload), _rmw.fast_dds_config_map(wiring)): _rmw.fast_dds_profile(wiring)
        for workload in plan.workloads
        if rmw_of(workload) == "fastrtps"
        for wiring in [plan.wiring(workload, workload["hosts"][0])]
    }
    return [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": name, "namespace": space, "labels": managed_labels(PART_OF)},
            "data": {_rmw.FAST_DDS_FILE: profile},
        }
        for (space, name), profile in sorted(wanted.items())
    ]


def deployments(plan: Plan) -> list[dict[str, Any]]:
    """One Deployment per workload and host, before them those of the servers."""
    of = {server["name"]: server for server in plan.servers}
    return [
        *(_of_server(plan, of[each.server], each) for each in plan.running),
        *(_of_workload(plan, workload, host) for workload in plan.workloads for host in workload["hosts"]),
    ]


def deployment_name(name: str, node: str) -> str:
    """The name of the Deployment that runs a workload, or a server, on one node."""
    return f"{name}-{node}"


def _of_workload(plan: Plan, workload: Mapping[str, Any], host: str) -> dict[str, Any]:
    wiring = plan.wiring(workload, host)
    volumes, mounts = _rmw.volumes(rmw_of(workload), wiring)
    # A ROS image's entrypoint sources the ROS setup: the declared command is what it runs, not what replaces it.
    arguments = [text(word) for word in [*(workload.get("command") or []), *(workload.get("args") or [])]]
    pod = _pod(workload["name"], workload["image"], arguments, plan.nodes[host])
    container = pod["containers"][0]
    container["env"] = _environment(workload, wiring)
    if workload.get("entrypoint"):
        container["command"] = [text(word) for word in workload["entrypoint"]]
    if volumes:
        pod["volumes"] = volumes
        container["volumeMounts"] = mounts
    way = {} if plan.way(workload) == MULTICAST else {WAY_LABEL: plan.way(workload)}
    told = {PEERS_ANNOTATION: ",".join(wiring.peers)} if wiring.peers is not None else {}
    return _deployment(plan, workload, workload_key(workload, plan.nodes[host]), workload["name"], pod, way, told)


def _of_server(plan: Plan, server: Mapping[str, Any], instance: _discovery_servers.Instance) -> dict[str, Any]:
    key = server_key(server, instance, plan.nodes)
    kind = _discovery_servers.kind_of(server)
    arguments = [text(word) for word in server.get("command") or _discovery_servers.COMMANDS[kind]]
    if kind == _discovery_servers.FAST_DDS:
        address = plan.addresses[key]
        number = _fixed_addresses.number_of(address, plan.networks.values())
        arguments += ["-i", str(number), "-l", address, "-p", str(server_port(server))]
    pod = _pod(instance.name, server["image"], arguments, plan.nodes[instance.host])
    if kind == _discovery_servers.ROUTER:
        settings = _rmw.zenoh_router(plan.place(server, instance), plan.linked_routers(server, instance))
        pod["containers"][0]["env"] = [{"name": _rmw.ZENOH_VARIABLE, "value": settings}]
    return _deployment(plan, server, key, instance.name, pod, {SERVER_LABEL: instance.name})


def _deployment(
    plan: Plan,
    declared: Mapping[str, Any],
    key: Key,
    name: str,
    pod: Mapping[str, Any],
    more_labels: Mapping[str, str],
    annotations: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    space, deployment = key
    selector = {"rosfleet.io/workload": name, "rosfleet.io/host": pod["nodeSelector"]["kubernetes.io/hostname"]}
    labels = {**managed_labels(PART_OF), "app.kubernetes.io/name": name, **selector, **more_labels}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": deployment, "namespace": space, "labels": labels},
        "spec": {
            "replicas": 1,
            # The old pod leaves before the new one comes: never two of one ROS node, never two claims to a device.
            "strategy": {"type": "Recreate"},
            "minReadySeconds": _MIN_READY_S,
            "selector": {"matchLabels": selector},
            "template": {
                "metadata": {
                    "labels": labels,
                    "annotations": {
                        NETWORKS_ANNOTATION: json.dumps([_attachment(plan, declared, key)]),
                        **_routes(plan.lan(declared)),
                        **annotations,
                    },
                },
                "spec": pod,
            },
        },
    }


def _routes(lan: Mapping[str, Any]) -> dict[str, str]:
    routes = ", ".join(f"{route['to']} via {route['via']}" for route in lan.get("routes") or ())
    return {ROUTES_ANNOTATION: routes} if routes else {}


def _attachment(plan: Plan, declared: Mapping[str, Any], key: Key) -> dict[str, Any]:
    lan = lan_of(declared, plan.networks)
    attached = {"name": lan, "namespace": key[0], "interface": LAN_NIC}
    if key not in plan.addresses:
        return attached
    address = _fixed_addresses.with_prefix(plan.addresses[key], plan.networks[lan])
    return {**attached, "name": fixed_lan(lan), "ips": [address]}


def _pod(name: str, image: str, arguments: Sequence[str], node: str) -> dict[str, Any]:
    container: dict[str, Any] = {
        "name": name,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        # The last lines of a container that failed come with its state, so that the rollout's error can show them.
        "terminationMessagePolicy": "FallbackToLogsOnError",
    }
    if arguments:
        container["args"] = list(arguments)
    return {
        "nodeSelector": {"kubernetes.io/hostname": node},
        "tolerations": _STAY_WHEN_UNREACHABLE,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": _GRACE_S,
        "containers": [container],
    }


def _environment(workload: Mapping[str, Any], wiring: _rmw.Wiring) -> list[dict[str, Any]]:
    variables = {
        "ROS_DOMAIN_ID": str(domain_id_of(workload)),
        **_rmw.environment(rmw_of(workload), wiring),
        **{name: text(value) for name, value in (workload.get("env") or {}).items()},
    }
    listed: list[dict[str, Any]] = [{"name": name, "value": value} for name, value in variables.items()]
    return [*listed, {"name": "ROSFLEET_HOST", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}]


def text(value: Any) -> str:
    """A word of a command, or a variable's value, as it was written: YAML makes `true` a boolean."""
    return str(value).lower() if isinstance(value, bool) else str(value)
