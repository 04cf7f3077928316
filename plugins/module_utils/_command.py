# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a host's commands with a bound on time. PRIVATE, may change at any time."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass

# Texts are parsed, and shown among ours: in English, whatever the login brings along. LANGUAGE would count before LC_ALL.
LANGUAGE = {"LC_ALL": "C.UTF-8", "LANGUAGE": ""}
# How often to look whether a command has ended whose output somebody else keeps open.
TICK_S = 0.05
# What the kernel may take to end what was killed, and what is spent on reading what others write meanwhile.
GRACE_S = 2.0


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
    """Run `argv` for at most `timeout` seconds; what it started is ended with it when it takes longer. Raises OSError.

    It has ended when it has, also where something that it left in the background keeps its output open. The command
    inherits the file descriptors in `keep_open`: a lock among them is held for as long as it runs, even when the module
    that started it is killed.
    """
    # AnsibleModule.run_command knows no time limit.
    process = subprocess.Popen(  # pylint: disable=ansible-bad-function
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        pass_fds=keep_open,
        env={**os.environ, **LANGUAGE},
    )
    with process.stdout, process.stderr:
        output = {process.stdout: bytearray(), process.stderr: bytearray()}
        ended = _read(process, output, time.monotonic() + timeout)
        if not ended:
            os.killpg(process.pid, signal.SIGKILL)
            _read(process, output, time.monotonic() + GRACE_S)
        stdout, stderr = map(_text, output.values())
    # It may be killed and not end: a disk or an NFS server that does not answer holds it.
    rc = -signal.SIGKILL if process.returncode is None else process.returncode
    return Outcome(rc, stdout, stderr, timed_out=not ended)


def _text(output: bytearray) -> str:
    return output.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _read(process: subprocess.Popen, output: dict, deadline: float) -> bool:
    """Add to `output`, by pipe, what is written until the process ends; whether it does so before the deadline."""
    with selectors.DefaultSelector() as open_pipes:
        for pipe in output:
            open_pipes.register(pipe, selectors.EVENT_READ)
        ended = False
        while open_pipes.get_map():
            if not ended and process.poll() is not None:
                ended, deadline = True, time.monotonic() + GRACE_S
            left = deadline - time.monotonic()
            ready = open_pipes.select(0 if ended else max(0.0, min(TICK_S, left)))
            for key, _events in ready:
                chunk = os.read(key.fd, 1 << 16)
                output[key.fileobj] += chunk
                if not chunk:
                    open_pipes.unregister(key.fileobj)
            if ended and not ready:
                return True
            if left <= 0:
                return ended
    with suppress(subprocess.TimeoutExpired):
        process.wait(max(0.0, deadline - time.monotonic()))
    return process.returncode is not None
