# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Control groups of version 2 of the hosts, on a tree of plain files."""

from __future__ import annotations

import subprocess

import pytest

from lab.fleet import cgroup_v2, cgroups, machine
from lab.fleet.prefix import PREFIX
from lab.fleet.shell import PATIENCE, LabError

ALL = "cpuset cpu io memory pids\n"


def group(folder, processes="", controllers=ALL):
    """A folder as the kernel makes it for a group."""
    folder.mkdir(parents=True)
    (folder / "cgroup.procs").write_text(processes)
    (folder / "cgroup.controllers").write_text(controllers)
    return folder


@pytest.fixture
def root(tmp_path):
    return group(tmp_path / "cgroup", "1\n")


@pytest.fixture
def systemd(root, monkeypatch):
    """systemd, which starts a unit with a process in it and stops it again; what it was told."""
    told = []
    unit = root / "system.slice" / cgroup_v2.UNIT

    def run(command):
        told.append(command[0])
        if command[0] == "systemd-run":
            assert {f"--unit={unit.name}", "--slice=system.slice", "--property=Delegate=yes"} <= set(command)
            group(unit, "77\n")
        else:
            assert command == ["systemctl", "stop", unit.name]
            unit.rename(root.parent / "stopped")

    monkeypatch.setattr(cgroup_v2, "BOOTED", root)
    monkeypatch.setattr(cgroup_v2, "run", run)
    return unit, told


@pytest.fixture
def no_systemd(root, monkeypatch):
    """The group that hosts' groups are made in where there is no systemd, as the kernel would make it."""
    monkeypatch.setattr(cgroup_v2, "BOOTED", root / "absent")
    return root / f"{PREFIX}lab"


def test_hosts_have_groups_in_a_unit_that_systemd_leaves_alone(root, systemd):
    unit, told = systemd
    assert cgroups.create("tb1", root) == cgroups.create("tb1", root) == [unit / f"{PREFIX}tb1"]
    cgroups.create("tb10", root)
    assert (cgroups.hosts(root), told) == ({"tb1", "tb10"}, ["systemd-run"])


def test_the_units_process_steps_aside_before_its_groups_get_controllers(root, systemd):
    unit, _told = systemd
    cgroups.create("tb1", root)
    assert (unit / "keeper" / "cgroup.procs").read_text() == "77"
    assert (unit / "cgroup.subtree_control").read_text() == "+cpuset +cpu +io +memory +pids"


def test_the_unit_goes_with_the_last_host(root, systemd):
    _unit, told = systemd
    for host in ("tb1", "tb2"):
        cgroups.create(host, root)
    for host, stopped in (("tb1", False), ("tb2", True), ("tb2", True)):
        cgroups.remove(host, root)
        assert ("systemctl" in told) is stopped
    assert (cgroups.hosts(root), told.count("systemctl")) == (set(), 1)


def test_a_unit_that_a_killed_run_left_goes_too(root, systemd):
    unit, told = systemd
    group(unit, "77\n")
    cgroups.release(root)
    assert told == ["systemctl"]


def test_without_systemd_the_group_is_directly_below_the_root(root, no_systemd):
    group(no_systemd)
    assert cgroups.create("tb1", root) == [no_systemd / f"{PREFIX}tb1"]
    assert (root / "cgroup.subtree_control").read_text() == (no_systemd / "cgroup.subtree_control").read_text()


def test_without_systemd_the_group_goes_with_the_last_host(root, no_systemd):
    no_systemd.mkdir()
    (no_systemd / f"{PREFIX}tb1" / "payload").mkdir(parents=True)
    cgroups.remove("tb1", root)
    assert not no_systemd.exists()


@pytest.mark.parametrize(
    ("controllers", "said"),
    [("cpuset cpu pids\n", "no memory in cgroup.controllers"), ("\n", "no cpu, memory, pids in cgroup.controllers")],
)
def test_controllers_that_are_missing_are_named(root, no_systemd, controllers, said):
    (root / "cgroup.controllers").write_text(controllers)
    with pytest.raises(LabError, match=said):
        cgroups.create("tb1", root)


def test_a_container_that_may_not_write_is_told_what_it_lacks(root, no_systemd):
    (root / "cgroup.subtree_control").mkdir()  # refuses to be written to, also by root
    with pytest.raises(
        LabError, match=r"subtree_control cannot be written \(.+\)\. In a container, start it with --priv"
    ):
        cgroups.create("tb1", root)
    assert not no_systemd.exists()


def test_processes_are_found_in_inner_groups_and_other_hosts_left_out(root, systemd):
    tb1, tb10 = (cgroups.create(host, root)[0] for host in ("tb1", "tb10"))
    group(tb1 / "payload" / "kubepods", "12\n13\n")
    (tb10 / "cgroup.procs").write_text("99\n")
    assert cgroups.processes("tb1", root) == {12, 13}


def test_who_enters_a_host_joins_its_first_process(root, monkeypatch, tmp_path):
    inner = group(root / "system.slice" / cgroup_v2.UNIT / f"{PREFIX}tb1" / "payload" / "init.scope")
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "cgroup").write_text(f"0::/{inner.relative_to(root)}\n")
    monkeypatch.setattr(cgroup_v2, "PROC", tmp_path)
    monkeypatch.setattr(machine.cgroups, "group_beside", lambda pid: cgroup_v2.Version2(root).group_beside(pid))
    command = machine.enter(7, ["true"])
    script = subprocess.run([*command[:4], "cat", "/proc/self/stat"], check=True, capture_output=True, text=True).stdout
    assert command[4:] == ["nsenter", "-t", "7", "-m", "-u", "-i", "-n", "-p", "-C", "--", "true"]
    assert (inner / "cgroup.procs").read_text().strip() == script.split()[0]


def test_cpu_time_is_that_of_the_whole_host(root, systemd):
    (cgroups.create("tb1", root)[0] / "cpu.stat").write_text("usage_usec 1500000\nuser_usec 7\nsystem_usec 8\n")
    assert cgroups.cpu_seconds("tb1", root) == 1.5


@pytest.fixture
def running(root, systemd, monkeypatch):
    """A host with two processes, which die when they are killed; how its group was asked to stop at that moment."""
    host = cgroups.create("tb1", root)[0]
    (host / "cgroup.procs").write_text("12\n13\n")
    (host / "cgroup.events").write_text("populated 1\nfrozen 1\n")
    killed = []

    def kill(pid, _number):
        killed.append((pid, (host / "cgroup.freeze").read_text()))
        if len(killed) == 2:
            (host / "cgroup.procs").write_text("")

    monkeypatch.setattr(cgroups.os, "kill", kill)
    return host, killed


def test_a_power_cut_kills_all_while_none_of_them_runs(root, running):
    host, killed = running
    cgroups.cut("tb1", root)
    assert (killed, cgroups.processes("tb1", root)) == ([(12, "1"), (13, "1")], set())
    assert (host / "cgroup.freeze").read_text() == "0"


def test_a_power_cut_that_cannot_be_one_is_told_and_kills_nobody(root, running, monkeypatch):
    host, killed = running
    (host / "cgroup.events").write_text("populated 1\nfrozen 0\n")
    monkeypatch.setattr(cgroups, "wait_until", lambda satisfied, **_: satisfied())
    monkeypatch.delenv(PATIENCE, raising=False)
    with pytest.raises(LabError, match="tb1: its processes did not stop within 10 s"):
        cgroups.cut("tb1", root)
    assert (killed, (host / "cgroup.freeze").read_text()) == ([], "0")
