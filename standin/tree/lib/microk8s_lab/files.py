# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing files that group microk8s may read and no one else."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

GROUP = "microk8s"


def share(path: Path, mode: int = 0o660) -> None:
    """Give a file to group microk8s, and to root where this process is root."""
    shutil.chown(path, "root" if os.geteuid() == 0 else None, GROUP)
    path.chmod(mode)


def write(path: Path, text: str) -> None:
    """Replace a file's text in one step, so that no reader sees half of it; owner and mode as ``share`` sets them."""
    descriptor, fresh = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(text)
    share(Path(fresh))
    Path(fresh).replace(path)
