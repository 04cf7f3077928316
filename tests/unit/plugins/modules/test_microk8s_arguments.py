# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of arguments are written, services restarted and awaited, and put back when they do not come up."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.rosfleet.cluster.plugins.module_utils import _file_sync, _restarting, _snapd
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import paths
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.state import (
    ABSENT,
    CONTROL_PLANE,
    WORKER,
)
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_arguments
from ansible_collections.rosfleet.cluster.plugins.modules.microk8s_arguments import CONTAINERD, DATABASE, KUBELITE


class Host:
    """A host's MicroK8s: `restarts` notes which service was restarted with which argument of the kubelet."""

    def __init__(self, folder, capsys):
        self.folder, self.capsys = folder, capsys
        self.state = SimpleNamespace(role=CONTROL_PLANE, stopped=False, low_memory=False)
        self.restarts = []
        self.snap_says = lambda: Outcome(0, "", "")
        self.answers = lambda: None

    def restart(self, argv, *, timeout):
        self.restarts.append((argv[2], (self.folder / "kubelet").read_text()))
        return self.snap_says()

    def run(self, **arguments):
        """What main() printed."""
        with patch_module_args(arguments), pytest.raises(SystemExit):
            microk8s_arguments.main()
        return json.loads(self.capsys.readouterr().out)


@pytest.fixture
def host(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "args"
    folder.mkdir()
    files = {
        "kubelet": "--v=1\n",
        "kube-apiserver": "--a=1\n",
        "containerd-env": "# none\n",
        "ha-conf": "failure-domain=1\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    host = Host(folder, capsys)
    monkeypatch.setattr(paths, "ARGUMENTS", str(folder))
    monkeypatch.setattr(_restarting, "DUE", str(tmp_path / "rosfleet/restart-due"))
    monkeypatch.setattr(_snapd, "await_idle", lambda name, timeout: None)
    monkeypatch.setattr(microk8s_arguments, "run", host.restart)
    monkeypatch.setattr(microk8s_arguments, "read_state", lambda files: host.state)
    monkeypatch.setattr(microk8s_arguments, "await_answers", lambda serves_api, timeout: host.answers())
    monkeypatch.setattr(
        microk8s_arguments.AnsibleModule, "get_bin_path", lambda module, name, required: f"/usr/bin/{name}"
    )
    return host


@pytest.mark.parametrize(
    ("given", "role", "services"),
    [
        ({}, CONTROL_PLANE, []),
        ({"kubelet": {"--v": "1"}}, CONTROL_PLANE, []),
        ({"kubelet": {"--v": 2}}, CONTROL_PLANE, [KUBELITE]),
        ({"kubelet_missing": {"--v": "2"}}, CONTROL_PLANE, []),
        ({"kubelet_missing": {"--cluster-dns": "10.152.183.10"}}, CONTROL_PLANE, [KUBELITE]),
        ({"apiserver": {"--a": "2"}}, CONTROL_PLANE, [KUBELITE]),
        ({"apiserver": {"--a": "2"}}, WORKER, []),
        ({"containerd_env": {"NO_PROXY": ".svc"}}, WORKER, [CONTAINERD]),
        ({"kubelet": {"--v": None}, "apiserver": {"--a": None}}, CONTROL_PLANE, [KUBELITE]),
        ({"failure_domain": 1}, CONTROL_PLANE, []),
        ({"failure_domain": 2}, CONTROL_PLANE, [KUBELITE, DATABASE]),
        ({"failure_domain": 2}, WORKER, []),
        (
            {"failure_domain": 2, "kubelet": {"--v": "2"}, "containerd_env": {"X": "1"}},
            CONTROL_PLANE,
            [CONTAINERD, KUBELITE, DATABASE],
        ),
    ],
)
def test_only_what_changes_is_restarted(host, given, role, services):
    host.state.role = role
    files = {path: path.read_text() for path in host.folder.iterdir()}
    predicted = host.run(**given, _ansible_check_mode=True)
    assert (predicted["changed"], {path: path.read_text() for path in host.folder.iterdir()}) == (bool(services), files)
    result = host.run(**given)
    assert (result["changed"], result["restarted"]) == (bool(services), services)
    assert [service for service, _text in host.restarts] == services
    assert host.run(**given)["changed"] is False
    assert _restarting.due() == []


def test_what_a_killed_run_left_due_is_restarted(host):
    def die():
        raise KeyboardInterrupt

    host.snap_says = die
    with pytest.raises(KeyboardInterrupt):
        host.run(failure_domain=2)
    host.snap_says = lambda: Outcome(0, "", "")
    assert (host.folder / "ha-conf").read_text() == "failure-domain=2\n"
    assert host.run(failure_domain=2, _ansible_check_mode=True)["changed"] is True
    assert host.run(failure_domain=2)["restarted"] == [KUBELITE, DATABASE]
    assert host.run(failure_domain=2)["changed"] is False


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kubelet": {"--v": "bad"}}, "Fix: correct microk8s_kubelet_args. The former kubelet of MicroK8s is back"),
        ({"failure_domain": 2}, "Fix: correct membership_failure_domain. The former ha-conf of MicroK8s is back"),
    ],
)
def test_a_service_that_does_not_come_up_gets_its_former_arguments_back(host, given, said):
    before = {path: path.read_text() for path in host.folder.iterdir()}
    answers = ["kubelet did not answer within 1 s of the restart", ""]

    def answer():
        said = answers.pop(0)
        if said:
            raise _restarting.ServiceError(said)

    host.answers = answer
    assert f"did not answer within 1 s of the restart. {said}, and the services run" in host.run(**given)["msg"]
    assert {path: path.read_text() for path in host.folder.iterdir()} == before
    services = [service for service, _text in host.restarts]
    assert services[: len(services) // 2] == services[len(services) // 2 :]  # with the former ones too
    assert _restarting.due() == []


def test_a_restart_that_snapd_refuses(host):
    host.snap_says = lambda: Outcome(1, "", "error: it rains\n")
    assert (
        f"snapd did not restart {KUBELITE}: error: it rains. Look at: snap services"
        in host.run(failure_domain=2)["msg"]
    )
    assert (host.folder / "ha-conf").read_text() == "failure-domain=1\n"
    assert _restarting.due() == [DATABASE, KUBELITE]  # nothing is known of what runs


def test_services_that_are_down_read_their_files_when_they_start(host):
    host.state.stopped = True
    assert (host.run(kubelet={"--v": "2"})["restarted"], host.restarts) == ([], [])
    assert (host.folder / "kubelet").read_text() == "--v=2\n"
    assert (host.run(kubelet={"--v": "2"})["changed"], _restarting.due()) == (False, [])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"failure_domain": -1}, "a number from 1, not -1. Fix: membership_failure_domain: 1"),
        ({"kubelet": {"max-pods": "1"}}, "'max-pods' is not the name of an argument"),
    ],
)
def test_what_is_refused(host, given, said):
    assert said in host.run(**given)["msg"]
    assert host.restarts == []


