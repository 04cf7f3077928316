# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Control groups of version 1: hierarchies side by side, a host has a group in each of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from lab.fleet.shell import LabError

COPIED = ("cpuset.cpus", "cpuset.mems")  # a group without them takes no process


class Version1:
    """The hierarchies that are mounted below ``root``."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def parents(self) -> list[Path]:
        """The groups that hosts' groups are made in: the roots of all hierarchies."""
        folders = sorted(self._root.iterdir()) if self._root.is_dir() else []
        return [path for path in folders if path.is_dir() and (path / "cgroup.procs").exists()]

    def open(self) -> None:
        """Raise LabError where hosts can have no groups."""
        found = [path.name for path in self.parents() if os.access(path, os.W_OK)]
        if "memory" not in found:
            raise LabError(
                f"{self._root} has no control groups of version 2, and of version 1 {', '.join(found) or 'none'} that can be "
                "written: hosts need 'memory'. Run the lab on a machine that systemd has booted, or start the container with "
                "--privileged."
            )

    def make(self, group: Path) -> None:
        """Make a host's group; one that is there stays as it is."""
        group.mkdir(exist_ok=True)
        if group.parent.name == "cpuset":
            for key in COPIED:
                (group / key).write_text((group.parent / key).read_text())

    def close(self) -> None:
        """The roots of the hierarchies are the machine's own."""

    def group_beside(self, _pid: int) -> Path | None:
        """Who enters a host's namespaces need not be in its groups."""
        return None

    def cpu_seconds(self, groups: Iterable[Path]) -> float:
        """CPU time that a host's groups have used."""
        usage = next(group for group in groups if group.parent.name == "cpuacct") / "cpuacct.usage"
        return int(usage.read_text()) / 1e9

    def freeze(self, groups: Iterable[Path], frozen: bool) -> None:
        """Ask that a host's processes stop, or that they go on."""
        for state in _states(groups):
            state.write_text("FROZEN" if frozen else "THAWED")

    def are_frozen(self, groups: Iterable[Path]) -> bool:
        """Whether all processes of a host have stopped; those of inner groups with them."""
        return all(state.read_text().strip() == "FROZEN" for state in _states(groups))


def _states(groups: Iterable[Path]) -> list[Path]:
    return [group / "freezer.state" for group in groups if group.parent.name == "freezer"]
