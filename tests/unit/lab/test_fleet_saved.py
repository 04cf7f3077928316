# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Saved fleets: what can be saved and booted, and what a saved and a restored host consist of."""

from __future__ import annotations

import pytest

from lab.fleet import layer, saved, state
from lab.fleet.layer import Layer
from lab.fleet.plan import plan
from lab.fleet.saved import Origin
from lab.fleet.shell import LabError
from lab.fleet.state import Fleet, Member

BASE, ROBOT = plan(2)
ARTEFACTS = {"rootfs": "rootfs-1 of 5", "microk8s.snap": "microk8s.snap-1"}


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    monkeypatch.setattr(saved, "FOLDER", tmp_path / "fleets")
    monkeypatch.setattr(state, "FOLDER", tmp_path / "lab")
    return tmp_path


@pytest.fixture
def image(tmp_path):
    image = tmp_path / "image"
    (image / "var/snap").mkdir(parents=True)
    return image


@pytest.fixture
def fleet(image):
    """Two hosts that were up, each with a file of its own in its layer and one in /var/snap."""
    for name in ("base", "tb1"):
        disk = state.layer_of(name)
        for folder in (disk.upper / "etc/ssh", disk.work / "work", disk.data / "microk8s"):
            folder.mkdir(parents=True)
        (disk.upper / "etc/hostname").write_text(name)
        (disk.upper / f"{layer.HOST_KEY}.pub").write_text(f"ssh-ed25519 {name}")
        (disk.data / "microk8s/database").write_text("saved")
        disk.image.symlink_to(image)
    for kept in ("ssh/id_ed25519", "kube/config"):
        (state.FOLDER / kept).parent.mkdir()
        (state.FOLDER / kept).write_text(kept)
        (state.FOLDER / kept).chmod(0o600)
    return Fleet({"base": Member(BASE, 4711, 1), "tb1": Member(ROBOT, 4712, 2)}, loops_before=[0], control_planes=1)


def test_a_saved_fleet_is_loaded_as_it_was_with_all_hosts_off(fleet):
    saved.keep("two", fleet, ARTEFACTS, "c0de")
    kept = saved.load("two")
    assert kept.fleet == Fleet({"base": Member(BASE), "tb1": Member(ROBOT)}, loops_before=[], control_planes=1)
    assert (kept.origin.artefacts, kept.origin.code) == (ARTEFACTS, "c0de")
    assert saved.names() == ["two"]


def test_the_layers_are_moved_and_an_older_fleet_of_that_name_is_replaced(fleet):
    (saved.FOLDER / "two" / "hosts" / "tb9").mkdir(parents=True)
    saved.keep("two", fleet, ARTEFACTS, "c0de")
    assert not state.layer_of("base").folder.exists()
    assert sorted(path.name for path in (saved.FOLDER / "two" / "hosts").iterdir()) == ["base", "tb1"]


def test_what_the_controller_knows_comes_back_with_its_mode(fleet):
    saved.keep("two", fleet, ARTEFACTS, "c0de")
    for kept in ("ssh/id_ed25519", "kube/config"):
        (state.FOLDER / kept).unlink()
    saved.restore_controller(saved.load("two"))
    for kept in ("ssh/id_ed25519", "kube/config"):
        assert (state.FOLDER / kept).read_text() == kept
        assert (state.FOLDER / kept).stat().st_mode & 0o777 == 0o600


def test_a_restored_host_stands_on_the_saved_one_and_leaves_it_as_it_is(fleet, image):
    saved.keep("two", fleet, ARTEFACTS, "c0de")
    before = saved.load("two").layer_of("base")
    again = state.layer_of("base")
    layer.restore(again, before)
    assert again.lowers == (before.upper, image)
    assert again.fits(image)
    assert list(again.upper.iterdir()) == list(again.work.iterdir()) == []
    (again.data / "microk8s/database").write_text("changed")
    assert (before.data / "microk8s/database").read_text() == "saved"


