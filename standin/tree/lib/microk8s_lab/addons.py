# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addons that ``microk8s status`` lists. None can be switched in the lab; ``dns`` is not there, so it is disabled."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Addon:
    """An addon of a repository. ``version`` may be a single space, as MicroK8s prints where there is none."""

    name: str
    description: str
    version: str
    enabled: bool = False
    repository: str = "core"

    @property
    def state(self) -> str:
        """``enabled`` or ``disabled``."""
        return "enabled" if self.enabled else "disabled"


def is_enabled(name: str) -> bool:
    """Whether ``NAME`` or ``REPOSITORY/NAME`` is enabled; an unknown one is not."""
    return any(addon.enabled and name in (addon.name, f"{addon.repository}/{addon.name}") for addon in KNOWN)


KNOWN = (
    Addon("dns", "CoreDNS", "1.13.1"),
    Addon("ha-cluster", "Configure high availability on the current node", "0.1.0", enabled=True),
    Addon("helm", "Helm - the package manager for Kubernetes", "3.18.6", enabled=True),
    Addon("helm3", "Helm 3 - the package manager for Kubernetes", "3.18.6", enabled=True),
    Addon("cert-manager", "Cloud native certificate management", "1.19.1"),
    Addon("cis-hardening", "Apply CIS K8s hardening", "1.0.0"),
    Addon("community", "The community addons repository", " "),
    Addon("dashboard", "The Kubernetes dashboard", "7.14.0"),
    Addon("gpu", "Alias to nvidia add-on", "25.10.0"),
    Addon("host-access", "Allow Pods connecting to Host services smoothly", "1.0.0"),
    Addon("hostpath-storage", "Storage class; allocates storage from host directory", "1.5.0"),
    Addon("ingress", "Ingress controller for external access", "3.6.2"),
    Addon("kube-ovn", "An advanced network fabric for Kubernetes", "1.13.8"),
    Addon("mayastor", "OpenEBS MayaStor", "2.0.0-microk8s-1"),
    Addon("metallb", "Loadbalancer for your Kubernetes cluster", "0.15.2"),
    Addon("metrics-server", "K8s Metrics Server for API access to service metrics", "0.8.0"),
    Addon(
        "minio",
        "MinIO object storage (DEPRECATED). "
        "This addon is deprecated and will be completely removed in the upcoming versions",
        "v7.1.1",
    ),
    Addon("nvidia", "NVIDIA hardware (GPU and network) support", "gpu=25.10.0/network=25.7.0/microk8s-1"),
    Addon("observability", "A lightweight observability stack for logs, traces and metrics", "77.6.2"),
    Addon("prometheus", "Prometheus operator for monitoring and logging", "v0.8.0"),
    Addon("rbac", "Role-Based Access Control for authorisation", " "),
    Addon("registry", "Private image registry exposed on localhost:32000", "2.8.3"),
    Addon("rook-ceph", "Distributed Ceph storage using Rook", "1.18.7"),
    Addon("storage", "Alias to hostpath-storage add-on, deprecated", "1.5.0"),
)
