# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service in which nodes of a cluster talk to each other."""

from __future__ import annotations

from microk8s_lab.agent import server
from microk8s_lab.daemons import programs


def run() -> int:
    """Serve until stopped."""
    words = iter(programs.arguments("cluster-agent"))
    options = dict(zip(words, words))
    address, _, port = options["--bind"].rpartition(":")
    server.serve(address, int(port), options["--certfile"], options["--keyfile"])
    return 0
