# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An archive is copied to a host that lacks its images, and to no other."""

from __future__ import annotations

import hashlib

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.rosfleet.cluster.plugins.action import microk8s_image


class Host:
    """A host with the images of the archives named in `there`; the import of those in `bad` fails."""

    def __init__(self, there=(), bad=(), architecture=""):
        self.there, self.bad, self.architecture = set(there), set(bad), architecture
        self.did = []

    def execute_module(self, name, arguments, task_vars):
        assert name == "rosfleet.cluster.microk8s_image"
        assert len(arguments["src"]) == len(arguments["checksums"])
        names = {path: path.rpartition("/")[2] for path in arguments["src"]}
        missing = [path for path, archive in names.items() if archive not in self.there]
        self.did.append(f"import {arguments['path']}" if "path" in arguments else "ask")
        if "path" in arguments and self.bad.intersection(names.values()):
            return {"failed": True, "msg": "the disk is full"}
        if "path" in arguments:
            self.there.update(names.values())
        images = {archive: "sha256:1" for archive in names.values() if archive in self.there}
        return {"changed": "path" in arguments, "missing": missing, "images": images, "architecture": self.architecture}

    def make_tmp_path(self):
        return "/tmp/1"

    def transfer_file(self, source, copy):
        self.did.append(f"copy {source.rpartition('/')[2]}")
        return copy

    def remove_tmp_path(self, folder):
        self.did.append(f"remove {folder}")


@pytest.fixture
def load(make_action, monkeypatch, tmp_path):
    """Runs the action for these archives on a host, and returns what it returned."""
    for name in ("a.tar", "b.tar"):
        (tmp_path / name).write_text(name)

    def load(host, *names, **more):
        action = make_action(microk8s_image, src=[str(tmp_path / name) for name in names], **more)
        action._connection._shell.join_path = lambda *parts: "/".join(parts)
        for method in ("execute_module", "make_tmp_path", "transfer_file", "remove_tmp_path"):
            monkeypatch.setattr(action, f"_{method}", getattr(host, method))
        return action.run(task_vars={"inventory_hostname": "tb1"})

    return load


BROUGHT_A = ["copy a.tar", "import /tmp/1/a.tar", "remove /tmp/1"]
BROUGHT_B = ["copy b.tar", "import /tmp/1/b.tar", "remove /tmp/1"]


@pytest.mark.parametrize(
    ("there", "check_mode", "changed", "did"),
    [
        (["a.tar", "b.tar"], False, False, ["ask"]),
        (["a.tar"], False, True, ["ask", *BROUGHT_B]),
        ([], False, True, ["ask", *BROUGHT_A, *BROUGHT_B]),
        (["a.tar", "b.tar"], True, False, ["ask"]),
        (["a.tar"], True, True, ["ask"]),
    ],
)
def test_only_what_the_host_lacks_is_copied(load, there, check_mode, changed, did):
    host = Host(there)
    result = load(host, "a.tar", "b.tar", check_mode=check_mode)
    assert (result["changed"], host.did) == (changed, did)
    assert check_mode or set(result["images"]) == {"a.tar", "b.tar"}


def test_an_import_that_fails_leaves_no_copy_and_is_the_last(load):
    host = Host(bad=["a.tar"])
    result = load(host, "a.tar", "b.tar")
    assert (result["failed"], result["msg"]) == (True, "the disk is full")
    assert host.did == ["ask", *BROUGHT_A]


def test_an_archive_that_is_not_there_is_told_before_the_host_is_asked(load):
    host = Host()
    with pytest.raises(AnsibleActionFail, match="/none.tar is not a file on the controller"):
        load(host, "a.tar", "none.tar")
    assert host.did == []


def test_a_host_that_cannot_be_asked_gets_no_copy(load, monkeypatch):
    host = Host()
    monkeypatch.setattr(host, "execute_module", lambda *arguments, **more: {"failed": True, "msg": "no MicroK8s"})
    result = load(host, "a.tar")
    assert (result["msg"], result["changed"], host.did) == ("no MicroK8s", False, [])


def record(tmp_path, name):
    """What a host has noted of an archive that it was given."""
    checksum = hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
    return {checksum: {f"image of {name}": "sha256:1"}}


def test_a_host_whose_images_were_seen_is_not_asked_again(load, tmp_path):
    host = Host(there=["a.tar"])
    seen = {"record": record(tmp_path, "a.tar"), "there": {"image of a.tar": "sha256:1", "pause": "sha256:2"}}
    result = load(host, "a.tar", seen=seen)
    assert (result["changed"], result["images"], host.did) == (False, {"image of a.tar": "sha256:1"}, [])


@pytest.mark.parametrize("there", [{}, {"image of a.tar": "sha256:9"}], ids=["thrown away", "another by now"])
def test_a_host_whose_images_were_not_all_seen_is_asked(load, tmp_path, there):
    host = Host()
    load(host, "a.tar", seen={"record": record(tmp_path, "a.tar"), "there": there})
    assert host.did == ["ask", *BROUGHT_A]


@pytest.mark.parametrize("check_mode", [False, True])
def test_an_archive_for_other_processors_is_refused_before_it_is_copied(load, tmp_path, check_mode, image_archive):
    image_archive(tmp_path / "b.tar", "amd64")
    host = Host(architecture="arm64")
    with pytest.raises(AnsibleActionFail, match=r"/b\.tar is for amd64, and tb1 is arm64"):
        load(host, "a.tar", "b.tar", check_mode=check_mode)
    assert host.did == ["ask"]


@pytest.mark.parametrize(("here", "there"), [("amd64", []), ("", []), ("arm64", ["b.tar"])])
def test_one_that_fits_or_is_there_or_of_which_nobody_knows_is_not(load, tmp_path, here, there, image_archive):
    image_archive(tmp_path / "b.tar", "amd64")
    host = Host(there, architecture=here)
    load(host, "b.tar")
    assert host.did == ["ask", *([] if there else BROUGHT_B)]
