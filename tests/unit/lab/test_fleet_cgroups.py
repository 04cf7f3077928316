# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Control groups of version 1 of the hosts, on a tree of plain files."""

from __future__ import annotations

import signal

import pytest

from lab.fleet import cgroups
from lab.fleet.prefix import PREFIX
from lab.fleet.shell import PATIENCE, LabError


@pytest.fixture
def root(tmp_path):
    for name in ("memory", "cpuset", "unified"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "cgroup.procs").write_text("1\n")
    for key in ("cpuset.cpus", "cpuset.mems"):
        (tmp_path / "cpuset" / key).write_text("0-1\n")
    return tmp_path


def test_a_host_gets_a_group_in_every_hierarchy(root):
    groups = cgroups.create("tb1", root)
    assert [group.relative_to(root).as_posix() for group in groups] == [
        f"{hierarchy}/{PREFIX}tb1" for hierarchy in ("cpuset", "memory", "unified")
    ]
    assert (groups[0] / "cpuset.mems").read_text() == "0-1\n"
    assert cgroups.create("tb1", root) == groups


def test_processes_are_found_in_inner_groups_and_other_hosts_left_out(root):
    inner = cgroups.create("tb1", root)[1] / "kubepods" / "pod1"
    inner.mkdir(parents=True)
    (inner / "cgroup.procs").write_text("12\n13\n")
    (cgroups.create("tb10", root)[1] / "cgroup.procs").write_text("99\n")
    assert cgroups.processes("tb1", root) == {12, 13}
    assert cgroups.hosts(root) == {"tb1", "tb10"}


def test_cpu_time_is_that_of_the_whole_host(root):
    (root / "cpuacct").mkdir()
    (root / "cpuacct" / "cgroup.procs").write_text("1\n")
    for group in cgroups.create("tb1", root):
        (group / "cpuacct.usage").write_text("1500000000\n" if group.parent.name == "cpuacct" else "7\n")
    assert cgroups.cpu_seconds("tb1", root) == 1.5


def test_removing_is_innermost_first_and_harmless_twice(root):
    (cgroups.create("tb1", root)[1] / "a" / "b").mkdir(parents=True)
    for keys in root.glob("cpuset/*/cpuset.*"):
        keys.unlink()  # a real group's files go with it
    cgroups.remove("tb1", root)
    cgroups.remove("tb1", root)
    assert cgroups.of_host("tb1", root) == []


@pytest.fixture
def running(root, monkeypatch):
    """A host with processes in outer and inner groups, which die when they are thawed, if they were killed before."""
    (root / "freezer").mkdir()
    (root / "freezer" / "cgroup.procs").write_text("1\n")
    groups = cgroups.create("tb1", root)
    state = root / "freezer" / f"{PREFIX}tb1" / "freezer.state"
    state.write_text("THAWED\n")
    for pid, group in enumerate(groups, start=12):
        (group / "cgroup.procs").write_text(f"{pid}\n")
    killed = []

    def kill(pid, number):
        killed.append((pid, number, state.read_text()))
        if {pid for pid, *_ in killed} == set(range(12, 12 + len(groups))):
            for group in groups:
                (group / "cgroup.procs").write_text("")

    monkeypatch.setattr(cgroups.os, "kill", kill)
    return root, state, killed


def test_a_power_cut_kills_all_while_none_of_them_runs(running):
    root, state, killed = running
    cgroups.cut("tb1", root)
    assert [(number, when) for _pid, number, when in killed] == [(signal.SIGKILL, "FROZEN")] * 4
    assert (cgroups.processes("tb1", root), state.read_text()) == (set(), "THAWED")


def test_a_power_cut_that_cannot_be_one_is_told_and_kills_nobody(running, monkeypatch):
    root, state, killed = running
    monkeypatch.setattr(cgroups, "wait_until", lambda *_, **__: False)
    monkeypatch.delenv(PATIENCE, raising=False)
    with pytest.raises(LabError, match="tb1: its processes did not stop within 10 s"):
        cgroups.cut("tb1", root)
    assert (killed, state.read_text()) == ([], "THAWED")


def test_a_machine_without_controllers_is_refused_in_words(tmp_path):
    (tmp_path / "unified").mkdir()
    (tmp_path / "unified" / "cgroup.procs").write_text("")
    (tmp_path / "unified" / "cgroup.controllers").write_text("\n")
    with pytest.raises(
        LabError, match="no control groups of version 2, and of version 1 unified that can be written: hosts"
    ):
        cgroups.create("tb1", tmp_path)
