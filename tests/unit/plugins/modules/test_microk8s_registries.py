# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exactly the declared registries have our file; what others wrote is never lost."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _file_sync
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import paths
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_registries

ONE = "registry.example.org"
OTHER = "other.example.org:5000"
MIRROR = {"mirrors": [{"url": "http://10.0.0.1:5000"}]}
KEPT = microk8s_registries.KEPT
FOREIGN = 'server = "https://registry.example.org"\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """args/certs.d of a host on which MicroK8s, or somebody, has written a file for one registry."""
    (tmp_path / "certs.d" / ONE).mkdir(parents=True)
    (tmp_path / "certs.d" / ONE / "hosts.toml").write_text(FOREIGN)
    monkeypatch.setattr(paths, "ARGUMENTS", str(tmp_path))
    monkeypatch.setattr(paths, "REGISTRIES", str(tmp_path / "certs.d"))
    monkeypatch.setattr(microk8s_registries.os, "chown", lambda *_: None)
    return tmp_path / "certs.d"


@pytest.fixture
def apply(folder, run_main):
    """Runs the module for these registries; those whose file changed."""

    def apply(*registries):
        wanted = {name: MIRROR for name in registries}
        result = run_main(microk8s_registries, registries=wanted)
        assert run_main(microk8s_registries, registries=wanted)["changed"] is False
        assert not [path for path in folder.rglob("*") if path.name not in ("hosts.toml", KEPT) and path.is_file()]
        return {diff["after_header"].split("/")[-2] for diff in result["diff"]}

    return apply


def test_what_is_not_declared_is_left_alone(folder, apply):
    assert apply() == set()
    assert (folder / ONE / "hosts.toml").read_text() == FOREIGN


def test_a_registry_comes_and_goes(folder, apply):
    assert apply(OTHER) == {OTHER}
    assert (folder / OTHER / "hosts.toml").stat().st_mode & 0o777 == 0o660
    assert apply() == {OTHER}
    assert not (folder / OTHER).exists()


def test_the_file_of_somebody_else_comes_back(folder, apply):
    assert apply(ONE) == {ONE}
    assert "10.0.0.1" in (folder / ONE / "hosts.toml").read_text()
    assert microk8s_registries.changes(Files(), {})[ONE].after == FOREIGN
    assert apply() == {ONE}
    assert [(path.name, path.read_text()) for path in (folder / ONE).iterdir()] == [("hosts.toml", FOREIGN)]


def test_a_host_without_the_folder(folder, apply):
    (folder / ONE / "hosts.toml").unlink()
    (folder / ONE).rmdir()
    folder.rmdir()
    assert microk8s_registries.changes(Files(), {}) == {}
    assert apply(ONE) == {ONE}


def test_check_mode_shows_what_would_be_written(folder, run_main):
    predicted = run_main(microk8s_registries, registries={OTHER: MIRROR}, check_mode=True)
    assert not (folder / OTHER).exists()
    done = run_main(microk8s_registries, registries={OTHER: MIRROR})
    assert (predicted["changed"], predicted["diff"]) == (done["changed"], done["diff"]) and done["changed"]
    assert done["diff"][0]["after"] == (folder / OTHER / "hosts.toml").read_text()
    assert run_main(microk8s_registries, registries={OTHER: MIRROR})["changed"] is False


def test_a_bad_declaration_is_refused_before_anything_is_written(folder, run_main):
    result = run_main(microk8s_registries, registries={OTHER: MIRROR, ONE: {"server": "10.0.0.1:5000"}})
    assert result["failed"] and "'10.0.0.1:5000' is not a URL. Fix: " in result["msg"]
    assert not (folder / OTHER).exists()


def test_no_microk8s_and_a_disk_that_refuses_are_said(folder, run_main, monkeypatch):
    assert "Fix: " in run_main(microk8s_registries, registries={"a b": MIRROR})["msg"]
    monkeypatch.setattr(paths, "ARGUMENTS", "/nowhere/args")
    assert "'/nowhere/args'. Fix: see whether" in run_main(microk8s_registries, registries={OTHER: MIRROR})["msg"]

    def refuse(*arguments, **more):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(paths, "ARGUMENTS", str(folder.parent))
    monkeypatch.setattr(_file_sync, "replace_file", refuse)
    assert (
        "Read-only file system. Fix: see to the disk"
        in run_main(microk8s_registries, registries={OTHER: MIRROR})["msg"]
    )
