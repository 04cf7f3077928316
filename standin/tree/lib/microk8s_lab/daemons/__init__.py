# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The snap's services. Each module has ``run()``, which returns an exit status or becomes the program."""

from __future__ import annotations

import importlib
import sys

_MODULES = {
    "apiserver-kicker": "kicker",
    "apiserver-proxy": "apiserver_proxy",
    "cluster-agent": "cluster_agent",
    "containerd": "containerd",
    "containerd-stop": "shims",
    "etcd": "idle",
    "flanneld": "idle",
    "k8s-dqlite": "k8s_dqlite",
    "kubelite": "kubelite",
}


def main(name: str) -> int:
    """Run one service by its name without ``daemon-``."""
    # The journal is no terminal: without this, what a service prints would wait in a buffer.
    sys.stdout.reconfigure(line_buffering=True)
    return importlib.import_module(f"{__name__}.{_MODULES[name]}").run()
