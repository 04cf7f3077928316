# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The containers of this host, found by the shims that hold them: they outlive containerd."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

SHIM = "containerd-shim-runc-v2"


def kill_containers() -> None:
    """Kill every shim and the containers it is the parent of."""
    for shim in _shims():
        children = Path(f"/proc/{shim}/task/{shim}/children")
        for process in (*map(int, children.read_text().split()), shim):
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue


def run() -> int:
    """Kill the containers when the host shuts down: else systemd would wait 90 s for those that ignore SIGTERM.

    When only containerd stops, as in a refresh of the snap, they go on.
    """
    state = subprocess.run(["systemctl", "is-system-running"], capture_output=True, text=True, check=False).stdout
    if state.strip() == "stopping":
        kill_containers()
    return 0


def _shims() -> list[int]:
    return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/exe") if _target(path).endswith(SHIM)]


def _target(path: Path) -> str:
    try:
        return os.readlink(path).removesuffix(" (deleted)")
    except OSError:
        return ""
