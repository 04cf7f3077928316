# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""POST /cluster/api/v2.0/join: what a joining node is told, or why it is refused."""

from __future__ import annotations

import secrets
import socket
import threading
from typing import Any

from microk8s_lab import argsfile, backend, files, kubeapi, locks, network, paths, tokens
from microk8s_lab.agent.errors import Refused

PORT = "25000"
CONTROL_PLANE_LABEL = "node.kubernetes.io/microk8s-controlplane"
_one_at_a_time = threading.Lock()


def join(body: dict[str, Any], contacted: str, source: str) -> dict[str, Any]:
    """Answer a join request that came from ``source`` to this node's address ``contacted``; raises Refused.

    The token is used up before anything else is looked at.
    """
    token = str(body.get("token", ""))
    if not tokens.consume(paths.data("credentials", "cluster-tokens.txt"), token):
        raise Refused(500, "invalid token")
    if not locks.held("ha-cluster"):
        raise Refused(501, "not possible to join. This is not an HA MicroK8s cluster")
    if str(body.get("port")) != PORT:
        raise Refused(502, f"the port of the cluster agent port has to be set to {PORT}")
    if source == contacted:
        raise Refused(503, f"the joining node has the same IP ({source}) as the node we contact")
    _check_name(str(body.get("hostname", "")), source)
    with _one_at_a_time:
        _check_known(source)
        _leave_loopback(contacted)
        locks.take(locks.NO_CERT_REISSUE)
        worker = body.get("worker") in (True, "as-worker")
        return _answer(source) | (_worker_part(token) if worker else _control_plane_part())


def _check_name(hostname: str, source: str) -> None:
    """The API server has to reach the node's kubelet: by address, else by a name that resolves to it."""
    types = argsfile.value(_args("kube-apiserver"), "--kubelet-preferred-address-types") or "Hostname"
    order = types.split(",")
    if "InternalIP" in order and order.index("InternalIP") < order.index("Hostname"):
        return
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(hostname, None, socket.AF_INET)}
    except OSError:
        found = set()
    if source not in found:
        raise Refused(
            400, f'the hostname ({hostname}) of the joining node does not resolve to the IP "{source}". Refusing join'
        )


def _check_known(source: str) -> None:
    if any(member.address.startswith(f"{source}:") for member in backend.noted_members()):
        raise Refused(
            500, f"failed to retrieve dqlite cluster nodes: the joining node ({source}) is already known to dqlite"
        )


def _leave_loopback(contacted: str) -> None:
    """The first join moves the database to the address that the joining node used."""
    members = backend.noted_members()
    if len(members) != 1 or not members[0].address.startswith("127.0.0.1:"):
        return
    if contacted not in network.host_addresses():
        raise Refused(
            500,
            f"failed to find matching dqlite bind address for {contacted}: address {contacted} was not found in any"
            " host interface. refuse to update dqlite bind address",
        )
    backend.rebind(contacted)


def _answer(source: str) -> dict[str, Any]:
    return {
        "ca": paths.data("certs", "ca.crt").read_text(),
        "callback_token": callback_token(),
        "apiport": argsfile.value(_args("kube-apiserver"), "--secure-port"),
        "api_authz_mode": argsfile.value(_args("kube-apiserver"), "--authorization-mode"),
        "kubelet_args": _args("kubelet"),
        "hostname_override": source,
        "service_account_key": "",
        "ca_key": None,
        "control_plane_nodes": None,
        "cluster_cidr": argsfile.value(_args("kube-proxy"), "--cluster-cidr"),
    }


def _worker_part(token: str) -> dict[str, Any]:
    for purpose in ("kubelet", "proxy"):
        tokens.add(paths.data("credentials", "certs-request-tokens.txt"), f"{token}-{purpose}")
    try:
        nodes = kubeapi.admin(paths.data("certs")).get("/api/v1/nodes")["items"]
    except kubeapi.ApiError as exc:  # as after _leave_loopback, when the API has not followed yet
        raise Refused(500, f"failed to retrieve list of control plane nodes: {exc}") from exc
    masters = [node for node in nodes if CONTROL_PLANE_LABEL in node["metadata"].get("labels", {})]
    return {"control_plane_nodes": [kubeapi.internal_address(node) for node in masters]}


def _control_plane_part() -> dict[str, Any]:
    certs, database = paths.data("certs"), backend.folder()
    return {
        "ca_key": (certs / "ca.key").read_text(),
        "service_account_key": (certs / "serviceaccount.key").read_text(),
        "cluster_cert": (database / "cluster.crt").read_text(),
        "cluster_key": (database / "cluster.key").read_text(),
        "voters": [member.address for member in backend.noted_members() if member.role == 0],
    }


def callback_token() -> str:
    """The secret by which nodes of this cluster talk to each other's agents, made at the first use."""
    path = paths.data("credentials", "callback-token.txt")
    if not path.exists():
        files.write(path, f"{secrets.token_hex(32)}\n")
    return path.read_text().strip()


def _args(name: str) -> str:
    return paths.data("args", name).read_text()
