# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images laid into common/etc/sideload as ``NAME.tar`` are imported and renamed to ``NAME.tar.loaded``."""

from __future__ import annotations

import os
import subprocess
import time

from microk8s_lab import paths
from microk8s_lab.daemons import programs

INTERVAL = 5.0  # seconds between two looks, as in MicroK8s


def run(parent: int) -> int:
    """Look for archives for as long as ``parent`` (containerd's process id) lives."""
    while os.getppid() == parent:
        for archive in sorted(paths.common("etc", "sideload").glob("*.tar")):
            if import_image(str(archive)):
                archive.rename(f"{archive}.loaded")
                print(f"Sideloaded {archive}")
        time.sleep(INTERVAL)
    return 0


def import_image(archive: str, data: bytes | None = None) -> bool:
    """Import an archive, or the bytes when it is ``-``; says why not in the journal."""
    command = [str(paths.snap("bin", "ctr")), *programs.arguments("ctr"), "image", "import", archive]
    result = subprocess.run(command, input=data, capture_output=True, check=False)
    if result.returncode:
        print(f"Failed to import {archive}: {result.stderr.decode(errors='replace').strip()[-500:]}")
    return result.returncode == 0
