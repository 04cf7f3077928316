# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock files in var/lock, which say what a node is."""

from __future__ import annotations

from microk8s_lab import files, paths

CLUSTERED = "clustered.lock"
NO_DQLITE = "no-k8s-dqlite"
NO_CERT_REISSUE = "no-cert-reissue"
NO_APISERVER_PROXY = "no-apiserver-proxy"
JOIN_IN_PROGRESS = "join-in-progress"
STOPPED = "stopped.lock"
MOUNTS_NEED_RELOAD = "snapdata-mounts-need-reload"
CNI_LOADED = "cni-loaded"
ADDONS = ".microk8s-addon-lock"
LOW_MEMORY_GUARD = "low-memory-guard.lock"
# A node right after the installation.
INITIAL = (
    "ha-cluster",
    "installed.lock",
    "lite.lock",
    NO_APISERVER_PROXY,
    "no-etcd",
    "no-flanneld",
    MOUNTS_NEED_RELOAD,
)


def held(name: str) -> bool:
    """Whether the lock file is there."""
    return paths.data("var", "lock", name).exists()


def take(name: str, private_mode: int | None = None) -> None:
    """Create the lock file, shared with group microk8s, or with a mode of its own for root alone."""
    path = paths.data("var", "lock", name)
    path.touch()
    if private_mode is None:
        files.share(path)
    else:
        path.chmod(private_mode)


def drop(name: str) -> None:
    """Remove the lock file; fine when it is not there."""
    paths.data("var", "lock", name).unlink(missing_ok=True)
