# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the snap keeps things."""

from __future__ import annotations

import os
from pathlib import Path

# Addresses files in a way that survives a refresh, which changes the revision in $SNAP and $SNAP_DATA.
CURRENT_SNAP = Path("/snap/microk8s/current")
CURRENT_DATA = Path("/var/snap/microk8s/current")


def snap(*parts: str) -> Path:
    """A path in the read-only snap, ``$SNAP``."""
    return Path(os.environ["SNAP"], *parts)


def data(*parts: str) -> Path:
    """A path in this revision's data, ``$SNAP_DATA``."""
    return Path(os.environ["SNAP_DATA"], *parts)


def common(*parts: str) -> Path:
    """A path in the data that all revisions share, ``$SNAP_COMMON``."""
    return Path(os.environ["SNAP_COMMON"], *parts)
