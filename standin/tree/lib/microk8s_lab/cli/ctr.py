# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""microk8s ctr ..."""

from __future__ import annotations

import os

from microk8s_lab import paths
from microk8s_lab.daemons import programs


def run(arguments: list[str]) -> int:
    """Become containerd's ctr, on the images and containers of Kubernetes."""
    return os.execv(paths.snap("bin", "ctr"), ["ctr", *programs.arguments("ctr"), *arguments])
