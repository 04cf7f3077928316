# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The database of a control plane: etcd, on the socket and with the files of k8s-dqlite."""

from __future__ import annotations

import os
from pathlib import Path

from microk8s_lab import files, locks, paths, yamlish
from microk8s_lab.daemons import programs

# The same on every freshly bootstrapped node of real MicroK8s: no identity.
BOOTSTRAP_ID = 3297041220608546238
BOOTSTRAP_ADDRESS = "127.0.0.1:19001"


def run() -> int:
    """Become etcd; returns 0 at once on a worker, which has no database."""
    if locks.held(locks.NO_DQLITE):
        print("This node is a worker: it has no database.")
        return 0
    options = dict(word.removeprefix("--").split("=", 1) for word in programs.arguments("k8s-dqlite"))
    backend = Path(options["storage-dir"])
    member = _settle(backend)
    return os.execve(paths.snap("bin", "etcd"), _command(backend, options["listen"], member), programs.environment())


def _settle(backend: Path) -> yamlish.Member:
    """Bring cluster.yaml and info.yaml up to date with init.yaml or update.yaml, and return this member."""
    info, update = backend / "info.yaml", backend / "update.yaml"
    if update.exists():
        member = yamlish.Member(BOOTSTRAP_ID, update.read_text().removeprefix("Address:").strip())
    elif info.exists():
        member = yamlish.members(info.read_text())[0]
    else:
        member = yamlish.Member(BOOTSTRAP_ID, BOOTSTRAP_ADDRESS)
    files.write(info, yamlish.info_yaml(member))
    files.write(backend / "cluster.yaml", yamlish.cluster_yaml([member]))
    for done in (update, backend / "init.yaml"):
        done.unlink(missing_ok=True)
    return member


def _command(backend: Path, listen: str, member: yamlish.Member) -> list[str]:
    peer = f"https://{member.address}"
    certificate, key = backend / "cluster.crt", backend / "cluster.key"
    return [
        "etcd",
        f"--data-dir={backend / 'etcd'}",
        "--unsafe-no-fsync",
        "--log-level=warn",
        f"--listen-client-urls={listen}",
        # Nobody asks for this address, but etcd wants one: clients use the socket only.
        "--advertise-client-urls=http://127.0.0.1:12379",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        f"--peer-cert-file={certificate}",
        f"--peer-key-file={key}",
        f"--peer-trusted-ca-file={certificate}",
        "--peer-client-cert-auth",
    ]
