"""What a host's own files say it is; the lock files are those of real hosts (transcripts 012, 068, 142, 145)."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.state import (
    Files,
    image_repository,
    proxy_endpoints,
    read_state,
    sandbox_image,
)

DATA = "var/snap/microk8s/current"
LONE = ("ha-cluster", "installed.lock", "lite.lock", "no-apiserver-proxy", "no-etcd", "no-flanneld")
WORKER = ("clustered.lock", "ha-cluster", "installed.lock", "lite.lock", "no-cert-reissue", "no-etcd", "no-k8s-dqlite")
ONE = "- ID: 3297041220608546238\n  Address: 127.0.0.1:19001\n  Role: 0\n"
TWO = "- Address: 10.79.0.11:19001\n  ID: 1\n  Role: 0\n- Address: 10.79.0.13:19001\n  ID: 2\n  Role: 2\n"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nAAECAwQ=\n-----END CERTIFICATE-----\n"
PROVIDER = (Path(__file__).parents[3] / "fixtures/microk8s/111-ho2-second-nic-files.txt").read_text()


def host(root: Path, locks=(), files=None) -> Files:
    for lock in locks:
        (root / DATA / "var/lock").mkdir(parents=True, exist_ok=True)
        (root / DATA / "var/lock" / lock).touch()
    for name, text in (files or {}).items():
        (root / DATA / name).parent.mkdir(parents=True, exist_ok=True)
        (root / DATA / name).write_text(text)
    return Files(str(root))


@pytest.mark.parametrize(
    ("locks", "files", "role"),
    [
        ((), {}, "absent"),
        (LONE, {"var/kubernetes/backend/cluster.yaml": ONE, "var/kubernetes/backend/info.yaml": ONE[2:]}, "standalone"),
        (LONE, {}, "standalone"),
        (LONE, {"var/kubernetes/backend/cluster.yaml": TWO}, "control_plane"),
        (LONE, {"var/kubernetes/backend/info.yaml": "Address: 10.79.0.11:19001\nID: 1\nRole: 0\n"}, "control_plane"),
        (WORKER, {}, "worker"),
        (WORKER, {"var/kubernetes/backend/init.yaml": "Cluster:\n"}, "broken_worker"),
        (WORKER + ("no-apiserver-proxy",), {}, "standalone"),
    ],
)
def test_role(tmp_path, locks, files, role):
    assert read_state(host(tmp_path, locks, files)).role == role


def test_flags(tmp_path):
    state = read_state(host(tmp_path, LONE + ("join-in-progress", "stopped.lock", "low-memory-guard.lock")))
    assert (state.join_in_progress, state.stopped, state.low_memory) == (True, True, True)


@pytest.mark.parametrize(("locks", "name"), [(LONE, "ca.crt"), (WORKER, "ca.remote.crt")])
def test_the_cluster_is_told_by_its_certificate(tmp_path, locks, name):
    state = read_state(host(tmp_path, locks, {f"certs/{name}": CERTIFICATE}))
    assert state.ca_hash == hashlib.sha256(ssl.PEM_cert_to_DER_cert(CERTIFICATE)).hexdigest()


def test_endpoints_of_a_real_worker():
    assert proxy_endpoints(PROVIDER) == ("10.79.0.11:16443", "10.79.0.13:16443")


@pytest.mark.parametrize(
    ("text", "image"),
    [
        ('    sandbox_image = "somewhere.example/pause:3.10"\n', "somewhere.example/pause:3.10"),
        ("      sandbox = 'somewhere.example/pause:3.10'\n", "somewhere.example/pause:3.10"),
        ("    enable_unprivileged_ports = true\n", None),
        (None, None),
    ],
)
def test_sandbox_image(text, image):
    assert sandbox_image(text) == image


@pytest.mark.parametrize(
    ("text", "repository"),
    [
        (
            "      - name: kube-multus\n        image: somewhere.example:5000/org/multus-cni:v3.9\n",
            "somewhere.example:5000/org/multus-cni",
        ),
        ('        image: "somewhere.example/org/multus-cni:v3.9"\n', "somewhere.example/org/multus-cni"),
        ("        - image: org/multus-cni\n", "org/multus-cni"),
        ("kind: DaemonSet\n", None),
    ],
)
def test_image_repository(text, repository):
    assert image_repository(text) == repository
