# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of an image while they run, what they print and how they end, and the cable between them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

HERE, THERE = f"rfi-{os.getpid()}-here", f"rfi-{os.getpid()}-there"  # checkouts may be tested at the same time
HERE_ADDRESS = "10.89.77.1"
PATIENCE_S = 40
ELSEWHERE = 50  # so far from a test's own domain are those that no test uses
FIRST_PROCESS = (shutil.which("unshare"), "--pid", "--fork", "--kill-child")
AS_ROOT = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root for network namespaces and chroot"),
]


class Program:
    """A running command of an image, and the lines that it has printed so far."""

    def __init__(self, command, environment):
        self.lines = []
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._printed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self._printed:
                self.lines.append(line.rstrip("\n"))
                self._printed.notify_all()

    def matching(self, pattern):
        return [line for line in self.lines if re.search(pattern, line)]

    def says(self, pattern, count=1):
        """The first lines with this pattern, as soon as there are so many."""
        with self._printed:
            assert self._printed.wait_for(lambda: len(self.matching(pattern)) >= count, PATIENCE_S), self.lines
        return self.matching(pattern)[:count]

    def end(self, pid=None):
        """Send SIGTERM; return the exit status and how long it took in seconds."""
        began = time.monotonic()
        os.kill(pid or self.process.pid, signal.SIGTERM)
        return self.process.wait(PATIENCE_S), time.monotonic() - began

    def output(self):
        """All that it printed until it ended by itself."""
        self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        return "\n".join(self.lines)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self._reader.join(PATIENCE_S)
        self.process.stdout.close()


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
