# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who holds MicroK8s' ports before it is there, and what earlier clusters left behind. PRIVATE. Pure."""

from __future__ import annotations

from typing import Iterable

from .._finding import ERROR, WARNING, Finding
from .declared import host_finding
from .machine import POD_NETWORK_NICS, Listener, Machine

# Ports that MicroK8s listens on: by every host, and by control planes. Source: MicroK8s' services and ports.
PORTS = {("tcp", 10250): "kubelet", ("tcp", 16443): "the API", ("tcp", 25000): "the cluster agent"}
CONTROL_PLANE_PORTS = {
    ("tcp", 10257): "kube-controller-manager",
    ("tcp", 10259): "kube-scheduler",
    ("tcp", 19001): "the cluster's database",
}
VXLAN_PORT = {("udp", 4789): "the pod network"}
_CALICO_NICS = ("vxlan.calico", "vxlan-v6.calico")


def port_findings(machine: Machine, control_plane: bool) -> list[Finding]:
    """What stands in the way of MicroK8s on a host that has none."""
    wanted = {**PORTS, **VXLAN_PORT, **(CONTROL_PLANE_PORTS if control_plane else {})}
    held = [each for each in _once_each(machine.listeners) if (each.protocol, each.port) in wanted]
    # A program's name tells more than a NIC; the kernel, which holds it for a NIC, has none.
    in_kernel = any((each.protocol, each.port) in VXLAN_PORT and not each.process for each in held)
    nics = _nics_of_port(machine) if in_kernel else []
    return [
        *(
            host_finding(
                ERROR,
                "port",
                f"{each.port}/{each.protocol}",
                f"{each.process or 'a process'} holds the port of {wanted[each.protocol, each.port]}",
                "stop and disable that program (another Kubernetes, such as k3s or kubeadm?), or move it to another port",
            )
            for each in held
            if not (nics and (each.protocol, each.port) in VXLAN_PORT)
        ),
        *(_left_over(name, name in nics) for name in machine.pod_network_nics if name in {*nics, *POD_NETWORK_NICS}),
    ]


def _once_each(listeners: Iterable[Listener]) -> Iterable[Listener]:
    return {(listener.protocol, listener.port): listener for listener in listeners}.values()


def _nics_of_port(machine: Machine) -> list[str]:
    """The NICs for which the kernel may hold the pod network's port: Calico's, else those that nobody knows."""
    calico = [name for name in machine.pod_network_nics if name in _CALICO_NICS]
    return calico or [name for name in machine.pod_network_nics if name not in POD_NETWORK_NICS]


def _left_over(name: str, holds_port: bool) -> Finding:
    delete = f"ip link delete {name}"
    if name in _CALICO_NICS:
        message = "is left over from an earlier MicroK8s (or another cluster with Calico)"
        fix = f"{delete}, or restart the host; if another Kubernetes runs there, remove that first"
    elif name in POD_NETWORK_NICS:
        message = "belongs to another Kubernetes (k3s, kubeadm, an older MicroK8s), or is left over from it"
        fix = (
            f"remove that (k3s-uninstall.sh, kubeadm reset) where it is still there, then {delete}, or restart the host"
        )
    else:
        message = "is a VXLAN that rosfleet does not know"
        fix = f"give it another port (ip link add … dstport PORT) where it is wanted, else {delete}"
    holds = ", and it holds the port of the pod network, 4789/udp" if holds_port else ""
    return host_finding(
        ERROR if holds_port else WARNING, "left-over-nic", name, f"the network interface {name} {message}{holds}", fix
    )
