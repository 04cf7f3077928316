# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small client of etcd by its JSON gateway: on this node's socket, or on another member's port."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Where members take requests from control planes that are not voters. dqlite has one port for everything: 19001.
PORT = 12379
TIMEOUT = 4.0  # seconds for one request


class EtcdError(Exception):
    """The member cannot be reached, or refuses; the message says why."""


@dataclass(frozen=True)
class Peer:
    """A member as etcd lists it; the name is empty until it has started once."""

    id: str
    name: str
    address: str
    learner: bool


class Etcd:
    """One member: by the path of its socket, or by ``HOST`` and the certificate that all members share."""

    def __init__(self, where: Path | str, pair: tuple[Path, Path] | None = None) -> None:
        self._where = where
        self._pair = pair

    def peers(self) -> list[Peer]:
        """All members, as the majority knows them; raises EtcdError."""
        return [_peer(entry) for entry in self._call("/v3/cluster/member/list").get("members", ())]

    def status(self) -> dict[str, Any]:
        """This member's own state, which it tells without a majority; raises EtcdError."""
        return self._call("/v3/maintenance/status")

    def add_learner(self, address: str) -> None:
        """Add a member without a vote; raises EtcdError."""
        self._call("/v3/cluster/member/add", {"peerURLs": [f"https://{address}"], "isLearner": True})

    def promote(self, identity: str) -> None:
        """Give a member without a vote one; raises EtcdError, also while it lags behind."""
        self._call("/v3/cluster/member/promote", {"ID": identity})

    def remove(self, identity: str) -> None:
        """Remove a member; raises EtcdError."""
        self._call("/v3/cluster/member/remove", {"ID": identity})

    def move(self, identity: str, address: str) -> None:
        """Give a member another address; raises EtcdError."""
        self._call("/v3/cluster/member/update", {"ID": identity, "peerURLs": [f"https://{address}"]})

    def _call(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            connection = self._connection()
            connection.request("POST", path, json.dumps(body or {}))
            answer = connection.getresponse()
            value = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError) as exc:
            raise EtcdError(str(exc)) from exc
        if answer.status != 200:
            raise EtcdError(str(value.get("message", answer.reason)))
        return value

    def _connection(self) -> http.client.HTTPConnection:
        if self._pair is not None:
            return http.client.HTTPSConnection(str(self._where), PORT, context=tls(self._pair), timeout=TIMEOUT)
        connection = http.client.HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.sock.settimeout(TIMEOUT)
        connection.sock.connect(str(self._where))
        return connection


def tls(pair: tuple[Path, Path]) -> ssl.SSLContext:
    """What members know each other by: one certificate that is its own authority and names no host."""
    certificate, key = map(str, pair)
    context = ssl.create_default_context(cafile=certificate)
    context.check_hostname = False
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.load_cert_chain(certificate, key)
    return context


def _peer(entry: dict[str, Any]) -> Peer:
    address = entry["peerURLs"][0].removeprefix("https://")
    return Peer(entry["ID"], entry.get("name", ""), address, entry.get("isLearner", False))
