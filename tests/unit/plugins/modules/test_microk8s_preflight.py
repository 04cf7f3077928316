# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is declared for a host is what its machine is judged by."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._finding import Finding
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.machine import Machine
from ansible_collections.rosfleet.cluster.plugins.module_utils._snapd import SnapdError
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_preflight

FINDING = Finding("port", "k3s-server holds the port of kubelet", "stop that program", evidence={"value": "10250/tcp"})
DECLARED = {
    "control_plane": True,
    "allow_reboot": True,
    "channel": "1.34/stable",
    "snap_files": ["/srv/microk8s.snap"],
    "launch_config": {"version": "0.1.0"},
    "kubelet_args": {"--v": "3"},
    "apiserver_args": {"--v": "4"},
}

MICROK8S = {"role": "worker", "version": "v1.35.1"}


@pytest.fixture
def judge(run_main, monkeypatch):
    """Runs the module on a Raspberry Pi that is a worker; returns what it returned, and what it judged."""

    def judge(**declared):
        judged = []
        machine = Machine(model="Raspberry Pi 4 Model B Rev 1.4")
        monkeypatch.setattr(microk8s_preflight, "host_info", lambda files: MICROK8S)
        monkeypatch.setattr(microk8s_preflight, "read_machine", lambda files: machine)
        monkeypatch.setattr(
            microk8s_preflight,
            "findings",
            lambda machine, role, given, version: judged.append((machine, role, given, version)) or [FINDING],
        )
        result = run_main(microk8s_preflight, **declared)
        assert [(seen is machine, role, version) for seen, role, _given, version in judged] == [
            (True, "worker", "v1.35.1")
        ]
        return result, vars(judged[0][2])

    return judge


@pytest.mark.parametrize(
    ("declared", "channel"),
    [({}, "1.35/stable"), ({"channel": "1.34/stable"}, "1.34/stable"), (DECLARED, "")],
)
def test_the_machine_is_judged_by_what_is_declared(judge, declared, channel):
    result, given = judge(**declared)
    assert {name: given[name] for name in declared} == declared
    assert result["findings"] == [
        {
            "severity": "error",
            "check": "port",
            "value": "10250/tcp",
            "message": "k3s-server holds the port of kubelet",
            "fix": "stop that program",
        }
    ]
    assert (result["microk8s"], result["model"]) == (MICROK8S, "Raspberry Pi 4 Model B Rev 1.4")
    assert (result["changed"], result["planned_channel"]) == (False, channel)


def test_snapd_does_not_answer(run_main, monkeypatch):
    def refuse(files):
        raise SnapdError("snapd does not answer")

    monkeypatch.setattr(microk8s_preflight, "host_info", refuse)
    result = run_main(microk8s_preflight)
    assert (result["failed"], result["msg"]) == (True, "snapd does not answer")
