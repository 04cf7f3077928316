# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services that a MicroK8s with the HA database never starts."""

from __future__ import annotations


def run() -> int:
    """Say why and end, so that the service is inactive."""
    print("Not expected to start: this node runs with the HA database.")
    return 0
