# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Control groups of version 2: one hierarchy, in which systemd hands the lab a part of its own.

That part is the group of a unit that systemd leaves alone (``Delegate=``). A unit lives as long as a process in it, and a
group whose groups have controllers holds no process itself: so one sleeps in a group beside the hosts'.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lab.fleet.prefix import PREFIX
from lab.fleet.shell import LabError, run

PROC = Path("/proc")
BOOTED = Path("/run/systemd/system")  # sd_booted(3)
UNIT = f"{PREFIX}lab.service"
NEEDED = ("cpu", "memory", "pids")  # without which no kubelet starts
KEEPER = "keeper"


class Version2:
    """The hierarchy that is mounted at ``root``; without systemd the lab's part is a group directly below it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._has_systemd = BOOTED.is_dir()
        self._parent = root / "system.slice" / UNIT if self._has_systemd else root / f"{PREFIX}lab"

    def parents(self) -> list[Path]:
        """The group that hosts' groups are made in, if it is there."""
        return [self._parent] if self._parent.is_dir() else []

    def open(self) -> None:
        """Make the group that hosts' groups are made in, with all controllers; raises LabError where that cannot be."""
        if self._has_systemd:
            if not self.parents():
                run(
                    ["systemd-run", "--quiet", "--collect", f"--unit={UNIT}", "--slice=system.slice"]
                    + [
                        "--description=Control groups of the lab's hosts",
                        "--property=Type=exec",
                        "--property=Delegate=yes",
                    ]
                    + ["--property=TasksMax=infinity", "sleep", "infinity"]
                )
            self._step_aside()
        else:
            self._hand_down(self._root)
            self._parent.mkdir(exist_ok=True)
        self._hand_down(self._parent)

    def make(self, group: Path) -> None:
        """Make a host's group; one that is there stays as it is."""
        group.mkdir(exist_ok=True)

    def close(self) -> None:
        """Remove the group that hosts' groups are made in, unless there is still one."""
        if not self.parents() or any(self._parent.glob(f"{PREFIX}*")):
            return
        if self._has_systemd:
            run(["systemctl", "stop", UNIT])
        else:
            self._parent.rmdir()

    def group_beside(self, pid: int) -> Path | None:
        """The group of a process. Who enters a host's namespaces from outside its group is moved by no systemd in it."""
        lines = (PROC / str(pid) / "cgroup").read_text().splitlines()
        return next(self._root / line.removeprefix("0::/") for line in lines if line.startswith("0::/"))

    def cpu_seconds(self, groups: Iterable[Path]) -> float:
        """CPU time that a host's group has used."""
        statistics = dict(line.split() for group in groups for line in (group / "cpu.stat").read_text().splitlines())
        return int(statistics["usage_usec"]) / 1e6

    def freeze(self, groups: Iterable[Path], frozen: bool) -> None:
        """Ask that a host's processes stop, or that they go on."""
        for group in groups:
            (group / "cgroup.freeze").write_text("1" if frozen else "0")

    def are_frozen(self, groups: Iterable[Path]) -> bool:
        """Whether all processes of a host have stopped; those of inner groups with them."""
        return all("frozen 1" in (group / "cgroup.events").read_text().splitlines() for group in groups)

    def _step_aside(self) -> None:
        keeper = self._parent / KEEPER
        keeper.mkdir(exist_ok=True)
        for pid in (self._parent / "cgroup.procs").read_text().split():
            (keeper / "cgroup.procs").write_text(pid)

    def _hand_down(self, group: Path) -> None:
        """Let the groups in a group have all controllers that it has itself."""
        controllers = (group / "cgroup.controllers").read_text().split()
        missing = [name for name in NEEDED if name not in controllers]
        if missing:
            raise LabError(
                f"{group} has no {', '.join(missing)} in cgroup.controllers, which hosts need. In a container, start it with "
                "--privileged; on a Raspberry Pi, add cgroup_enable=memory to the kernel's command line."
            )
        try:
            (group / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in controllers))
        except OSError as exc:
            raise LabError(
                f"{group}/cgroup.subtree_control cannot be written ({exc.strerror}). In a container, start it with "
                "--privileged and with systemd as its first process; or run the lab on the machine itself."
            ) from exc
