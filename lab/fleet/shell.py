# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a tool and say exactly what failed, with the tool's own words."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PATIENCE = "ROSFLEET_LAB_PATIENCE"


class LabError(Exception):
    """Something of the lab failed; the text says what, on which host, and what to look at."""


def run(command: Sequence[str], *, stdin: str | None = None, check: bool = True) -> str:
    """Run a command and return its standard output.

    Raises LabError with the command, its status and its error output when it fails and ``check`` is set.
    """
    result = subprocess.run(list(command), input=stdin, capture_output=True, text=True, check=False)
    if check and result.returncode:
        words = (result.stderr or result.stdout).strip()[-2000:]
        raise LabError(f"'{shlex.join(command)}' ended with status {result.returncode}: {words or 'no output'}")
    return result.stdout


def follow(
    command: Sequence[str],
    told: Callable[[str], None],
    *,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> int:
    """Run a command, tell each line of its output and error output as it comes, and return its status.

    It ends with us where we are interrupted.
    """
    with subprocess.Popen(
        list(command),
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        try:
            for line in process.stdout or ():
                told(line)
        except BaseException:
            process.kill()
            raise
    return process.returncode


def patient(seconds: float) -> float:
    """A limit of time on this machine: ``$ROSFLEET_LAB_PATIENCE`` times as long, for one that is slow or emulated."""
    factor = os.environ.get(PATIENCE, "1")
    try:
        return seconds * float(factor)
    except ValueError:
        raise LabError(f"{PATIENCE} is how many times longer things may take here, as in 10, not {factor!r}.") from None


def wait_until(
    satisfied: Callable[[], bool],
    *,
    timeout: float,
    interval: float = 0.05,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Ask every ``interval`` seconds until ``satisfied``, for at most ``patient(timeout)`` seconds; return the last answer."""
    deadline = now() + patient(timeout)
    while not satisfied():
        left = deadline - now()
        if left <= 0:
            return False
        sleep(min(interval, left))
    return True
