# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The database as seen by the commands and the agent: its files, and its members when it answers."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from microk8s_lab import files, paths, roles, services, yamlish
from microk8s_lab.etcd import Etcd, EtcdError, Peer

# etcd's own socket; the one that the API server is given leads here while this node has a vote.
SOCKET = "etcd.sock"


def folder() -> Path:
    """backend/ of this node."""
    return paths.data("var", "kubernetes", "backend")


def pair() -> tuple[Path, Path]:
    """The certificate and the key that all members share."""
    return folder() / "cluster.crt", folder() / "cluster.key"


def noted_members() -> list[yamlish.Member]:
    """The members in cluster.yaml, which may lag behind."""
    path = folder() / "cluster.yaml"
    return yamlish.members(path.read_text()) if path.exists() else []


def noted_self() -> yamlish.Member | None:
    """This member, from info.yaml; None on a node without a database."""
    path = folder() / "info.yaml"
    return yamlish.members(path.read_text())[0] if path.exists() else None


def remote(hosts: Iterable[str]) -> list[Etcd]:
    """Members on other hosts."""
    return [Etcd(host, pair()) for host in hosts]


def local() -> Etcd:
    """The member on this host."""
    return Etcd(folder() / SOCKET)


def other_hosts() -> list[str]:
    """The hosts of the other members in cluster.yaml, those with a vote first."""
    own = noted_self()
    others = sorted((each for each in noted_members() if own and each.address != own.address), key=lambda it: it.role)
    return [host_of(each.address) for each in others]


def host_of(address: str) -> str:
    """``HOST`` of ``HOST:PORT``."""
    return address.rpartition(":")[0]


def peers(sources: Iterable[Etcd] | None = None) -> tuple[Etcd, list[Peer]]:
    """The first source (default: this host's member, then the others) that lists the members, and its list.

    Raises EtcdError when none does: there is no majority, or no way to it.
    """
    problem = EtcdError("no member of the database is known")
    for source in sources if sources is not None else [local(), *remote(other_hosts())]:
        try:
            return source, source.peers()
        except EtcdError as exc:
            problem = exc
    raise problem


def live_members(tries: int = 10, pause: float = 2.0) -> list[yamlish.Member]:
    """The members that the database itself knows; after ``tries`` without an answer, none.

    Without a majority that takes MicroK8s up to 90 s, and no longer here, however many members are asked in vain.
    """
    deadline = time.monotonic() + tries * (pause + 7.0)
    for _ in range(tries):
        if time.monotonic() > deadline:
            break
        try:
            return roles.members(peers()[1])
        except EtcdError:
            time.sleep(pause)
    return []


def rebind(address: str) -> None:
    """Move this node's member from 127.0.0.1 to ``address``, as the first join to a node does."""
    before = noted_members()
    port = before[0].address.rpartition(":")[2]
    files.write(folder() / "update.yaml", f"Address: {address}:{port}\n")
    services.control("restart", "k8s-dqlite")
    while noted_members() == before:
        time.sleep(0.2)
