# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agent's answers to a join: in which order it refuses, and that the token is gone by then."""

from __future__ import annotations

import json

import pytest
from microk8s_lab import backend, files, kubeapi, locks, network, services, yamlish
from microk8s_lab.agent import join
from microk8s_lab.agent.errors import Refused
from microk8s_lab.cli.join import refusal

TOKEN = "a" * 32
SEED, JOINER = "10.79.0.11", "10.79.0.13"
LOOPBACK = yamlish.Member(1, "127.0.0.1:19001")


@pytest.fixture
def seed(tmp_path, monkeypatch):
    """A control plane that gave out one token."""
    monkeypatch.setenv("SNAP_DATA", str(tmp_path))
    monkeypatch.setattr(files, "share", lambda *_: None)
    monkeypatch.setattr(network, "host_addresses", lambda: [SEED])
    monkeypatch.setattr(services, "control", lambda *_: None)
    for folder in ("args", "certs", "credentials", "var/lock", "var/kubernetes/backend"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "credentials" / "cluster-tokens.txt").write_text(f"{TOKEN}\n")
    (tmp_path / "args" / "kube-apiserver").write_text(
        "--kubelet-preferred-address-types=InternalIP,Hostname\n--secure-port=16443\n--authorization-mode=AlwaysAllow\n"
    )
    for name in ("args/kubelet", "args/kube-proxy", "certs/ca.crt", "certs/ca.key", "certs/serviceaccount.key",
                 "var/kubernetes/backend/cluster.crt", "var/kubernetes/backend/cluster.key"):  # fmt: skip
        (tmp_path / name).write_text(f"{name}\n")
    locks.take("ha-cluster", 0o600)
    note(LOOPBACK)
    return tmp_path


def note(*members: yamlish.Member) -> None:
    (backend.folder() / "cluster.yaml").write_text(yamlish.cluster_yaml(members))


def refused(source: str = JOINER, contacted: str = SEED, **more: str | bool) -> str:
    """The sentence that the joining node prints."""
    body = {"token": TOKEN, "hostname": "ho3", "port": "25000", "worker": False, **more}
    with pytest.raises(Refused) as caught:
        join.join(body, contacted, source)
    answer = json.dumps({"error": str(caught.value)}).encode()
    return f"{refusal(answer)} ({caught.value.status})."


def test_each_refusal_comes_before_the_next_and_after_the_token(seed, transcript):
    assert refused(token="b" * 32, port="1") in transcript("057").stdout
    assert (seed / "credentials" / "cluster-tokens.txt").read_text() == f"{TOKEN}\n"
    locks.drop("ha-cluster")
    assert refused(port="1") == "Connection failed. Not possible to join. This is not an HA MicroK8s cluster (501)."
    assert (seed / "credentials" / "cluster-tokens.txt").read_text() == ""
    assert refused() in transcript("057").stdout


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            {"port": "1", "source": SEED},
            "Connection failed. The port of the cluster agent port has to be set to 25000 (502).",
        ),
        (
            {"source": SEED},
            "Connection failed. The joining node has the same IP (10.79.0.11) as the node we contact (503).",
        ),
        (
            {"contacted": "192.0.2.7"},
            "Connection failed. Failed to find matching dqlite bind address for 192.0.2.7: address 192.0.2.7 was not found"
            " in any host interface. refuse to update dqlite bind address (500).",
        ),
    ],
    ids=["port", "own address", "address that only others see"],
)
def test_refusals_use_the_token_up(seed, more, sentence):
    assert refused(**more) == sentence
    assert (seed / "credentials" / "cluster-tokens.txt").read_text() == ""


def test_a_member_that_cluster_yaml_lists_is_known(seed, transcript):
    note(yamlish.Member(1, f"{SEED}:19001"), yamlish.Member(2, f"{JOINER}:19001", 2))
    assert refused() in transcript("097").stdout


def test_a_worker_that_comes_while_the_api_restarts_is_told_so_as_microk8s_does(seed, monkeypatch):
    note(yamlish.Member(1, f"{SEED}:19001"))

    class Restarting:
        def get(self, path):
            raise kubeapi.ApiError(0, "[Errno 111] Connection refused")

    monkeypatch.setattr(kubeapi, "admin", lambda certs: Restarting())
    assert refused(worker=True) == (
        "Connection failed. Failed to retrieve list of control plane nodes: [Errno 111] Connection refused (500)."
    )


def test_a_control_plane_is_given_all_secrets_and_the_voters(seed):
    note(yamlish.Member(1, f"{SEED}:19001"), yamlish.Member(2, "10.79.0.15:19001", 2))
    answer = join.join({"token": TOKEN, "hostname": "ho3", "port": "25000", "worker": False}, SEED, JOINER)
    assert answer["voters"] == [f"{SEED}:19001"]
    assert {name: answer[name] for name in ("ca_key", "service_account_key", "cluster_key", "hostname_override")} == {
        "ca_key": "certs/ca.key\n",
        "service_account_key": "certs/serviceaccount.key\n",
        "cluster_key": "var/kubernetes/backend/cluster.key\n",
        "hostname_override": JOINER,
    }
    assert locks.held(locks.NO_CERT_REISSUE)
