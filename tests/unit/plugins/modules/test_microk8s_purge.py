# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""MicroK8s goes with its keys first, and nothing goes with it that is mounted below its data."""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import os
import shlex
import warnings

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.rosfleet.cluster.plugins.module_utils import _snapd
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import paths
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_purge
from ansible_collections.rosfleet.cluster.plugins.modules.microk8s_purge import (
    overwrite,
    remove_tree,
    secret_files,
    snapshots,
)

SECRET = (
    "1/certs/ca.key",
    "1/certs/ca.key.backup",
    "1/certs/serviceaccount.key",
    "1/var/kubernetes/backend/cluster.key",
    "1/credentials/client.config",
    "1/credentials/cluster-tokens.txt",
    "1/credentials/known_tokens.csv",
)
VOLUME = "common/var/lib/kubelet/pods/6f0e/volumes/kubernetes.io~nfs/data"
OTHERS = (
    "1/certs/ca.crt",
    "1/args/kubelet",
    "1/credentials/readme.txt",
    # Not the cluster's, however they are called.
    "common/var/lib/kubelet/pods/6f0e/volumes/kubernetes.io~empty-dir/x/customer.key",
    f"{VOLUME}/customer.key",
)
SAVED = """\
Set  Snap      Age    Version  Rev   Size    Notes
3    microk8s  1.2d   v1.35.0  8612  1.1GB   auto
4    lxd       1.2d   5.21     3214  1.1MB   -
12   microk8s  3m     v1.35.0  8612  1.1GB   auto
"""
STOP, REMOVE = ["snap", "stop", "microk8s"], ["snap", "remove", "--purge", "microk8s"]
CLONE_NEWNS, MS_BIND, MS_REC, MS_PRIVATE, MS_REMOUNT, MS_RDONLY = 0x20000, 4096, 16384, 1 << 18, 32, 1
LIBC = ctypes.CDLL(None, use_errno=True)


def mount(source, target, fstype, flags):
    words = [None if word is None else os.fsencode(str(word)) for word in (source, target, fstype)]
    if LIBC.mount(*words, flags, None):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def bind(source, target):
    mount(source, target, None, MS_BIND)


def in_own_mounts(scene):
    """What `scene` returns, run in a mount namespace of its own that ends with it; a failure in it fails the test."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        # Beside other tests one more thread waits for their orders, and holds no lock that a scene takes.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            assert LIBC.unshare(CLONE_NEWNS) == 0
            mount("none", "/", None, MS_REC | MS_PRIVATE)
            os.write(writer, json.dumps(scene()).encode())
        except BaseException as exc:  # whatever it is, the parent has to tell
            os.write(writer, json.dumps({"scene": repr(exc)}).encode())
        os._exit(0)
    os.close(writer)
    with open(reader, encoding="utf-8") as stream:
        result = json.loads(stream.read())
    os.waitpid(child, 0)
    assert "scene" not in result, result
    return result


def text_of(path):
    return "secret of " + path


class Host:
    """A host with MicroK8s' data in `folder`; `programs` are the calls of snap."""

    def __init__(self, folder):
        self.folder = folder
        self.services = ["daemon-kubelite"]
        self.installed = True
        self.programs = []
        self.when_called = {}  # {first word after snap: what else happens then}
        for name in SECRET + OTHERS:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text_of(name))
        (folder / "current").symlink_to("1")

    def run(self, argv, *, timeout):
        if argv == ["snap", "saved"]:
            return Outcome(0, SAVED, "")
        self.programs.append(argv)
        return self.when_called.get(argv[1], lambda: None)() or Outcome(0, "", "")

    def wiped(self):
        return [name for name in SECRET if (self.folder / name).read_bytes() != text_of(name).encode()]

    def untouched(self):
        return not self.wiped() and all((self.folder / name).read_text() == text_of(name) for name in OTHERS)

    def purge(self, check=False):
        """What main() printed."""
        printed = io.StringIO()
        arguments = patch_module_args({"_ansible_check_mode": check})
        with contextlib.redirect_stdout(printed), arguments, pytest.raises(SystemExit):
            microk8s_purge.main()
        return json.loads(printed.getvalue())


