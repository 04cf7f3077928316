# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A control group of its own for every host, in every hierarchy of the machine (cgroup v1).

Two kubelets in one group would delete each other's pods. The group is also how all processes of a host are found
again: membership is inherited and cannot be left by forking.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

from lab.fleet.prefix import PREFIX
from lab.fleet.shell import LabError, wait_until

ROOT = Path("/sys/fs/cgroup")
KILL_TIMEOUT = 20.0
FREEZE_TIMEOUT = 10.0


def hierarchies(root: Path = ROOT) -> list[Path]:
    """The mounted hierarchies; raises LabError on a machine with cgroup v2 alone, which the lab does not know."""
    found = [path for path in sorted(root.iterdir()) if path.is_dir() and (path / "cgroup.procs").exists()]
    if (root / "cgroup.procs").exists() or not any(path.name == "memory" for path in found):
        raise LabError(
            f"{root} holds no cgroup v1 hierarchies ({', '.join(path.name for path in found) or 'none'}). "
            "The lab's hosts need them; boot the machine with systemd.unified_cgroup_hierarchy=0."
        )
    return found


def create(host: str, root: Path = ROOT) -> list[Path]:
    """Make the host's group in every hierarchy and return the groups; what is there already stays."""
    groups = []
    for hierarchy in hierarchies(root):
        group = hierarchy / f"{PREFIX}{host}"
        group.mkdir(exist_ok=True)
        if hierarchy.name == "cpuset":
            for key in ("cpuset.cpus", "cpuset.mems"):
                (group / key).write_text((hierarchy / key).read_text())
        groups.append(group)
    return groups


def of_host(host: str, root: Path = ROOT) -> list[Path]:
    """The groups of a host that exist."""
    return [group for group in sorted(root.glob(f"*/{PREFIX}{host}")) if group.is_dir()]


def hosts(root: Path = ROOT) -> set[str]:
    """Names of all hosts that have a group left."""
    return {group.name.removeprefix(PREFIX) for group in root.glob(f"*/{PREFIX}*") if group.is_dir()}


def processes(host: str, root: Path = ROOT) -> set[int]:
    """Every process in any group of the host, as numbers of this machine's PID namespace."""
    pids: set[int] = set()
    for group in of_host(host, root):
        for folder in _groups_below(group):
            try:
                pids.update(int(line) for line in (folder / "cgroup.procs").read_text().split())
            except OSError:
                continue  # the group went away while we walked
    return pids


def cpu_seconds(host: str, root: Path = ROOT) -> float:
    """CPU time that all processes of the host have used since its group was made."""
    usage = next(group for group in of_host(host, root) if group.parent.name == "cpuacct") / "cpuacct.usage"
    return int(usage.read_text()) / 1e9


def kill(host: str, root: Path = ROOT) -> None:
    """Kill all processes of the host as a power cut would, and wait until none is left."""

    def none_left() -> bool:
        pids = processes(host, root)
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        return not pids

    if not wait_until(none_left, timeout=KILL_TIMEOUT):
        raise LabError(
            f"{host}: processes {sorted(processes(host, root))} survive SIGKILL after {KILL_TIMEOUT:.0f} s. "
            "Look at their state in /proc/PID/stack; one in an uninterruptible wait needs its disk or mount first."
        )


def cut(host: str, root: Path = ROOT) -> None:
    """End the host as pulling its plug would: all its processes at one moment, none of which sees another one end.

    Killed one by one, those that wait for each other would notice and tidy up.
    """
    states = [group / "freezer.state" for group in of_host(host, root) if group.parent.name == "freezer"]
    _freeze(host, states)
    try:
        for pid in processes(host, root):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    finally:
        for state in states:
            state.write_text("THAWED")  # which is when they die
    kill(host, root)


def _freeze(host: str, states: list[Path]) -> None:
    """Stop every process of the host; those of inner groups with them. Raises LabError when one does not stop."""
    for state in states:
        state.write_text("FROZEN")
    if wait_until(lambda: all(state.read_text().strip() == "FROZEN" for state in states), timeout=FREEZE_TIMEOUT):
        return
    for state in states:
        state.write_text("THAWED")
    raise LabError(
        f"{host}: its processes did not stop within {FREEZE_TIMEOUT:.0f} s, so they cannot be ended at one moment. One may "
        "wait for a disk or a mount: look at /proc/PID/stack."
    )


def remove(host: str, root: Path = ROOT) -> None:
    """Remove the host's groups, innermost first; its processes must be gone."""
    for group in of_host(host, root):
        for folder in reversed(_groups_below(group)):
            _remove_group(folder)


def _groups_below(group: Path) -> list[Path]:
    """The group and all groups in it, outer before inner; os.walk passes over those that vanish meanwhile."""
    return [Path(folder) for folder, _, _ in os.walk(group)]


def _remove_group(path: Path) -> None:
    def removed() -> bool:
        try:
            path.rmdir()
        except FileNotFoundError:
            return True
        except OSError:
            return False  # EBUSY for a moment after the last process was reaped
        return True

    if not wait_until(removed, timeout=5.0):
        raise LabError(
            f"Control group {path} cannot be removed; it still holds {(path / 'cgroup.procs').read_text()!r}."
        )
