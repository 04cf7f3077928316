# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Raspberry Pi's kernel command line. PRIVATE, may change at any time."""

from __future__ import annotations

# What switches the memory control group on: the first is the kernel's own, the second Raspberry Pi's kernels ask for.
MEMORY_CGROUP = ("cgroup_enable=memory", "cgroup_memory=1")
_AGAINST = ("cgroup_disable=memory", "cgroup_memory=0")


def with_memory_cgroup(command_line: str) -> str:
    """The one line of cmdline.txt with the memory control group on; the firmware reads no second line."""
    line, _newline, rest = command_line.partition("\n")
    words = [word for word in line.split() if word not in _AGAINST]
    missing = [word for word in MEMORY_CGROUP if word not in words]
    if not missing and words == line.split():
        return command_line
    return " ".join([*words, *missing]) + "\n" + rest
