# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""microk8s stop"""

from __future__ import annotations

import subprocess

from microk8s_lab import locks, paths, texts
from microk8s_lab.cli import guards
from microk8s_lab.daemons import programs


def run(_arguments: list[str]) -> int:
    """Stop kubelite, kill what runs in containers, then stop and disable every service."""
    if guards.refuse_worker(f"{texts.WORKER}\nUse 'snap stop microk8s' to stop services on this node."):
        return 0
    subprocess.run(["snap", "stop", "microk8s.daemon-kubelite"], check=True)
    _kill_tasks()
    locks.take(locks.STOPPED)
    return subprocess.run(["snap", "stop", "microk8s", "--disable"], check=False).returncode


def _kill_tasks() -> None:
    ctr = [str(paths.snap("bin", "ctr")), *programs.arguments("ctr"), "task"]
    listed = subprocess.run([*ctr, "ls", "-q"], stdout=subprocess.PIPE, text=True, check=False).stdout.split()
    for task in listed:
        subprocess.run([*ctr, "kill", "--all", "--signal", "SIGKILL", task], check=False)
