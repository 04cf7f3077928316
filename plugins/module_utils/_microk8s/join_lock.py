# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lock file by which MicroK8s tells its services to wait for a join. PRIVATE, may change at any time."""

from __future__ import annotations

import os
from contextlib import suppress

from . import paths


def remove() -> None:
    """Remove the lock that a failed join leaves behind; it stays there when the host leaves."""
    with suppress(FileNotFoundError):
        os.unlink(paths.JOIN_IN_PROGRESS)
