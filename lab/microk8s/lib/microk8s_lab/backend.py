# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The database as seen by the commands and the agent: its files, and its members when it answers."""

from __future__ import annotations

import http.client
import socket
import time
from pathlib import Path

from microk8s_lab import files, paths, services, yamlish


def folder() -> Path:
    """backend/ of this node."""
    return paths.data("var", "kubernetes", "backend")


def noted_members() -> list[yamlish.Member]:
    """The members in cluster.yaml, which may lag behind."""
    path = folder() / "cluster.yaml"
    return yamlish.members(path.read_text()) if path.exists() else []


def answers() -> bool:
    """Whether the database is up, by its own health check on its socket."""
    try:
        connection = http.client.HTTPConnection("localhost", timeout=4)
        connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.sock.settimeout(4)
        connection.sock.connect(str(folder() / "kine.sock:12379"))
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


def live_members(tries: int = 10, pause: float = 2.0) -> list[yamlish.Member]:
    """The members that the database itself knows; after ``tries`` without an answer, none."""
    for _ in range(tries):
        if answers():
            return noted_members()
        time.sleep(pause)
    return []


def rebind(address: str) -> None:
    """Move this node's member from 127.0.0.1 to ``address``, as the first join to a node does."""
    before = noted_members()
    port = before[0].address.rpartition(":")[2]
    files.write(folder() / "update.yaml", f"Address: {address}:{port}\n")
    services.control("restart", "k8s-dqlite")
    while noted_members() == before or not answers():
        time.sleep(0.2)
