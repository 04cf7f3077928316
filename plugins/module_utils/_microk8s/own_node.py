# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The host's own Node, asked for with the kubelet's own credentials. PRIVATE, may change at any time."""

from __future__ import annotations

import json
import socket

from .._command import run
from .._files import Files
from .._waiting import REAL_CLOCK, Clock, wait_until
from . import paths
from .nodes import Node, parse_node


class NotReadyError(Exception):
    """Why the host's own Node is not ready, and where to look; `node` is what was last seen of it."""

    def __init__(self, node: Node, elapsed: float, reason: str) -> None:
        self.node, self.elapsed = node, elapsed
        super().__init__(
            f"Node {node.name} was not ready after {elapsed:.0f} s: {reason}. Look at: snap services microk8s; "
            "journalctl -u snap.microk8s.daemon-kubelite -u snap.microk8s.daemon-containerd -n 50; df -h /var; free -m"
        )


def ask(name: str) -> Node:
    """The Node `name` as the API has it; a Node that is not ready when it has none or does not answer."""
    command = [paths.KUBECTL, f"--kubeconfig={paths.KUBELET_CONFIG}", "--request-timeout=5s", "get", "node", name]
    try:
        outcome = run([*command, "-o", "json"], timeout=15)
    except FileNotFoundError:
        return Node(name=name, reason=f"{paths.KUBECTL} is missing: MicroK8s is not installed")
    if outcome.rc != 0:
        return Node(name=name, reason=outcome.stderr.strip()[-300:] or "no answer from the API within 15 s")
    return parse_node(json.loads(outcome.stdout))


def wait_for(name: str, machine_id: str, timeout: float, *, ask=ask, clock: Clock = REAL_CLOCK) -> tuple[Node, float]:
    """(node, seconds): the Node once it is ready and this machine's, else as it was when time was up."""
    return wait_until(
        lambda: ask(name), lambda node: node.ready and node.machine_id == machine_id, timeout, clock=clock
    )


def await_own_node(timeout: float, files: Files) -> tuple[Node, float]:
    """(node, seconds waited) once this host's own Node is ready; raises NotReadyError when it is not within `timeout` s."""
    machine_id = (files.text("/etc/machine-id") or "").strip()
    node, elapsed = wait_for(socket.gethostname().lower(), machine_id, timeout)
    if not node.ready:
        raise NotReadyError(node, elapsed, node.reason or "its kubelet does not say Ready")
    if node.machine_id != machine_id:
        twin = f"another machine has this name (its machine-id is {node.machine_id}, this host's is {machine_id})"
        raise NotReadyError(node, elapsed, twin)
    return node, elapsed
