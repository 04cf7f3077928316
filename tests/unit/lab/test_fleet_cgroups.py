# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Control groups of the hosts, on a tree of plain files."""

from __future__ import annotations

import pytest

from lab.fleet import cgroups
from lab.fleet.prefix import PREFIX
from lab.fleet.shell import LabError


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


def test_a_machine_with_one_hierarchy_is_refused(tmp_path):
    (tmp_path / "cgroup.procs").write_text("")
    with pytest.raises(LabError, match="no cgroup v1 hierarchies"):
        cgroups.create("tb1", tmp_path)
