# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SSH connections that Ansible keeps open to the lab's hosts.

They live in the lab's own folder: one that outlived its lab would go on talking to the old lab's host, or to another
checkout's, under the same address.
"""

from __future__ import annotations

import subprocess
from pathlib import Path


def close_all(folder: Path) -> None:
    """End every kept connection whose control socket is in ``folder``; one that has ended already is no error."""
    for control in folder.glob("*"):
        command = ["ssh", "-F", "none", "-O", "exit", "-o", f"ControlPath={control}", "lab"]
        subprocess.run(command, capture_output=True, check=False, timeout=10)
