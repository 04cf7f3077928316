# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs at the installation and at every ``snap set microk8s``."""

from __future__ import annotations

import subprocess

from microk8s_lab import files, paths


def run() -> int:
    """Lay a launch configuration where the agent finds it, once."""
    given = subprocess.run(["snapctl", "get", "config"], check=True, capture_output=True, text=True).stdout.strip()
    if given:
        files.write(paths.common("etc", "launcher", "snap-set.yaml"), f"{given}\n")
        subprocess.run(["snapctl", "unset", "config"], check=True)
    return 0
