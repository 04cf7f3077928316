# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A control group of its own for every host, on a machine with control groups of version 1 or of version 2.

Two kubelets in one group would delete each other's pods. The group is also how all processes of a host are found
again: membership is inherited and cannot be left by forking.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

from lab.fleet.cgroup_v1 import Version1
from lab.fleet.cgroup_v2 import Version2
from lab.fleet.prefix import PREFIX
from lab.fleet.shell import LabError, patient, wait_until

ROOT = Path("/sys/fs/cgroup")
KILL_TIMEOUT = 20.0
FREEZE_TIMEOUT = 10.0


def version(root: Path = ROOT) -> Version1 | Version2:
    """Which control groups the machine has. A hybrid, with version 2 in ``unified`` and no controllers there, has version 1."""
    return Version2(root) if (root / "cgroup.controllers").exists() else Version1(root)


def create(host: str, root: Path = ROOT) -> list[Path]:
    """Make the host's groups and return them; what is there already stays. Raises LabError where none can be made."""
    machine = version(root)
    machine.open()
    groups = [parent / f"{PREFIX}{host}" for parent in machine.parents()]
    for group in groups:
        machine.make(group)
    return groups


def of_host(host: str, root: Path = ROOT) -> list[Path]:
    """The groups of a host that exist."""
    groups = [parent / f"{PREFIX}{host}" for parent in version(root).parents()]
    return [group for group in groups if group.is_dir()]


def hosts(root: Path = ROOT) -> set[str]:
    """Names of all hosts that have a group left."""
    groups = [group for parent in version(root).parents() for group in parent.glob(f"{PREFIX}*")]
    return {group.name.removeprefix(PREFIX) for group in groups if group.is_dir()}


def group_beside(pid: int, root: Path = ROOT) -> Path | None:
    """The group to be in for who enters the namespaces of a host's process; None where any will do."""
    return version(root).group_beside(pid)


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
    return version(root).cpu_seconds(of_host(host, root))


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
            f"{host}: processes {sorted(processes(host, root))} survive SIGKILL after {patient(KILL_TIMEOUT):.0f} s. "
            "Look at their state in /proc/PID/stack; one in an uninterruptible wait needs its disk or mount first."
        )


def cut(host: str, root: Path = ROOT) -> None:
    """End the host as pulling its plug would: all its processes at one moment, none of which sees another one end.

    Killed one by one, those that wait for each other would notice and tidy up.
    """
    machine, groups = version(root), of_host(host, root)
    machine.freeze(groups, True)
    try:
        if not wait_until(lambda: machine.are_frozen(groups), timeout=FREEZE_TIMEOUT):
            raise LabError(
                f"{host}: its processes did not stop within {patient(FREEZE_TIMEOUT):.0f} s, so they cannot be ended at one "
                "moment. One may wait for a disk or a mount: look at /proc/PID/stack."
            )
        for pid in processes(host, root):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    finally:
        machine.freeze(groups, False)  # those of version 1 die now
    kill(host, root)


def remove(host: str, root: Path = ROOT) -> None:
    """Remove the host's groups, innermost first; its processes must be gone."""
    for group in of_host(host, root):
        for folder in reversed(_groups_below(group)):
            _remove_group(folder)
    release(root)


def release(root: Path = ROOT) -> None:
    """Remove what the hosts' groups were made in, when no host has one any more."""
    version(root).close()


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
