"""What a host's own files say it is; the lock files are those of real hosts (transcripts 012, 068, 142, 145)."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.registries import MARK
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.state import (
    Files,
    dqlite_members,
    image_repository,
    is_join,
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
    (root / "proc").mkdir(exist_ok=True)
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


@pytest.mark.parametrize(
    ("lock", "command", "half_joined"),
    [
        ((), None, False),
        (("join-in-progress",), None, True),
        (("join-in-progress",), ["/usr/bin/python3", "/snap/microk8s/8612/scripts/wrappers/join.py", "url"], False),
        (("join-in-progress",), ["sshd: robot"], True),
    ],
)
def test_half_joined(tmp_path, lock, command, half_joined):
    files = host(tmp_path, LONE + lock)
    if command:
        (tmp_path / "proc/1879").mkdir()
        (tmp_path / "proc/1879/cmdline").write_text("\0".join(command) + "\0")
    (tmp_path / "proc/2").mkdir()  # a kernel thread, or a process that has just ended
    assert read_state(files).half_joined is half_joined


@pytest.mark.parametrize(
    ("command", "joins"),
    [
        (["/usr/bin/python3", "-B", "/snap/microk8s/x1/bin/microk8s", "join", "10.0.0.1:25000/t"], True),
        (["bash", "/snap/microk8s/8612/microk8s-join.wrapper", "url"], True),
        (["/snap/bin/microk8s.join", "url"], True),
        (["/snap/bin/microk8s", "status", "join"], False),
        (["grep", "join"], False),
        (["vi", "rejoin.py"], False),
        ([""], False),
    ],
)
def test_is_join(command, joins):
    assert is_join(command) is joins


@pytest.mark.parametrize(
    ("text", "members"),
    [
        (None, ()),
        (ONE, ({"address": "127.0.0.1:19001", "role": "voter"},)),
        (TWO, ({"address": "10.79.0.11:19001", "role": "voter"}, {"address": "10.79.0.13:19001", "role": "spare"})),
        ("- Address: 10.79.0.11:19001\n  Role: 1\n", ({"address": "10.79.0.11:19001", "role": "standby"},)),
        ("- ID: 7\n", ()),
        ("[]\n", ()),
    ],
)
def test_members_of_the_database(text, members):
    assert dqlite_members(text) == members


def test_what_a_control_plane_sees(tmp_path):
    kubelet = "--cluster-dns=10.152.183.10\n--cluster-domain=cluster.local\n"
    state = read_state(host(tmp_path, LONE, {"var/kubernetes/backend/cluster.yaml": TWO, "args/kubelet": kubelet}))
    assert [member["address"] for member in state.members] == ["10.79.0.11:19001", "10.79.0.13:19001"]
    assert (state.cluster_dns, state.api_endpoints) == ("10.152.183.10", ())


def test_what_a_worker_sees(tmp_path):
    provider = PROVIDER.partition("--- stdout\n")[2]
    files = {"args/traefik/provider.yaml": provider, "var/kubernetes/backend/cluster.yaml": TWO}
    state = read_state(host(tmp_path, WORKER, files))
    assert (state.members, state.api_endpoints) == ((), ("10.79.0.11:16443", "10.79.0.13:16443"))


@pytest.mark.parametrize(
    ("arguments", "fixed"),
    [
        ("--refresh-interval 30s\n", False),
        ("--refresh-interval=0s\n", True),
        ("--refresh-interval 0\n", True),
        ("", False),
    ],
)
def test_a_load_balancer_is_left_alone(tmp_path, arguments, fixed):
    state = read_state(host(tmp_path, WORKER, {"args/apiserver-proxy": arguments}))
    assert state.api_load_balanced is fixed


def test_a_worker_that_left_has_lost_its_dns(tmp_path):
    assert read_state(host(tmp_path, LONE, {"args/kubelet": "--read-only-port=0\n"})).cluster_dns is None


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


def test_registries_with_our_mirrors(tmp_path):
    files = {
        "args/certs.d/other.example.org/hosts.toml": 'server = "https://of-microk8s.example"\n',
        "args/certs.d/registry.example.org/hosts.toml": f"{MARK}\n",
        "args/certs.d/registry.example.org/hosts.toml.before-rosfleet": "",
    }
    assert read_state(host(tmp_path, LONE, files)).mirrored == ("registry.example.org",)
