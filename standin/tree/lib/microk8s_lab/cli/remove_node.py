# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""microk8s remove-node NODE|ADDRESS [--force]"""

from __future__ import annotations

import ipaddress
import sys
from typing import Any

from microk8s_lab import backend, control_plane, files, kubeapi, locks, network, paths, texts
from microk8s_lab.cli import guards


def run(arguments: list[str]) -> int:
    """Delete a Node; one that is a member of the database only with --force, which has to come second."""
    if guards.refuse_worker(f"{texts.WORKER} Please use microk8s leave."):
        return 1
    if not arguments:
        print("Please provide the node you want to remove.")
        return 1
    name, force = arguments[0], arguments[1:2] == ["--force"]
    api = kubeapi.admin(paths.data("certs"))
    try:
        node = _find(api, name)
    except kubeapi.ApiError as exc:
        return _unknown(name, force, exc)
    name, address = node["metadata"]["name"], kubeapi.internal_address(node)
    if address in _other_members():
        if not force:
            print(texts.REGISTERED.format(name))
            return 1
        try:
            control_plane.remove_member(str(address))
        except control_plane.PeerFailed as exc:
            print(exc)
            return 2
    _forget_callback(name)
    api.delete(f"/api/v1/nodes/{name}")
    return 0


def _find(api: kubeapi.Api, name: str) -> dict[str, Any]:
    if locks.held(locks.STOPPED):
        raise kubeapi.ApiError(0, texts.STOPPED)
    if _is_address(name):
        nodes = api.get("/api/v1/nodes")["items"]
        name = next((node["metadata"]["name"] for node in nodes if kubeapi.internal_address(node) == name), name)
    return api.get(f"/api/v1/nodes/{name}")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _unknown(name: str, force: bool, problem: kubeapi.ApiError) -> int:
    """The same words for a Node that is not there and an API that does not answer."""
    print(f"Error from server (NotFound): {problem}" if problem.status == 404 else problem, file=sys.stderr)
    print(f"Node {name} does not exist in Kubernetes.")
    if force:
        print(f"Attempting to remove {name} from dqlite.")
        if name in _other_members():
            print("Removing node entry found in dqlite.")
            control_plane.remove_member(name)
    return 1


def _other_members() -> set[str]:
    own = {"127.0.0.1", *network.host_addresses()}
    return {member.address.rpartition(":")[0] for member in backend.live_members()} - own


def _forget_callback(name: str) -> None:
    path = paths.data("credentials", "callback-tokens.txt")
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    files.write(path, "".join(line for line in lines if line.split(":")[0] != name))
