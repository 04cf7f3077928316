# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Loop devices, which snapd mounts its snaps with.

They belong to the whole machine. Nodes for the hosts are made in the lab's own folder, and devices that appeared
while the lab ran are removed with it.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterable
from pathlib import Path

COUNT = 64
MAJOR = 7
LOOP_CTL_REMOVE = 0x4C81  # linux/loop.h
SYS_BLOCK = Path("/sys/block")


def make_nodes(folder: Path, count: int = COUNT) -> list[Path]:
    """Device nodes loop0…, three or four per host; the kernel makes the devices when they are asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    nodes = [folder / f"loop{number}" for number in range(count)]
    for number, node in enumerate(nodes):
        if not node.exists():
            os.mknod(node, 0o660 | stat.S_IFBLK, os.makedev(MAJOR, number))
    return nodes


def present(sys_block: Path = SYS_BLOCK) -> set[int]:
    """Numbers of the loop devices that the kernel has."""
    return {int(path.name[4:]) for path in sys_block.glob("loop*") if path.name[4:].isdigit()}


def backing_file(number: int, sys_block: Path = SYS_BLOCK) -> str | None:
    """The file behind a loop device, or None when it is free."""
    try:
        return (sys_block / f"loop{number}" / "loop" / "backing_file").read_text().strip()
    except OSError:
        return None


def mounted_by(pids: Iterable[int], proc: Path = Path("/proc")) -> set[int]:
    """Numbers of the loop devices that are mounted in any of these processes' mount namespaces; see proc(5)."""
    found = set()
    for pid in pids:
        try:
            mounts = (proc / str(pid) / "mountinfo").read_text().splitlines()
        except OSError:
            continue  # the process ended, or is ending
        devices = (mount.split()[2].split(":") for mount in mounts)
        found.update(int(minor) for major, minor in devices if int(major) == MAJOR)
    return found


def remove_extra(keep: Iterable[int]) -> None:
    """Remove free loop devices that are not among ``keep``; a device in use stays."""
    extra = [number for number in sorted(present() - set(keep)) if backing_file(number) is None]
    if not extra:
        return
    with open("/dev/loop-control", "rb") as control:
        for number in extra:
            try:
                fcntl.ioctl(control, LOOP_CTL_REMOVE, number)
            except OSError:
                continue  # somebody opened it in between: then it is theirs
