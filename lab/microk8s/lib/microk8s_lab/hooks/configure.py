# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs at the installation and at every ``snap set microk8s``."""

from __future__ import annotations

import subprocess
import sys


def run() -> int:
    """Refuse a launch configuration: what nothing would apply must not be accepted."""
    given = subprocess.run(["snapctl", "get", "config"], check=True, capture_output=True, text=True).stdout.strip()
    if given:
        print("snap set microk8s config=... is not in the lab's stand-in", file=sys.stderr)
        return 1
    return 0