@pytest.fixture
def host(tmp_path, monkeypatch):
    host = Host(tmp_path / "microk8s")
    monkeypatch.setattr(paths, "SNAP_ALL_DATA", str(host.folder))
    (tmp_path / "snapd.socket").touch()
    monkeypatch.setattr(_snapd, "SOCKET", str(tmp_path / "snapd.socket"))
    monkeypatch.setattr(microk8s_purge, "run", host.run)
    monkeypatch.setattr(_snapd, "installed_snap", lambda name: object() if host.installed else None)
    monkeypatch.setattr(_snapd, "active_services", lambda name: host.services)
    monkeypatch.setattr(_snapd, "await_idle", lambda name, timeout: None)
    return host


def test_keys_go_when_it_is_stopped_and_before_it_is_removed(host):
    seen = {}
    host.when_called = {
        "stop": lambda: seen.update(stop=host.wiped()),
        "remove": lambda: seen.update(
            remove=host.wiped(), others=[(host.folder / name).read_text() for name in OTHERS]
        ),
    }
    assert host.purge()["changed"] is True
    assert seen == {"stop": [], "remove": list(SECRET), "others": [text_of(name) for name in OTHERS]}
    assert host.programs == [STOP, REMOVE, ["snap", "forget", "3", "microk8s"], ["snap", "forget", "12", "microk8s"]]
    assert not host.folder.exists()


def test_what_is_stopped_is_not_stopped_again(host):
    host.services = []
    assert host.purge()["changed"] and STOP not in host.programs


def test_data_without_the_snap(host):
    host.installed = False
    assert host.purge()["changed"] and REMOVE not in host.programs and not host.folder.exists()


def test_check_mode(host):
    assert host.purge(check=True)["changed"] is True
    assert (host.programs, host.untouched()) == ([], True)


def test_nothing_to_do(host, monkeypatch):
    host.installed = False
    remove_tree(str(host.folder))
    monkeypatch.setattr(microk8s_purge, "run", lambda argv, *, timeout: Outcome(0, "No snapshots found.\n", ""))
    assert host.purge()["changed"] is False


def test_no_snapd(host, monkeypatch):
    def refuse(name):
        raise _snapd.SnapdError("snapd does not answer")

    monkeypatch.setattr(_snapd, "SOCKET", str(host.folder / "none.socket"))
    monkeypatch.setattr(_snapd, "installed_snap", refuse)
    assert host.purge()["msg"] == "MicroK8s was not removed: snapd does not answer"  # its keys are there
    assert host.untouched()
    remove_tree(str(host.folder))
    assert host.purge()["changed"] is False


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (
            "stop",
            "MicroK8s was not removed; its keys and data are as they were. snap stop said: it rains. Fix: snap changes",
        ),
        ("remove", "its keys are overwritten already. snap remove said: it rains. Fix: snap changes; reboot"),
        ("forget", "not the snapshot of it that snapd keeps. snap forget said: it rains. Fix: "),
    ],
)
def test_snap_refuses(host, word, said):
    host.when_called[word] = lambda: Outcome(1, "", "it rains\n")
    assert said in host.purge()["msg"]
    assert host.untouched() == (word == "stop")


@pytest.mark.root
@pytest.mark.parametrize("check", [False, True])
def test_a_volume_is_refused_before_anything_is_changed(host, tmp_path, check):
    nas = tmp_path / "nas"
    nas.mkdir()
    (nas / "customer.key").write_text("precious")

    def scene():
        bind(nas, host.folder / VOLUME)
        return {"msg": host.purge(check)["msg"], "programs": host.programs}

    result = in_own_mounts(scene)
    assert result["programs"] == []
    assert result["msg"].startswith("MicroK8s was not removed and nothing was changed: what is mounted below ")
    assert f"{host.folder / VOLUME} (" in result["msg"] and "a volume of pod 6f0e. Fix: end the pods" in result["msg"]
    assert f"umount {shlex.quote(str(host.folder / VOLUME))})" in result["msg"]
    assert ((nas / "customer.key").read_text(), host.untouched()) == ("precious", True)


