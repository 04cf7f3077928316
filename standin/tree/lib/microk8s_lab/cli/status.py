# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""microk8s status"""

from __future__ import annotations

import argparse
import time

from microk8s_lab import addons, backend, kubeapi, locks, paths, report, texts
from microk8s_lab.cli import guards

INTERVAL = 2.0  # seconds between two looks while waiting


def run(arguments: list[str]) -> int:
    """Print whether some node of the cluster is Ready; the exit status says so, too, except on a stopped or worker node."""
    if guards.refuse_worker(f"{texts.WORKER}\nPlease use the control plane node."):
        return 0
    if locks.held(locks.STOPPED):
        print(texts.STOPPED)
        return 0
    options = _parser().parse_args(arguments)
    ready = _wait(options.timeout) if options.wait_ready else _is_ready()
    if options.addon:
        print("enabled" if ready and addons.is_enabled(options.addon) else "disabled")
        return 0
    members = backend.live_members()
    form = "yaml" if options.yaml else options.format
    print(report.FORMATS[form](ready, members, addons.KNOWN))
    return 0 if ready else 1


def _wait(timeout: int) -> bool:
    """Look until ready; a timeout of 0 means for ever, and no single look has a limit."""
    started = time.monotonic()
    while not _is_ready():
        if timeout and time.monotonic() - started > timeout:
            return False
        time.sleep(INTERVAL)
    return True


def _is_ready() -> bool:
    """The API knows its own service, and some node is Ready: which says nothing of this one."""
    api = kubeapi.admin(paths.data("certs"))
    try:
        api.get("/api/v1/namespaces/default/services/kubernetes")
        return any(kubeapi.is_ready(node) for node in api.get("/api/v1/nodes")["items"])
    except kubeapi.ApiError:
        return False


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="microk8s status", description="Microk8s cluster status check.")
    parser.add_argument(
        "--format", default="pretty", choices=("pretty", "yaml", "short"), help="print cluster and addon status"
    )
    parser.add_argument("-w", "--wait-ready", action="store_true", help="wait until the cluster is in ready state")
    parser.add_argument("-t", "--timeout", type=int, default=0, help="seconds to wait for the cluster to be ready")
    parser.add_argument("-a", "--addon", help="check the status of an addon")
    parser.add_argument("--yaml", action="store_true", help="DEPRECATED, use '--format yaml' instead")
    return parser
