# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""microk8s start"""

from __future__ import annotations

import subprocess
import time

from microk8s_lab import kubeapi, locks, network, paths, texts
from microk8s_lab.cli import guards

PATIENCE = 60.0  # seconds until the node has to be Ready again


def run(_arguments: list[str]) -> int:
    """Enable and start every service, and wait for this node; silent when all is well."""
    if guards.refuse_worker(f"{texts.WORKER}\nUse 'snap start microk8s' to start services on this node."):
        return 0
    started = subprocess.run(["snap", "start", "microk8s", "--enable"], stdout=subprocess.DEVNULL, check=False)
    if started.returncode:
        return 1
    locks.drop(locks.STOPPED)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and not own_node_ready():
        time.sleep(1)
    return 0


def own_node_ready() -> bool:
    """Whether the Node of this host is Ready, by the API on this host."""
    try:
        return kubeapi.is_ready(kubeapi.admin(paths.data("certs")).get(f"/api/v1/nodes/{network.node_name()}"))
    except kubeapi.ApiError:
        return False
