# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pod network between hosts: flannel, and the CNI configuration that follows from its lease."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

from microk8s_lab import files, network, paths
from microk8s_lab.daemons import programs

LEASE = Path("/run/flannel/subnet.env")
BRIDGE = "cni0"
OVERLAY = "flannel.1"
CONFIGURATION = "10-flannel.conflist"
_PAUSE = 0.5  # seconds between two starts
_running: list[subprocess.Popen[bytes]] = []


def keep() -> None:
    """Run flannel for ever. It ends by itself while the API server is away or the Node has no pod CIDR yet."""
    while True:
        LEASE.unlink(missing_ok=True)
        process = subprocess.Popen(_command(), env=programs.environment(NODE_NAME=network.node_name()))
        _running[:] = [process]
        while process.poll() is None and not LEASE.exists():
            time.sleep(0.1)
        if LEASE.exists():
            _configure(LEASE.read_text())
        process.wait()
        time.sleep(_PAUSE)


def stop() -> None:
    """End flannel; its interface and routes stay."""
    for process in _running:
        process.terminate()


def forget() -> None:
    """Remove what belongs to the cluster that this node leaves: another one gives it another pod CIDR."""
    paths.data("args", "cni-network", CONFIGURATION).unlink(missing_ok=True)
    unplug()


def unplug() -> None:
    """Remove the interfaces; the CNI configuration of the cluster that this node was stays until there is a lease."""
    for link in (BRIDGE, OVERLAY):
        network.delete_link(link)


def conflist(lease: str) -> dict[str, Any]:
    """The CNI configuration for flannel's lease, the text of subnet.env."""
    values = dict(line.split("=", 1) for line in lease.split())
    bridge = {
        "type": "bridge",
        "bridge": BRIDGE,
        "isGateway": True,
        "isDefaultGateway": True,
        "forceAddress": True,
        "hairpinMode": True,
        "mtu": int(values["FLANNEL_MTU"]),
        "ipam": {"type": "host-local", "ranges": [[{"subnet": values["FLANNEL_SUBNET"].replace(".1/", ".0/")}]]},
    }
    portmap = {"type": "portmap", "capabilities": {"portMappings": True}, "snat": True}
    return {"cniVersion": "1.0.0", "name": "k8s-pod-network", "plugins": [bridge, portmap]}


def _configure(lease: str) -> None:
    path = paths.data("args", "cni-network", CONFIGURATION)
    text = json.dumps(conflist(lease), indent=2) + "\n"
    if not path.exists() or path.read_text() != text:
        files.write(path, text)


def _command() -> list[str]:
    return [
        str(paths.snap("bin", "flanneld")),
        "--kube-subnet-mgr",
        f"--kubeconfig-file={paths.data('credentials', 'kubelet.config')}",
        f"--net-config-path={paths.data('args', 'flannel-network-mgr-config')}",
        f"--subnet-file={LEASE}",
        "--ip-masq",
    ]
