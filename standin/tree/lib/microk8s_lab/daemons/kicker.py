# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches a control plane: marks the pod network as loaded, and reissues server.crt when the host's addresses change."""

from __future__ import annotations

import time
from typing import Any

from microk8s_lab import certificates, kubeapi, locks, network, paths, services

INTERVAL = 5.0


def run() -> int:
    """Watch for ever; returns 0 at once on a worker."""
    if locks.held(locks.CLUSTERED):
        print("This node is a worker: nothing to watch.")
        return 0
    while True:
        _mark_loaded()
        _reissue()
        time.sleep(INTERVAL)


def _mark_loaded() -> None:
    """Once after an installation or a refresh: pods that mount the data of the revision before start anew."""
    if not locks.held(locks.MOUNTS_NEED_RELOAD) or not _answers():
        return
    api = kubeapi.admin(paths.data("certs"))
    for pod in api.get(f"/api/v1/pods?fieldSelector=spec.nodeName={network.node_name()}")["items"]:
        if mounts_data(pod):
            api.delete(f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}")
    locks.drop(locks.MOUNTS_NEED_RELOAD)
    locks.take(locks.CNI_LOADED, 0o644)
    locks.take(locks.ADDONS)


def mounts_data(pod: dict[str, Any]) -> bool:
    """Whether a pod that somebody will make anew mounts something of this revision's data."""
    mounts = [volume.get("hostPath", {}).get("path", "") for volume in pod["spec"].get("volumes", ())]
    owned = bool(pod["metadata"].get("ownerReferences"))
    return owned and any(f"{mount}/".startswith(f"{paths.CURRENT_DATA}/") for mount in mounts)


def _answers() -> bool:
    try:
        kubeapi.admin(paths.data("certs")).get("/api/v1/namespaces/default/services/kubernetes")
    except kubeapi.ApiError:
        return False
    return True


def _reissue() -> None:
    """After a join brought another CA; for new addresses only without clusters so far and with a default route."""
    if locks.held(locks.JOIN_IN_PROGRESS):
        return
    if not certificates.server_is_trusted():
        print("The CA changed: reissuing server.crt")
    elif (
        locks.held(locks.NO_CERT_REISSUE)
        or network.default_address() is None
        or paths.data("certs", "csr.conf.rendered").read_text() == certificates.rendered(network.host_addresses())
    ):
        return
    else:
        print("The host's addresses changed: reissuing server.crt")
    certificates.create_server()
    services.control("restart", "containerd", "kubelite", "cluster-agent")
