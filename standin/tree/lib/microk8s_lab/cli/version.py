# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""microk8s version"""

from __future__ import annotations

import os


def run(_arguments: list[str]) -> int:
    """Print version and revision."""
    print(f"MicroK8s {os.environ['SNAP_VERSION']} revision {os.environ['SNAP_REVISION']}")
    return 0
