# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""microk8s refresh-certs -e server.crt"""

from __future__ import annotations

from microk8s_lab import certificates, services
from microk8s_lab.cli import elsewhere, guards
from microk8s_lab.texts import REFRESH_ON_MASTER


def run(arguments: list[str]) -> int:
    """Reissue server.crt for the addresses that the host has now, also when hosts have joined; no other use is here."""
    if guards.refuse_worker(REFRESH_ON_MASTER):
        return 0
    if arguments != ["-e", "server.crt"]:
        return elsewhere.run("refresh-certs")
    certificates.create_server()
    services.control("restart", "kubelite", "cluster-agent")
    return 0
