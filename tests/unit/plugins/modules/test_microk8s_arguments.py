# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of arguments are written, services restarted and awaited, and put back when they do not come up."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import paths
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_arguments

KUBELITE = "microk8s.daemon-kubelite"
CONTAINERD = "microk8s.daemon-containerd"


@pytest.fixture
def host(tmp_path, monkeypatch):
    """A host's files of arguments; `calls` notes restarts and what was due at that moment."""
    folder = tmp_path / "args"
    folder.mkdir()
    for name, text in (("kubelet", "--v=1\n"), ("kube-apiserver", "--a=1\n"), ("containerd-env", "# none\n")):
        (folder / name).write_text(text)
    monkeypatch.setattr(paths, "ARGUMENTS", str(folder))
    monkeypatch.setattr(microk8s_arguments, "DUE", str(tmp_path / "due/restart-due"))
    calls = []

    def restart(snap, services, timeout):
        calls.append((services, microk8s_arguments.read_due(), (folder / "kubelet").read_text()))

    monkeypatch.setattr(microk8s_arguments, "restart", restart)
    monkeypatch.setattr(microk8s_arguments, "await_answers", lambda serves_api, timeout: None)
    return folder, calls


def write(path, text):
    Path(path).parent.mkdir(exist_ok=True)
    Path(path).write_text(text)


def params(**changes):
    return {"kubelet": {}, "kubelet_missing": {}, "apiserver": {}, "containerd_env": {}, **changes}


@pytest.mark.parametrize(
    ("given", "serves_api", "changed", "services"),
    [
        ({}, True, set(), []),
        ({"kubelet": {"--v": "1"}}, True, set(), []),
        ({"kubelet": {"--v": 2}}, True, {"kubelet"}, [KUBELITE]),
        ({"kubelet_missing": {"--v": "2"}}, True, set(), []),
        ({"kubelet_missing": {"--cluster-dns": "10.152.183.10"}}, True, {"kubelet"}, [KUBELITE]),
        ({"apiserver": {"--a": "2"}}, True, {"kube-apiserver"}, [KUBELITE]),
        ({"apiserver": {"--a": "2"}}, False, set(), []),
        ({"containerd_env": {"NO_PROXY": ".svc"}}, False, {"containerd-env"}, [CONTAINERD]),
        ({"kubelet": {"--v": None}, "apiserver": {"--a": None}}, True, {"kubelet", "kube-apiserver"}, [KUBELITE]),
    ],
)
def test_only_what_changes_is_restarted(host, given, serves_api, changed, services):
    folder, calls = host
    texts = microk8s_arguments.wanted_texts(Files(), params(**given), serves_api)
    assert set(texts) == changed
    if texts:
        assert microk8s_arguments.apply("snap", texts, [], serves_api, 1, write) == services
        assert [call[:2] for call in calls] == [(services, services)]
    assert microk8s_arguments.wanted_texts(Files(), params(**given), serves_api) == {}
    assert microk8s_arguments.read_due() == []


def test_what_a_killed_run_left_due_is_restarted(host):
    _folder, calls = host
    microk8s_arguments.note_due([CONTAINERD], write)
    assert microk8s_arguments.apply("snap", {}, microk8s_arguments.read_due(), True, 1, write) == [CONTAINERD]
    assert (len(calls), microk8s_arguments.read_due()) == (1, [])


def test_a_service_that_does_not_come_up_gets_its_former_arguments_back(host, monkeypatch):
    folder, calls = host
    outcomes = ["kubelet did not answer within 1 s of the restart", ""]

    def await_answers(serves_api, timeout):
        said = outcomes.pop(0)
        if said:
            raise microk8s_arguments.ServiceError(said)

    monkeypatch.setattr(microk8s_arguments, "await_answers", await_answers)
    texts = microk8s_arguments.wanted_texts(Files(), params(kubelet={"--v": "bad"}), True)
    with pytest.raises(
        microk8s_arguments.ServiceError,
        match="did not answer.*Fix: correct microk8s_kubelet_args.*former arguments of kubelet are back",
    ):
        microk8s_arguments.apply("snap", texts, [], True, 1, write)
    assert [text for _services, _due, text in calls] == ["--v=bad\n", "--v=1\n"]
    assert (folder / "kubelet").read_text() == "--v=1\n"
    assert microk8s_arguments.read_due() == []


def test_a_proxy_is_not_shown():
    texts = {"containerd-env": ("", "HTTPS_PROXY=http://me:secret@proxy.example.org:1\n"), "kubelet": ("a\n", "b\n")}
    assert "secret" not in str(microk8s_arguments.diff(texts))
    assert [each["after"] for each in microk8s_arguments.diff(texts)] == ["b\n"]
