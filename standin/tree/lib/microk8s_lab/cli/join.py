# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""microk8s join CONNECTION [--worker]"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import sys
import time
from collections.abc import Sequence
from typing import Any

from microk8s_lab import certificates, connection, control_plane, locks, network, texts, worker
from microk8s_lab.agent.join import PORT

# Seconds for which a worker is busy with what its pod network was before it has its certificates signed. What the agent
# keeps for those requests meanwhile has no end of life.
BEFORE_CERTIFICATES = 10.0
_USAGE = "Usage: microk8s join [OPTIONS] CONNECTION\nTry 'microk8s join -h' for help.\n\n"
_HELP = """\
Usage: microk8s join [OPTIONS] CONNECTION

  Join the node to a cluster

  CONNECTION: the cluster connection endpoint in format
  <master>:<port>/<token>

Options:
  --worker                      Join as a worker only node. (default: false)
  --controlplane                Join running the control plane on HA clusters.
                                (default: true)
  --skip-verify                 Skip the certificate verification of the node
                                we are joining to. (default: false)
  --disable-low-memory-guard    Disable the low memory guard. (default: false)
  -h, --help                    Show this message and exit.
"""
_FLAGS = ("--worker", "--controlplane", "--skip-verify", "--disable-low-memory-guard")


def run(arguments: list[str]) -> int:
    """Join a cluster. A lock says that a join is in progress, and stays when it fails.

    Exit status 1 invalid or failed, 2 usage, 4 not the expected peer, 5 no HTTP, 6 refused. Nothing has a limit in time,
    and a connection that cannot be made ends in a traceback: both are MicroK8s' own ways.
    """
    if {"-h", "--help"} & set(arguments):
        print(_HELP, end="")
        return 0
    words = [argument for argument in arguments if argument not in _FLAGS]
    flags = set(arguments) & set(_FLAGS)
    if not words:
        return _misused("Missing argument 'CONNECTION'.")
    if len(words) > 1:
        return _misused(f"Got unexpected extra argument{'s' * (len(words) > 2)} ({' '.join(words[1:])})")
    try:
        target = connection.parse(words[0])
    except connection.InvalidConnection as exc:
        print(f"Invalid connection: {exc}")
        return 1
    # --controlplane never works in MicroK8s, either: it takes the worker's way with a control plane's answer.
    kind = "as-worker" if "--worker" in flags else "as-master" if "--controlplane" in flags else False
    return _join(target, "--skip-verify" not in flags, kind)


def _misused(problem: str) -> int:
    print(f"{_USAGE}Error: {problem}", file=sys.stderr)
    return 2


def _join(target: connection.Connection, verify: bool, kind: str | bool) -> int:
    locks.take(locks.JOIN_IN_PROGRESS)
    print(f"Contacting cluster at {target.address}", flush=True)
    status, answer = _contact(target, verify, kind)
    if answer is None:
        return status
    if not kind:
        control_plane.settle(answer)
        locks.drop(locks.JOIN_IN_PROGRESS)
        print(texts.JOINED_CONTROL_PLANE)
        return 0
    if answer["ca_key"] is not None:
        print(texts.NO_WORKERS)
        return 1
    time.sleep(BEFORE_CERTIFICATES)
    try:
        worker.settle(answer, target.address, _Signer(target))
    except worker.SigningFailed as exc:
        print(exc)
        return 1
    locks.drop(locks.JOIN_IN_PROGRESS)
    print(texts.JOINED, end="")
    return 0


def _contact(target: connection.Connection, verify: bool, kind: str | bool) -> tuple[int, dict[str, Any] | None]:
    """The server's answer to a join request; or None, and the exit status after saying why."""
    try:
        peer = http.client.HTTPSConnection(target.address, target.port, context=ssl._create_unverified_context())
        peer.connect()
        if verify and target.fingerprint and not _is_peer(peer, target.fingerprint):
            print(texts.IDENTITY.format(target.address))
            return 4, None
        return _ask(peer, target, kind)
    except http.client.HTTPException as exc:
        print(f"Connecting to cluster failed with {exc}.")
        return 5, None
    except ssl.SSLError as exc:
        print(f"Peer node verification failed with {exc}.")
        return 4, None


def _is_peer(peer: http.client.HTTPSConnection, fingerprint: str) -> bool:
    certificate = peer.sock.getpeercert(binary_form=True)
    return certificates.fingerprint(ssl.DER_cert_to_PEM_cert(certificate)).startswith(fingerprint)


def _ask(
    peer: http.client.HTTPSConnection, target: connection.Connection, kind: str | bool
) -> tuple[int, dict[str, Any] | None]:
    request = {
        "token": target.token,
        "hostname": network.node_name(),
        "port": PORT,
        "worker": kind,
        "can_handle_x509_auth": True,
        "can_handle_custom_etcd": True,
    }
    try:
        peer.request("POST", "/cluster/api/v2.0/join", json.dumps(request), {"Content-type": "application/json"})
        answer = peer.getresponse()
        body = answer.read()
    except http.client.HTTPException as exc:
        print(f"Please ensure the master node is reachable. {exc}")
        return 1, None
    if answer.status != 200:
        print(f"{refusal(body)} ({answer.status}).")
        return 6, None
    return 0, json.loads(body)


def refusal(body: bytes) -> str:
    """The sentence for a refused join, with the server's reason where its answer has one."""
    try:
        reason = json.loads(body).get("error")
    except (ValueError, AttributeError):
        reason = None
    return f"Connection failed. {reason}" if reason else "Connection failed."


class _Signer:
    """Has certificates signed by the cluster that this node joins."""

    def __init__(self, target: connection.Connection) -> None:
        self._target = target

    def __call__(self, purpose: str, subject: str, key: Any, names: Sequence[str]) -> str:
        request = {"token": f"{self._target.token}-{purpose}", "request": certificates.request(key, subject, names)}
        peer = http.client.HTTPSConnection(
            self._target.address, self._target.port, context=ssl._create_unverified_context()
        )
        try:
            peer.request("POST", "/cluster/api/v1.0/sign-cert", json.dumps(request))
            answer = peer.getresponse()
            body = json.loads(answer.read())
        except (OSError, socket.timeout, ValueError, http.client.HTTPException) as exc:
            raise worker.SigningFailed(f"Failed to sign {purpose} certificate ({exc}).") from exc
        if answer.status != 200:
            reason = body.get("error", "")
            raise worker.SigningFailed(f"Failed to sign {purpose} certificate ({answer.status}). {reason}".rstrip())
        return body["certificate"]
