# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs after a refresh to another revision, before its services start."""

from __future__ import annotations

from microk8s_lab import locks


def run() -> int:
    """Note that the data of this revision is elsewhere now."""
    locks.take(locks.MOUNTS_NEED_RELOAD)
    return 0
