# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find our processes again by number and start time, never by name."""

from __future__ import annotations

from pathlib import Path

PROC = Path("/proc")


def start_time(pid: int, proc: Path = PROC) -> int | None:
    """When a process started, in clock ticks since boot; None when it is gone or a zombie. From proc(5), field 22."""
    try:
        after_name = (proc / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if after_name[0] in "ZX" else int(after_name[19])


def is_same(pid: int, started: int, proc: Path = PROC) -> bool:
    """Whether this very process still runs: numbers are reused, number and start time together are not."""
    return start_time(pid, proc) == started


def children(pid: int, proc: Path = PROC) -> list[int]:
    """The direct children of a process, oldest first; none when it is gone."""
    try:
        return [int(child) for child in (proc / str(pid) / "task" / str(pid) / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
