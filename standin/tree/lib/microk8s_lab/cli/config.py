# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""microk8s config [-l|--use-loopback]"""

from __future__ import annotations

from microk8s_lab import network, paths, texts
from microk8s_lab.cli import guards


def run(arguments: list[str]) -> int:
    """Print the administrator's kubeconfig for the address of the default route. Works on a stopped node, too."""
    if guards.refuse_worker(texts.use_on_master("config")):
        return 0
    text = paths.data("credentials", "client.config").read_text()
    if not {"-l", "--use-loopback"} & set(arguments):
        text = text.replace("127.0.0.1", network.default_address() or "127.0.0.1")
    print(text)
    return 0
