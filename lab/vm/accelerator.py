# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether virtual machines run on the processor itself (KVM) or are translated by QEMU (TCG), which takes ten times as long.

That /dev/kvm answers says little: inside some clouds' machines QEMU or the kernel in it hangs or ends all the same. So the
kernel of the lab's own image is booted once without a disk, which without KVM too is a matter of seconds.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from lab.cache import say
from lab.fleet.shell import LabError
from lab.vm.qemu import Architecture, accelerator_options

VARIABLE = "ROSFLEET_VM_ACCEL"
NAMES = ("kvm", "tcg")
DEVICE = Path("/dev/kvm")
# What a kernel says that has started all its drivers and found no disk.
NO_DISK = "Unable to mount root fs"
TRIAL_TIMEOUT = 20.0
KILLED = (137, -9)  # how `timeout` ends when the time is over


def choose(kernel: Path, architecture: Architecture, environment: Mapping[str, str] = os.environ) -> str:
    """``kvm`` or ``tcg``: what the variable asks for, or else what the kernel is seen to boot with; says so and why."""
    asked = environment.get(VARIABLE, "")
    if asked and asked not in NAMES:
        raise LabError(f"{VARIABLE} is kvm or tcg, not {asked!r}.")
    if asked:
        say(f"virtual machines run by {asked.upper()}, as {VARIABLE} asks for")
        return asked
    if not DEVICE.exists():
        say(f"virtual machines run by TCG, slowly: there is no {DEVICE}")
        return "tcg"
    why = why_not(_trial(kernel, architecture))
    say("virtual machines run by KVM" if not why else f"virtual machines run by TCG, slowly: with KVM {why}")
    return "tcg" if why else "kvm"


def why_not(trial: str | None) -> str:
    """Why a trial (what it printed, or None when it hung) is no success, or an empty text when it is one."""
    if trial is None:
        return f"a stock kernel did not come up within {TRIAL_TIMEOUT:.0f} s"
    if NO_DISK in trial:
        return ""
    said = [line.strip() for line in trial.splitlines() if line.strip()]
    return f"QEMU ended early: {said[0]}" if said else "QEMU ended without a word"


def trial_command(kernel: Path, architecture: Architecture) -> list[str]:
    """A machine without a disk, whose kernel ends in a panic and QEMU with it."""
    return [
        # Which ends it also when nobody waits for it any more.
        *("timeout", "--signal=KILL", f"{TRIAL_TIMEOUT:.0f}"),
        architecture.program,
        *("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-serial", "stdio", "-m", "256"),
        *("-machine", architecture.machine, *accelerator_options("kvm")),
        *("-kernel", str(kernel), "-append", f"console={architecture.console} panic=-1"),
    ]


def _trial(kernel: Path, architecture: Architecture) -> str | None:
    done = subprocess.run(
        trial_command(kernel, architecture),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return None if done.returncode in KILLED else done.stdout
