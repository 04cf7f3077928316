# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a host's commands with a bound on time. PRIVATE, may change at any time."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """What a command did. `timed_out`: it was still running after its time and was ended, with all its children."""

    rc: int
    stdout: str
    stderr: str
    timed_out: bool = False

    @property
    def output(self) -> str:
        return self.stdout + self.stderr


def run(argv: list[str], *, timeout: float, keep_open: tuple[int, ...] = ()) -> Outcome:
    """Run `argv` for at most `timeout` seconds, in a process group of its own so that nothing survives its end.

    The command inherits the file descriptors in `keep_open`: a lock among them is held for as long as it runs, even
    when the module that started it is killed.
    """
    process = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
        pass_fds=keep_open,
    )
    try:
        stdout, stderr = process.communicate(timeout=timeout)
        return Outcome(process.returncode, stdout, stderr)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        stdout, stderr = process.communicate()
        return Outcome(process.returncode, stdout, stderr, timed_out=True)