def test_no_failure_domain_without_ha_cluster(host):
    (host.folder / "ha-conf").unlink()
    assert "runs without ha-cluster" in host.run(failure_domain=1)["msg"]


def test_no_microk8s(host):
    host.state.role = ABSENT
    assert host.run(failure_domain=1, _ansible_check_mode=True)["changed"] is True
    assert "not installed on this host" in host.run(failure_domain=1)["msg"]


def test_a_folder_that_cannot_be_written(host, monkeypatch):
    def refuse(*arguments, **more):
        raise OSError(30, "Read-only file system", arguments[1])

    monkeypatch.setattr(_file_sync, "replace_file", refuse)
    said = host.run(failure_domain=2)["msg"]
    assert f"[Errno 30] Read-only file system: '{host.folder}/ha-conf'. Fix: see to the disk there" in said
    assert "and run the playbook again." in said


def test_a_proxy_is_not_shown(host):
    with (host.folder / "containerd-env").open("a") as handle:
        handle.write("HTTP_PROXY=http://me:former-secret@proxy.example.org:1\n")
    proxy = {"HTTPS_PROXY": "http://me:secret@proxy.example.org:1"}
    result = host.run(containerd_env=proxy, kubelet={"--v": "2"})
    # Since ansible-core 2.22 a module tells the controller in a key of its own what has to be masked.
    shown = {key: value for key, value in result.items() if not key.startswith("_ansible_")}
    assert "secret@" in (host.folder / "containerd-env").read_text() and "secret" not in str(shown)
    assert [(each["after_header"], each["after"]) for each in result["diff"]] == [("args/kubelet", "--v=2\n")]
    assert host.run(containerd_env={"HTTPS_PROXY": None})["changed"] is True
