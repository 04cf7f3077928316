# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What fleets of virtual machines refuse, each in a sentence."""

from __future__ import annotations

import pytest

from lab.fleet import faults, kinds, lifecycle, saved, state
from lab.fleet.plan import plan
from lab.fleet.shell import LabError
from lab.fleet.state import NSPAWN, VM, Fleet, Member
from lab.vm import machine

HOSTS = plan(2)
FOUND = machine.channel.Outcome(0, b"odd0\n", b"")


@pytest.fixture
def fleet(monkeypatch):
    monkeypatch.setattr(Member, "is_up", True)
    fleet = Fleet({host.name: Member(host, 1, 1, VM) for host in HOSTS})
    monkeypatch.setattr(state, "load", lambda: fleet)
    return fleet


def test_every_kind_that_a_member_can_have_is_there():
    assert set(kinds.KINDS) == {NSPAWN, VM}


@pytest.mark.usefixtures("fleet")
@pytest.mark.parametrize("fault", ["clone-identity", "cloud-init-rewrites", "strip-tools"])
@pytest.mark.parametrize("undo", [False, True])
def test_faults_of_files_are_for_nspawn_hosts(fault, undo, monkeypatch, tmp_path):
    monkeypatch.setattr(state, "FOLDER", tmp_path)
    (tmp_path / "hosts/tb1/identity").mkdir(parents=True)  # as if it had been a clone
    with pytest.raises(LabError, match="(tb1|base) is a virtual machine: faults that change its files .* nspawn hosts"):
        faults.inject(fault, "tb1", "", undo=undo)


def test_a_shell_to_type_in_is_refused_with_another_way(fleet):
    with pytest.raises(LabError, match="no shell to type in: name a command, or log in by SSH"):
        kinds.of(fleet.members["tb1"]).execute(fleet.members["tb1"], [])


def test_a_fleet_of_virtual_machines_cannot_be_saved(fleet):
    with pytest.raises(LabError, match="base, tb1: a virtual machine, and only fleets of nspawn hosts"):
        saved.check_keepable(fleet, {})


@pytest.mark.usefixtures("fleet")
def test_a_host_that_is_off_stays_of_its_kind_which_is_said_before_anything_is_built(monkeypatch):
    monkeypatch.setattr(Member, "is_up", property(lambda member: member.host.name == "base"))
    monkeypatch.setitem(kinds.KINDS, NSPAWN, None)  # nobody asks it for anything
    with pytest.raises(LabError, match="tb1: off, and of kind vm, which it stays. Switch it on first .*power on tb1"):
        lifecycle.up(3, NSPAWN)


def test_hosts_of_another_kind_are_brought_up_beside_those_that_run(fleet, monkeypatch, tmp_path):
    def boot(among, host, kind, _image):
        among.members[host.name] = Member(host, 1, 1, kind)

    monkeypatch.setattr(kinds.KINDS[NSPAWN], "build_image", lambda: tmp_path)
    monkeypatch.setattr(lifecycle, "_fleet", state.load)
    monkeypatch.setattr(state, "save", lambda _fleet: None)
    monkeypatch.setattr(lifecycle.network, "ensure_lan", lambda: None)
    monkeypatch.setattr(lifecycle, "_boot", boot)
    monkeypatch.setattr(lifecycle, "_await_ssh", lambda members: None)
    lifecycle.up(3, NSPAWN)
    assert {name: member.kind for name, member in fleet.members.items()} == {"base": VM, "tb1": VM, "tb2": NSPAWN}


def test_an_image_of_ones_own_has_to_be_there(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "ensure_debian", lambda _packages: None)
    monkeypatch.setattr(machine, "build_one", lambda _name: tmp_path)
    monkeypatch.setenv(machine.OWN_IMAGE, str(tmp_path / "absent.img"))
    with pytest.raises(LabError, match="ROSFLEET_VM_IMAGE is '.*absent.img', and no such file"):
        kinds.KINDS[VM].build_image()
    (tmp_path / "own.img").touch()
    monkeypatch.setenv(machine.OWN_IMAGE, str(tmp_path / "own.img"))
    assert kinds.KINDS[VM].build_image() == tmp_path / "own.img"
    monkeypatch.delenv(machine.OWN_IMAGE)
    assert kinds.KINDS[VM].build_image() == tmp_path / "disk.img"


def test_the_ros_nic_is_the_one_in_its_slot(fleet, monkeypatch):
    asked = []
    monkeypatch.setattr(machine.channel, "run", lambda path, command, _stdin: asked.append(command[-1]) or FOUND)
    assert kinds.of(fleet.members["base"]).ros_nic_now(fleet.members["base"]) == "odd0"
    assert asked == ["ls /sys/bus/pci/devices/0000:00:11.0/virtio*/net"]
