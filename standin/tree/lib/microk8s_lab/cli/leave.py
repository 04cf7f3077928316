# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""microk8s leave"""

from __future__ import annotations

import time

from microk8s_lab import control_plane, locks, texts, worker
from microk8s_lab.cli import guards
from microk8s_lab.cli.start import own_node_ready

PATIENCE = 180.0  # seconds
INTERVAL = 5.0
_HELP = """\
Usage: microk8s leave [OPTIONS]

  The node will depart from the cluster it is in.

Options:
  -h, --help  Show this message and exit.
"""
_ONLY_COPY = """\
This node currently holds the only copy of the Kubernetes database so it cannot leave the cluster.
To remove this node you can either first remove all other nodes with 'microk8s remove-node' or
form a highly available cluster by adding at least three nodes."""


def run(arguments: list[str]) -> int:
    """Leave the cluster: this node becomes a cluster of its own. Its Node stays behind."""
    if {"-h", "--help"} & set(arguments):
        print(_HELP, end="")
        return 0
    if guards.refuse_stopped():
        return 1
    if not locks.held(locks.NO_CERT_REISSUE):
        print(texts.NOT_IN_A_CLUSTER)
        return 1
    if locks.held(locks.CLUSTERED):
        print("Configuring services.", flush=True)
        worker.leave()
    elif control_plane.holds_only_copy():
        print(_ONLY_COPY)
        return 3
    else:
        try:
            control_plane.leave()
        except control_plane.PeerFailed as exc:
            print(exc)
            return 2
    _await_node()
    return 0


def _await_node() -> None:
    print("Waiting for node to start.", end=" ", flush=True)
    deadline = time.monotonic() + PATIENCE
    while not own_node_ready() and time.monotonic() < deadline:
        print(".", end=" ", flush=True)
        time.sleep(INTERVAL)
    print(" ")