def test_the_key_of_a_restored_host_is_the_saved_one_until_it_makes_another(fleet):
    saved.keep("two", fleet, ARTEFACTS, "c0de")
    again = state.layer_of("base")
    layer.restore(again, saved.load("two").layer_of("base"))
    assert again.host_key.read_text() == "ssh-ed25519 base"
    fresh = again.upper / f"{layer.HOST_KEY}.pub"
    fresh.parent.mkdir(parents=True)
    fresh.write_text("ssh-ed25519 anew")
    assert again.host_key.read_text() == "ssh-ed25519 anew"


def test_a_host_that_was_not_restored_stands_on_the_image_alone(fleet, image):
    assert state.layer_of("base").lowers == (image,)


def test_a_link_to_a_saved_fleet_that_is_gone_is_still_a_layer(tmp_path):
    disk = Layer(tmp_path)
    disk.saved.symlink_to(tmp_path / "gone")
    assert disk.lowers == (tmp_path / "gone",)


@pytest.mark.parametrize("name", ["", "Three", "-three", "../three", "three/four", "3", "a" * 32])
def test_a_name_that_is_no_folder_of_ours_is_refused(name):
    with pytest.raises(LabError, match="cannot be called"):
        saved.check_name(name)


def test_what_is_not_saved_is_named_with_what_is(fleet):
    saved.keep("two", fleet, ARTEFACTS, "c0de")
    with pytest.raises(LabError, match="No saved fleet 'three'. Saved: two"):
        saved.load("three")


def test_a_fleet_of_which_only_a_part_was_written_is_none(fleet):
    saved.keep("two", fleet, ARTEFACTS, "c0de")
    (saved.FOLDER / "two" / "fleet.json").unlink()
    with pytest.raises(LabError, match="No saved fleet 'two'"):
        saved.load("two")


def test_neither_nothing_nor_a_restored_fleet_is_saved(fleet):
    with pytest.raises(LabError, match="the lab is down"):
        saved.check_keepable(Fleet(), {})
    with pytest.raises(LabError, match="tb1: stands on a saved fleet itself"):
        saved.check_keepable(fleet, {"tb1": True})
    saved.check_keepable(fleet, {"base": False, "tb1": False})


@pytest.mark.parametrize(
    ("now", "code", "words"),
    [
        (ARTEFACTS, "c0de", "these artefacts and this code"),
        (ARTEFACTS, "else", "good for trying, no proof"),
        ({**ARTEFACTS, "image-ros-jazzy.tar": "image-ros-jazzy.tar-1"}, "c0de", "these artefacts and this code"),
        ({**ARTEFACTS, "microk8s.snap": "microk8s.snap-2"}, "c0de", "other artefacts"),
        ({"rootfs": "rootfs-1 of 5"}, "c0de", "other artefacts"),
    ],
)
def test_it_is_said_what_a_fleet_was_made_with(now, code, words):
    assert words in saved.made_with(Origin(ARTEFACTS, "c0de", ""), now, code)


def test_a_fleet_of_another_root_image_is_refused_with_both(fleet):
    saved.keep("two", fleet, ARTEFACTS, "c0de")
    kept = saved.load("two")
    saved.check_artefacts(kept, ARTEFACTS)
    with pytest.raises(LabError, match="rootfs was rootfs-1 of 5 and is rootfs-1 of 6.*lab save two"):
        saved.check_artefacts(kept, {**ARTEFACTS, "rootfs": "rootfs-1 of 6"})


def test_versions_are_of_what_hosts_are_made_of(tmp_path):
    for name in ("microk8s.snap", "rootfs", "gobin", "image-ros-jazzy.tar"):
        (tmp_path / f"{name}-0123456789ab").mkdir()
        (tmp_path / name).symlink_to(f"{name}-0123456789ab")
    (tmp_path / "image-gone.tar").symlink_to("image-gone.tar-0123456789ab")
    found = saved.versions(tmp_path)
    assert sorted(found) == ["image-ros-jazzy.tar", "microk8s.snap", "rootfs"]
    assert found["microk8s.snap"] == "microk8s.snap-0123456789ab"
    assert found["rootfs"] == f"rootfs-0123456789ab of {int((tmp_path / 'rootfs').stat().st_mtime)}"


def test_all_code_that_brings_a_fleet_up_is_in_its_key():
    for path in saved.CODE:
        assert (saved.REPO / path).exists()
