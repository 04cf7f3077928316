# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""microk8s kubectl ..."""

from __future__ import annotations

import os

from microk8s_lab import paths, texts
from microk8s_lab.cli import guards


def run(arguments: list[str]) -> int:
    """Become kubectl, as the administrator of this node's cluster."""
    if guards.refuse_stopped():
        return 1
    if guards.refuse_worker(texts.use_on_master("kubectl")):
        return 0
    config = f"--kubeconfig={paths.data('credentials', 'client.config')}"
    return os.execv(paths.snap("kubectl"), ["kubectl", config, *arguments])
