# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exactly the declared registries have our file; what others wrote is never lost."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import paths
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.registries import hosts_toml
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_registries

ONE = "registry.example.org"
OTHER = "other.example.org:5000"
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


def apply(*registries):
    """Do what the module does; the registries whose file changed."""
    wanted = {name: hosts_toml(name, {"mirrors": [{"url": "http://10.0.0.1:5000"}]}) for name in registries}
    texts = microk8s_registries.changes(Files(), wanted)
    for name in texts:
        if name in wanted:
            microk8s_registries.write(name, wanted[name])
        else:
            microk8s_registries.remove(name)
    assert microk8s_registries.changes(Files(), wanted) == {}
    return set(texts)


def test_what_is_not_declared_is_left_alone(folder):
    assert apply() == set()
    assert (folder / ONE / "hosts.toml").read_text() == FOREIGN


def test_a_registry_comes_and_goes(folder):
    assert apply(OTHER) == {OTHER}
    assert (folder / OTHER / "hosts.toml").stat().st_mode & 0o777 == 0o660
    assert apply() == {OTHER}
    assert not (folder / OTHER).exists()


def test_the_file_of_somebody_else_comes_back(folder):
    assert apply(ONE) == {ONE}
    assert "10.0.0.1" in (folder / ONE / "hosts.toml").read_text()
    assert microk8s_registries.changes(Files(), {})[ONE][1] == FOREIGN
    assert apply() == {ONE}
    assert [(path.name, path.read_text()) for path in (folder / ONE).iterdir()] == [("hosts.toml", FOREIGN)]


def test_a_host_without_the_folder(folder):
    (folder / ONE / "hosts.toml").unlink()
    (folder / ONE).rmdir()
    folder.rmdir()
    assert microk8s_registries.changes(Files(), {}) == {}
    assert apply(ONE) == {ONE}


MIRROR = {"mirrors": [{"url": "http://10.0.0.1:5000"}]}


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
