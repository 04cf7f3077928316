# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that is ours goes, and nothing else."""

from __future__ import annotations

import json

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.rosfleet.cluster.plugins.module_utils._attachments import OWNER_KEY
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.modules import host_leftovers

LAN = json.dumps({"name": "ros-lan", "type": "macvlan", OWNER_KEY: {"slice": "10.0.0.128/28"}})
OURS = {
    "etc/microk8s.yaml": "# Managed by rosfleet.cluster, do not edit. Read when MicroK8s is installed.\nversion: 0.2.0\n",
    "etc/cni/multus/net.d/ros-lan.conf": LAN,
    "var/lib/cni/networks/ros-lan/10.0.0.129": "0a1b\neth0",
    "etc/cloud/cloud.cfg.d/99-rosfleet.cfg": "preserve_hostname: true\n",
    "etc/ansible/facts.d/rosfleet.fact": "{}",
    "var/lib/rosfleet/images.json": "{}",
}
FOREIGN = {
    "etc/cni/multus/net.d/cameras.conf": '{"name": "cameras"}',
    "etc/cni/multus/net.d/half.conf": "{",
    "var/lib/cni/networks/cameras/10.1.0.7": "0c",
    "etc/cloud/cloud.cfg.d/90-site.cfg": "x",
    "etc/ansible/facts.d/site.fact": "{}",
}


@pytest.fixture
def host(tmp_path, monkeypatch):
    monkeypatch.setattr(host_leftovers, "Files", lambda: Files(str(tmp_path)))

    def put(files):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return tmp_path

    return put


@pytest.fixture
def run(capsys):
    def run(**arguments):
        with patch_module_args(arguments), pytest.raises(SystemExit):
            host_leftovers.main()
        return json.loads(capsys.readouterr().out)

    return run


def files_of(root):
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_ours_go_and_others_stay(host, run):
    root = host({**OURS, **FOREIGN})
    assert run(_ansible_check_mode=True)["changed"] is True
    assert files_of(root) == {**OURS, **FOREIGN}
    assert run()["removed"] == [
        "/etc/microk8s.yaml",
        "/etc/cni/multus/net.d/ros-lan.conf",
        "/var/lib/cni/networks/ros-lan",
        "/etc/cloud/cloud.cfg.d/99-rosfleet.cfg",
        "/etc/ansible/facts.d/rosfleet.fact",
        "/var/lib/rosfleet",
    ]
    assert files_of(root) == FOREIGN
    assert run()["changed"] is False


@pytest.mark.parametrize(("beside", "stays"), [({}, False), ({"etc/cni/multus/multus.d/x": ""}, True)])
def test_folders_of_ours_go_when_they_are_empty(host, run, beside, stays):
    root = host({**OURS, **beside})
    run()
    assert not (root / "etc/cni/multus/net.d").exists()
    assert ((root / "etc/cni/multus").exists(), files_of(root)) == (stays, beside)
    assert run()["changed"] is False


def test_one_of_them(host, run):
    root = host(OURS)
    assert run(only=["launch_config"])["removed"] == ["/etc/microk8s.yaml"]
    assert files_of(root) == {name: text for name, text in OURS.items() if name != "etc/microk8s.yaml"}


def test_a_launch_configuration_of_somebody_else(host, run):
    root = host({"etc/microk8s.yaml": "version: 0.2.0\n"})
    assert run()["changed"] is False and (root / "etc/microk8s.yaml").exists()


@pytest.mark.parametrize("name", ["..", ".", "", "../../../etc"])
def test_a_name_that_is_no_folder(host, run, name):
    root = host({**FOREIGN, "etc/cni/multus/net.d/x.conf": json.dumps({"name": name, "rosfleet": {}})})
    assert run()["removed"] == ["/etc/cni/multus/net.d/x.conf"]
    assert files_of(root) == FOREIGN


def test_what_cannot_be_removed(host, run, monkeypatch):
    def refuse(path):
        raise OSError(30, "Read-only file system", path)

    host(OURS)
    monkeypatch.setattr(host_leftovers, "remove", refuse)
    assert "was removed: [Errno 30] Read-only file system: " in run()["msg"]
