# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clones, cloud-init's wishes and missing tools, on folders instead of hosts."""

from __future__ import annotations

import pytest

from lab.fleet import identity, state
from lab.fleet.plan import plan
from lab.fleet.shell import LabError
from lab.fleet.state import Fleet, Member

WISHES = ["hostname: cloud-image", "preserve_hostname: false", "manage_etc_hosts: true"]
USER_DATA = "var/lib/cloud/seed/nocloud/user-data"


@pytest.fixture
def fleet(monkeypatch):
    monkeypatch.setattr(Member, "is_up", True)
    return Fleet({host.name: Member(host, 1, 1) for host in plan(3)})


@pytest.fixture
def host(monkeypatch, tmp_path):
    """The folders of a host's root and of its root image, which has what faults take away or change."""
    image, root = tmp_path / "image", tmp_path / "root"
    for folder in (image, root):
        for name in (*identity.TOOLS, identity.CLOUD_POLICY):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(f"{name} as delivered\n")
            (folder / name).chmod(0o755)
    monkeypatch.setattr(identity, "_root", lambda _member: root)
    monkeypatch.setattr(identity, "_image", lambda _member: image)
    return root


def texts(folder):
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("source", "where"), [("cfg", identity.CLOUD_CONFIG), ("user-data", USER_DATA)])
def test_cloud_init_is_told_to_rewrite_in_one_place(source, where):
    files = identity.cloud_files(source)
    assert [name for name, text in files.items() if WISHES[0] in text] == [where]
    assert [line for line in files[where].splitlines() if line in WISHES] == WISHES


def test_cloud_init_is_awake_leaves_ssh_and_networks_alone_and_forgets():
    files = identity.cloud_files("cfg")
    assert files[identity.CLOUD_POLICY] == "policy: enabled\n"
    assert "ssh_deletekeys: false\n" in files[identity.CLOUD_CONFIG]
    assert "network: {config: disabled}\n" in files[identity.CLOUD_CONFIG]
    assert files[USER_DATA] == "#cloud-config\n"
    assert " /var/lib/cloud/instance /var/lib/cloud/instances " in files[identity.CLOUD_FORGETS]


def test_another_source_of_cloud_inits_wishes_is_refused():
    with pytest.raises(LabError, match="takes cfg or user-data, not 'dhcp'"):
        identity.cloud_files("dhcp")


def test_a_fault_of_files_leaves_the_host_as_delivered_when_undone(host):
    before = texts(host)
    for apply, undo in (
        (identity.wake_cloud_init, identity.lull_cloud_init),
        (identity.strip_tools, identity.restore_tools),
    ):
        undo(None, None, "")  # what was not applied
        assert texts(host) == before
        apply(None, None, "")
        once = texts(host)
        assert once != before
        apply(None, None, "")
        assert texts(host) == once
        undo(None, None, "")
        assert texts(host) == before


def test_tools_come_back_as_programs(host):
    identity.strip_tools(None, None, "")
    assert not list((host / "usr/bin").iterdir())
    identity.restore_tools(None, None, "")
    assert {path.name: path.stat().st_mode & 0o777 for path in (host / "usr/bin").iterdir()} == dict.fromkeys(
        ("ping", "ip", "hostnamectl"), 0o755
    )


def test_a_mac_is_cloned_from_the_first_other_robot_and_restored(fleet, monkeypatch):
    macs = {}
    monkeypatch.setattr(identity.nics, "set_ros_mac", lambda member, mac: macs.update({member.host.name: mac}))
    identity.clone_mac(fleet, fleet.member("tb2"), "")
    assert macs["tb2"] == identity.mac_address(fleet.member("tb1").host, "ros")
    identity.restore_mac(fleet, fleet.member("tb2"), "")
    assert macs["tb2"] == identity.mac_address(fleet.member("tb2").host, "ros")


@pytest.mark.parametrize("apply", [identity.clone, identity.clone_mac])
def test_a_fault_of_two_hosts_needs_two(fleet, apply):
    with pytest.raises(LabError, match="of tb1 needs another host than itself.* tb2 tb1"):
        apply(fleet, fleet.member("tb1"), "tb1")


class Inside:
    """Hosts whose files are in folders of their names, and that do what they are told without a word."""

    def __init__(self, folder):
        self.folder = folder

    def run_inside(self, member, command):
        return (self.folder / member.host.name / command[1][1:]).read_text() if command[0] == "cat" else ""


def test_a_clone_has_the_face_of_its_twin_and_ansible_knows_its_key(fleet, monkeypatch, tmp_path):
    faces = {name: {file: f"{name}'s {file} x\n" for file in identity.FACE} for name in ("tb1", "tb2")}
    for name, files in faces.items():
        for file, text in files.items():
            (tmp_path / name / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / file).write_text(text)
    monkeypatch.setattr(identity, "_root", lambda member: tmp_path / member.host.name)
    monkeypatch.setattr(identity, "_kept_face", lambda _member: tmp_path / "kept")
    inside = Inside(tmp_path)
    monkeypatch.setattr(identity.kinds, "of", lambda _member: inside)
    monkeypatch.setattr(state, "KNOWN_HOSTS", tmp_path / "known_hosts")
    state.KNOWN_HOSTS.write_text("10.88.0.22 kind old\n")

    for _twice in range(2):
        identity.clone(fleet, fleet.member("tb2"), "tb1")
        assert texts(tmp_path / "tb2") == faces["tb1"]
        assert state.KNOWN_HOSTS.read_text().splitlines() == [f"10.88.0.22 tb1's {identity.FACE[-1]}"]
    identity.restore(fleet, fleet.member("tb2"), "")
    assert texts(tmp_path / "tb2") == faces["tb2"]
    assert not (tmp_path / "kept").exists()
