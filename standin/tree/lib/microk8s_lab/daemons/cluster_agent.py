# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service in which nodes of a cluster talk to each other."""

from __future__ import annotations

import threading
import time

from microk8s_lab import launcher
from microk8s_lab.agent import server
from microk8s_lab.daemons import programs

LAUNCH_INTERVAL = 5.0  # seconds between two looks for launch configurations, as in MicroK8s


def run() -> int:
    """Serve until stopped, and apply launch configurations meanwhile."""
    threading.Thread(target=_launch, daemon=True).start()
    words = iter(programs.arguments("cluster-agent"))
    options = dict(zip(words, words))
    address, _, port = options["--bind"].rpartition(":")
    server.serve(address, int(port), options["--certfile"], options["--keyfile"])
    return 0


def _launch() -> None:
    while True:
        launcher.apply_pending()
        time.sleep(LAUNCH_INTERVAL)
