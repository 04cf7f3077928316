# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the command runs a join, and what a worker does between the agent's answer and its certificates."""

from __future__ import annotations

import pytest
from microk8s_lab import cli, connection, files, locks, network, services, worker
from microk8s_lab.cli import join
from microk8s_lab.daemons import flannel

TARGET = connection.Connection("10.79.0.11", 25000, "a" * 32, None)
CONFIGURATION = "args/cni-network/10-flannel.conflist"


@pytest.fixture
def node(tmp_path, monkeypatch):
    """A node that was a cluster of its own."""
    monkeypatch.setenv("SNAP", "/snap/microk8s/x1")
    monkeypatch.setenv("SNAP_DATA", str(tmp_path))
    monkeypatch.setattr(files, "share", lambda *_: None)
    monkeypatch.setattr(network, "delete_link", lambda name: None)
    monkeypatch.setattr(services, "control", lambda *_: None)
    for folder in ("args/cni-network", "args/traefik", "certs", "credentials", "var/lock"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("kubelet", "kube-proxy", "kube-apiserver", "traefik/provider-template.yaml"):
        (tmp_path / "args" / name).write_text("")
    (tmp_path / CONFIGURATION).write_text("of the cluster that it was")
    return tmp_path


def test_a_join_is_under_sudo_with_its_url_as_microk8s_has_it(node):
    command = cli.join_command(["10.79.0.11:25000/token/fingerprint", "--worker"])
    assert (command[0], command[-1]) == ("sudo", "--worker")
    assert command[-3:-1] == ["/snap/microk8s/x1/scripts/wrappers/join.py", "10.79.0.11:25000/token/fingerprint"]


def test_a_worker_asks_for_certificates_ten_seconds_after_the_answer_and_the_lock_is_there_meanwhile(node, monkeypatch):
    events = []
    monkeypatch.setattr(join, "_contact", lambda *_: events.append("answer") or (0, {"ca_key": None}))
    monkeypatch.setattr(join.time, "sleep", lambda s: events.append((s, locks.held(locks.JOIN_IN_PROGRESS))))
    monkeypatch.setattr(worker, "settle", lambda *_: events.append("certificates"))
    assert join._join(TARGET, True, "as-worker") == 0
    assert events == ["answer", (10.0, True), "certificates"]


def test_the_pod_networks_configuration_outlives_a_join_and_not_a_leave(node, monkeypatch):
    answer = {"ca": "", "callback_token": "", "apiport": "16443", "kubelet_args": "", "hostname_override": "10.79.0.12"}
    monkeypatch.setattr(worker, "_point_proxy", lambda server: None)
    monkeypatch.setattr(network, "default_address", lambda: "10.79.0.12")
    worker.settle(answer, "10.79.0.11", lambda *_: "certificate")
    assert (node / CONFIGURATION).read_text() == "of the cluster that it was"
    flannel.forget()
    assert not (node / CONFIGURATION).exists()
