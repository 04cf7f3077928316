# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Raspberry Pi's command line is mended once; everywhere else nothing is touched."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.machine import MachineFiles
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_kernel

LINE = "console=tty1 root=PARTUUID=1-02"
MENDED = f"{LINE} cgroup_enable=memory cgroup_memory=1"
OFF, ON = ("memory\t0\t34\t0\n", "memory\t4\t58\t1\n")
SWITCHED = "the memory control group is switched on at the next start"
REPLACED = "its kernel was replaced by an update"


@pytest.fixture
def prepare(run_main, write_tree, monkeypatch):
    """Runs the module on a machine with these control groups, command line and kernels; returns that line, too."""

    def prepare(cgroups=OFF, line=LINE, kernels=("6.6",), check_mode=False):
        files = {"/proc/cgroups": cgroups, "/proc/sys/kernel/osrelease": "6.6\n"}
        files.update({f"/lib/modules/{kernel}/modules.dep": "" for kernel in kernels})
        root = write_tree(files if line is None else {**files, "/boot/firmware/cmdline.txt": line})
        path = root / "boot/firmware/cmdline.txt"
        looked_at = microk8s_kernel.read_machine

        def read_machine(files):
            seen = looked_at(MachineFiles(str(root)))
            return seen.__class__(**{**vars(seen), "command_line_file": str(path) if path.exists() else ""})

        monkeypatch.setattr(microk8s_kernel, "read_machine", read_machine)
        result = run_main(microk8s_kernel, check_mode=check_mode)
        folder = path.parent
        assert not folder.exists() or list(folder.iterdir()) == [path]  # nothing is left beside it
        return result, path.read_text() if path.exists() else None

    return prepare


@pytest.mark.parametrize(
    ("machine", "changed", "after", "restart_for"),
    [
        ({}, True, MENDED + "\n", [SWITCHED]),
        ({"check_mode": True}, True, LINE, [SWITCHED]),
        ({"line": MENDED}, False, MENDED, [SWITCHED]),  # mended by an earlier run, not restarted since
        ({"cgroups": ON}, False, LINE, []),
        ({"line": None}, False, None, []),  # not a Raspberry Pi: preflight refuses it
        ({"cgroups": ON, "kernels": ("6.8",)}, False, LINE, [REPLACED]),
        ({"kernels": ("6.8",)}, True, MENDED + "\n", [REPLACED, SWITCHED]),
    ],
)
def test_the_command_line(prepare, machine, changed, after, restart_for):
    result, line = prepare(**machine)
    assert (result["changed"], line, result["restart_for"]) == (changed, after, restart_for)


def test_the_difference_is_shown(prepare):
    [diff] = prepare()[0]["diff"]
    assert (diff["before"], diff["after"]) == (LINE, MENDED + "\n")
    assert diff["before_header"].endswith("/cmdline.txt")