@pytest.mark.root
@pytest.mark.parametrize(
    ("word", "said", "wiped"),
    [
        ("stop", "MicroK8s is stopped, but was not removed; its keys and data are as they were: what is", []),
        ("remove", "its keys are overwritten, but", list(SECRET)),
    ],
)
def test_a_volume_that_comes_later(host, tmp_path, word, said, wiped):
    nas = tmp_path / "nas"
    nas.mkdir()
    (nas / "customer.key").write_text("precious")

    def scene():
        host.when_called[word] = lambda: bind(nas, host.folder / VOLUME)
        return {"msg": host.purge()["msg"], "wiped": host.wiped(), "programs": host.programs}

    result = in_own_mounts(scene)
    assert said in result["msg"] and result["wiped"] == wiped
    assert result["programs"][-1][1] == ("stop" if word == "stop" else "forget")
    assert (nas / "customer.key").read_text() == "precious"


@pytest.mark.root
def test_a_volume_that_comes_while_keys_are_wiped(host, tmp_path, monkeypatch):
    nas = tmp_path / "nas"
    nas.mkdir()

    def scene():
        monkeypatch.setattr(microk8s_purge, "wipe", lambda root: bind(nas, host.folder / VOLUME))
        return {"msg": host.purge()["msg"], "programs": host.programs}

    result = in_own_mounts(scene)
    assert "its keys are overwritten, but it was not removed: what is mounted below" in result["msg"]
    assert result["programs"] == [STOP]


@pytest.mark.root
def test_memory_of_its_own_is_no_reason(host):
    token = host.folder / "common/var/lib/kubelet/pods/6f0e/volumes/kubernetes.io~projected/token"
    token.mkdir(parents=True)

    def scene():
        mount("tmpfs", token, "tmpfs", 0)
        host.when_called["remove"] = lambda: LIBC.umount2(os.fsencode(str(token)), 0) and None
        return host.purge()

    assert in_own_mounts(scene)["changed"] is True
    assert not host.folder.exists()


@pytest.mark.root
def test_a_mount_that_stays_is_said(host):
    token = host.folder / "common/var/lib/kubelet/pods/6f0e/volumes/kubernetes.io~projected/token"
    token.mkdir(parents=True)

    def scene():
        mount("tmpfs", token, "tmpfs", 0)
        return host.purge()

    assert f"is not empty: still mounted: {token}. Fix: reboot" in in_own_mounts(scene)["msg"]


@pytest.mark.root
def test_a_disk_that_cannot_be_written_is_no_traceback(host):
    def scene():
        bind(host.folder, host.folder)
        mount("none", host.folder, None, MS_BIND | MS_REMOUNT | MS_RDONLY)
        return {"msg": host.purge()["msg"], "programs": host.programs}

    result = in_own_mounts(scene)
    assert "not all of its keys could be overwritten: [Errno 30] Read-only file system: " in result["msg"]
    assert "Fix: make " in result["msg"] and result["programs"] == [STOP]
    assert host.untouched()


@pytest.mark.root
def test_no_other_device_is_removed_or_wiped(tmp_path):
    """Also where the list of mounts told nothing of it."""
    here = tmp_path / "here"
    (here / "1/certs/other").mkdir(parents=True)

    def scene():
        mount("tmpfs", here / "1/certs/other", "tmpfs", 0)
        (here / "1/certs/other/customer.key").write_text("precious")
        with pytest.raises(OSError, match="another device"):
            remove_tree(str(here))
        return [secret_files(str(here)), (here / "1/certs/other/customer.key").read_text()]

    assert in_own_mounts(scene) == [[], "precious"]


def test_secret_files(host):
    (host.folder / "1/certs/link.key").symlink_to("/etc/hostname")
    assert sorted(secret_files(str(host.folder))) == sorted(str(host.folder / name) for name in SECRET)


def test_overwritten_in_place(tmp_path):
    path = tmp_path / "ca.key"
    path.write_bytes(b"secret" * 100)
    inode = path.stat().st_ino
    overwrite(str(path))
    assert (path.stat().st_ino, path.stat().st_size) == (inode, 600) and b"secret" not in path.read_bytes()


@pytest.mark.parametrize(("text", "ids"), [(SAVED, ["3", "12"]), ("No snapshots found.\n", []), ("", [])])
def test_snapshots(text, ids):
    assert snapshots(text) == ids
