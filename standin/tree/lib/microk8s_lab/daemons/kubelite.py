# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All Kubernetes programs of a node, and the pod network beside them."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from microk8s_lab import argsfile, files, kubeapi, locks, network, paths
from microk8s_lab.daemons import flannel, programs

API_SERVER = "kube-apiserver"
BRIDGE_FILTER = Path("/proc/sys/net/bridge/bridge-nf-call-iptables")
CONTROL_PLANE = ("kube-controller-manager", "kube-scheduler")
EVERYWHERE = ("kubelet", "kube-proxy")
# Seconds. The API of a control plane is given this long before its clients are started without it.
API_PATIENCE = 60.0
ROUTE_PATIENCE = 10.0
STOP_PATIENCE = 5.0  # the real one is gone within seconds, too, when its database was stopped before it


def run() -> int:
    """Start what this node runs and stay until one of them ends, which ends all: systemd then starts the service anew."""
    control_plane = not locks.held(locks.CLUSTERED)
    _note_role(control_plane)
    _suit_the_labs_hosts()
    _await_default_route()
    _load_bridge_filter()
    paths.common("var", "lib", "kubelet").mkdir(parents=True, exist_ok=True)
    group = Group()
    signal.signal(signal.SIGTERM, lambda *_: group.stop() or sys.exit(0))
    if control_plane:
        group.start(API_SERVER)
        _await_api(group)
    for name in (*(CONTROL_PLANE if control_plane else ()), *EVERYWHERE):
        group.start(name)
    threading.Thread(target=flannel.keep, daemon=True).start()
    print(group.first_end())
    group.stop()
    return 1


class Group:
    """Programs that live and die together."""

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []
        self._ended: queue.Queue[str] = queue.Queue()

    def start(self, name: str) -> None:
        """Start a program with the arguments in its file."""
        command = [name, *programs.arguments(name)]
        process = subprocess.Popen(command, executable=paths.snap("bin", "kube"), env=programs.environment("kubelite"))
        self._processes.append(process)
        threading.Thread(target=self._watch, args=(name, process), daemon=True).start()

    def _watch(self, name: str, process: subprocess.Popen[bytes]) -> None:
        self._ended.put(f"{name} ended with status {process.wait()}; stopping the rest")

    def alive(self) -> bool:
        """Whether none has ended."""
        return self._ended.empty()

    def first_end(self) -> str:
        """Wait until one ends, and say which."""
        return self._ended.get()

    def stop(self) -> None:
        """End all, by force those that take too long."""
        flannel.stop()
        for process in self._processes:
            process.terminate()
        deadline = time.monotonic() + STOP_PATIENCE
        for process in self._processes:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()


def _note_role(control_plane: bool) -> None:
    path = paths.data("args", "kubelite")
    files.write(path, argsfile.changed(path.read_text(), "--start-control-plane", str(control_plane).lower()))


def _suit_the_labs_hosts() -> None:
    """Have kubelet take control groups of version 1, where the machine of the lab has them; this is not MicroK8s' own."""
    path = paths.data("args", "kubelet")
    text = path.read_text()
    if argsfile.value(text, "--fail-cgroupv1") is None:
        files.write(path, argsfile.changed(text, "--fail-cgroupv1", "false"))


def _await_default_route() -> None:
    """Kubelet and flannel take the host's address from the default route; without one, go on with a warning."""
    deadline = time.monotonic() + ROUTE_PATIENCE
    while network.default_address() is None:
        if time.monotonic() > deadline:
            print("WARNING: there is no default route; the node's address may be wrong")
            return
        time.sleep(0.5)


def _load_bridge_filter() -> None:
    """Have the kernel show bridged packets to iptables, which pod networks need; go on where its module cannot be loaded."""
    if not BRIDGE_FILTER.exists() and subprocess.run(["/sbin/modprobe", "br_netfilter"], check=False).returncode:
        print("Failed to load br_netfilter. The pod network might not work properly.")


def _await_api(group: Group) -> None:
    """Wait for the API: starting its clients before it answers costs them their back-off."""
    deadline = time.monotonic() + API_PATIENCE
    while time.monotonic() < deadline and group.alive():
        try:
            kubeapi.admin(paths.data("certs")).get("/api/v1/namespaces/default")
        except kubeapi.ApiError:
            time.sleep(0.2)
        else:
            return
