# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests ask of running programs of an image, and the cable between them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

from lab.image_programs import PATIENCE_S

HERE, THERE = f"rfi-{os.getpid()}-here", f"rfi-{os.getpid()}-there"  # checkouts may be tested at the same time
HERE_ADDRESS = "10.89.77.1"
THERE_ADDRESS = "10.89.77.2"
ELSEWHERE = 50  # so far from a test's own domain are those that no test uses
FIRST_PROCESS = (shutil.which("unshare"), "--pid", "--fork", "--kill-child")


def caught(parent):
    """The child of a process, once it is the image's program and blocks or handles SIGTERM rather than ignores it."""
    for child in children(parent):
        if Path(f"/proc/{child}/comm").read_text().strip() in ("unshare", "chroot"):
            continue  # unshare blocks the signal, too, but for its own use
        status = Path(f"/proc/{child}/status").read_text()
        masks = re.findall(r"^Sig(?:Blk|Cgt):\s*([0-9a-f]+)$", status, re.MULTILINE)
        if any(int(mask, 16) >> (signal.SIGTERM - 1) & 1 for mask in masks):
            return child
    return None


def children(parent):
    """The processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def carried():
    """Whether the cable is ready at both ends: Fast DDS never uses a NIC that was not when the program started."""
    show = [["ip", "-n", name, "-brief", "link", "show", "dev", "ros0", "up"] for name in (HERE, THERE)]
    return all(" UP " in subprocess.run(command, capture_output=True, text=True).stdout for command in show)


def eventually(question):
    """The first answer that is true."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(0.05)
    raise AssertionError(question)
