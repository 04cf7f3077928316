# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""New SSH host keys in the place of shared ones, with the real ssh-keygen, whole and cut off half-way."""

from __future__ import annotations

import shutil
import stat
import subprocess
from types import SimpleNamespace

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._identity import ssh_keys
from ansible_collections.rosfleet.cluster.plugins.module_utils._identity.regenerate import RegenerateError
from ansible_collections.rosfleet.cluster.plugins.modules import identity_regenerate as module_file

MODULE = SimpleNamespace(
    get_bin_path=lambda name, **_options: shutil.which(name), set_default_selinux_context=lambda _path, changed: changed
)
pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="needs ssh-keygen")


@pytest.fixture
def keys(tmp_path, monkeypatch):
    """A host's keys; the ECDSA key is a link, as some images have them."""
    monkeypatch.setattr(module_file, "RELOAD_DUE", str(tmp_path / "due"))
    (tmp_path / "kept").mkdir()
    for kind, path in (("ed25519", "ssh_host_ed25519_key"), ("ecdsa", "kept/ecdsa")):
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(tmp_path / path)], check=True)
    for suffix in ("", ".pub"):
        (tmp_path / f"ssh_host_ecdsa_key{suffix}").symlink_to(f"kept/ecdsa{suffix}")
    return lambda: [
        ssh_keys.parse_public_key(Files().text(str(path)), str(path)) for path in sorted(tmp_path.glob("*_key.pub"))
    ]


def derived(key):
    """The public key that belongs to the private one on the disk."""
    answer = subprocess.run(["ssh-keygen", "-y", "-f", key.private_path], check=True, capture_output=True, text=True)
    return " ".join(answer.stdout.split()[:2])


def test_all_keys_are_others_of_the_same_types_and_none_but_root_reads_them(tmp_path, keys):
    before = keys()
    module_file.replace_keys(MODULE, before)
    after = keys()
    assert [key.type for key in after] == [key.type for key in before] == ["ecdsa-sha2-nistp256", "ssh-ed25519"]
    assert not {key.fingerprint for key in after} & {key.fingerprint for key in before}
    assert [derived(key) for key in after] == [key.public for key in after]
    for key in after:
        modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in (key.private_path, key.path)]
        assert modes == [0o600, 0o644]
    assert (tmp_path / "ssh_host_ecdsa_key").is_symlink()
    assert (tmp_path / "due").exists()
    assert not list(tmp_path.rglob(".rosfleet*"))


def test_only_the_keys_that_are_named(keys):
    ecdsa, ed25519 = keys()
    module_file.replace_keys(MODULE, [ed25519])
    assert keys()[0] == ecdsa
    assert keys()[1] != ed25519


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_a_run_cut_off_at_any_step_is_done_again(keys, monkeypatch, steps):
    before, put_in_place, done = keys(), module_file.put_in_place, []

    def cut_off(*arguments):
        if len(done) == steps:
            raise KeyboardInterrupt
        done.append(arguments)
        put_in_place(*arguments)

    monkeypatch.setattr(module_file, "put_in_place", cut_off)
    with pytest.raises(KeyboardInterrupt):
        module_file.replace_keys(MODULE, before)
    monkeypatch.setattr(module_file, "put_in_place", put_in_place)

    shared = {key.fingerprint for key in before}
    left = [key for key in keys() if key.fingerprint in shared]
    assert left  # so the next run knows that there is something to do
    module_file.replace_keys(MODULE, left)
    assert not shared & {key.fingerprint for key in keys()}
    assert [derived(key) for key in keys()] == [key.public for key in keys()]


def test_without_a_new_key_for_each_none_is_replaced(tmp_path, keys):
    before = keys()
    impossible = ssh_keys.HostKey("ssh-dss", "SHA256:x", "ssh-dss AAAA", str(tmp_path / "ssh_host_dsa_key.pub"))
    with pytest.raises(RegenerateError, match="ssh-dss"):
        module_file.replace_keys(MODULE, [*before, impossible])
    assert keys() == before
    assert not (tmp_path / "due").exists()
    assert not list(tmp_path.rglob(".rosfleet*"))


def test_what_a_killed_run_left_is_removed(tmp_path, keys):
    (tmp_path / ".rosfleet_key_x").mkdir()
    module_file.replace_keys(MODULE, keys())
    assert not list(tmp_path.rglob(".rosfleet*"))


@pytest.mark.parametrize(
    ("active", "pid_file", "reloaded", "signalled", "found"),
    [
        (["ssh.service"], True, ["ssh.service"], [], True),
        (["ssh.service", "sshd.service"], False, ["ssh.service"], [], True),  # one unit and its alias
        (["sshd.service"], False, ["sshd.service"], [], True),
        (["ssh.socket", "ssh.service"], False, ["ssh.service"], [], True),
        (["ssh.socket"], False, [], [], True),
        ([], True, [], [812], True),  # started by hand on a host with systemd
        (None, True, [], [812], True),  # no systemd
        (None, False, [], [], False),
    ],
)
def test_how_sshd_is_reloaded(tmp_path, monkeypatch, active, pid_file, reloaded, signalled, found):
    if active is not None:
        (tmp_path / "run/systemd/system").mkdir(parents=True)
    if pid_file:
        (tmp_path / "run").mkdir(exist_ok=True)
        (tmp_path / "run/sshd.pid").write_text("812\n")
        (tmp_path / "proc/812").mkdir(parents=True)
        (tmp_path / "proc/812/comm").write_text("sshd\n")
    units, pids = [], []

    def systemctl(argv, **_options):
        if argv[1] == "reload":
            units.append(argv[2])
        return Outcome(0 if argv[-1] in (active or []) else 3, "", "")

    monkeypatch.setattr(module_file, "run", systemctl)
    monkeypatch.setattr(module_file.os, "kill", lambda pid, _signal: pids.append(pid))
    module = SimpleNamespace(get_bin_path=lambda name: f"/usr/bin/{name}")
    assert module_file.reload_sshd(module, Files(str(tmp_path))) is found
    assert (units, pids) == (reloaded, signalled)


def test_a_reload_that_fails_says_what_to_look_at(tmp_path, monkeypatch):
    (tmp_path / "run/systemd/system").mkdir(parents=True)

    def systemctl(argv, **_options):
        return Outcome(0, "", "") if argv[1] == "is-active" else Outcome(1, "", "Job for ssh.service failed.")

    monkeypatch.setattr(module_file, "run", systemctl)
    module = SimpleNamespace(get_bin_path=lambda name: f"/usr/bin/{name}")
    with pytest.raises(
        RegenerateError, match="ssh.service did not reload them: Job for ssh.service failed.*Fix: .*sshd -t"
    ):
        module_file.reload_sshd(module, Files(str(tmp_path)))


SHARED, OTHER = "1" * 32, "2" * 32


class Clone:
    """A host with one SSH host key and a machine-id, below a folder; sshd is reloaded when it is told to."""

    def __init__(self, tmp_path, keys, monkeypatch, run_main):
        self.keys, self.run_main, self.reloads = keys, run_main, []
        self.machine_id = tmp_path / "machine-id"
        self.machine_id.write_text(f"{SHARED}\n")
        self.due = tmp_path / "due"
        monkeypatch.setattr(module_file.regenerate, "MACHINE_ID", str(self.machine_id))
        monkeypatch.setattr(module_file.regenerate, "machine_id_files", lambda files: [str(self.machine_id)])
        monkeypatch.setattr(module_file.ssh_keys, "read_host_keys", lambda files: keys())
        monkeypatch.setattr(module_file.regenerate, "orphaned_certificates", lambda files, keys: [])
        monkeypatch.setattr(module_file, "reload_sshd", lambda module, files: self.reloads.append("sshd") or True)

    def prints(self):
        return [key.fingerprint for key in self.keys()]

    def cure(self, **arguments):
        return self.run_main(module_file, **arguments)


@pytest.fixture
def clone(tmp_path, keys, monkeypatch, run_main):
    return Clone(tmp_path, keys, monkeypatch, run_main)


def test_what_is_shared_is_made_anew_and_nothing_else(clone):
    before = clone.prints()
    result = clone.cure(machine_id=SHARED, ssh_host_keys=before[:1])
    assert result["changed"] is True
    assert clone.machine_id.read_text() == f"{result['machine_id']}\n" != f"{SHARED}\n"
    assert clone.prints()[0] != before[0] and clone.prints()[1:] == before[1:]
    assert (len(result["regenerated"]), clone.reloads, clone.due.exists()) == (2, ["sshd"], False)
    assert clone.cure(machine_id=SHARED, ssh_host_keys=before[:1])["changed"] is False


@pytest.mark.parametrize("arguments", [{}, {"machine_id": OTHER, "ssh_host_keys": ["SHA256:of another host"]}])
def test_a_host_that_shares_nothing_is_left_alone(clone, arguments):
    before = clone.prints()
    result = clone.cure(**arguments)
    assert (result["changed"], result["regenerated"], clone.reloads) == (False, [], [])
    assert (clone.machine_id.read_text(), clone.prints()) == (f"{SHARED}\n", before)


def test_check_mode_predicts_and_touches_nothing(clone):
    before = clone.prints()
    result = clone.cure(machine_id=SHARED, ssh_host_keys=before[:1], check_mode=True)
    assert (result["changed"], len(result["regenerated"])) == (True, 2)
    assert f"machine-id {module_file.UNKNOWN}" in result["diff"]["after"]
    assert (clone.machine_id.read_text(), clone.prints(), clone.reloads) == (f"{SHARED}\n", before, [])


def test_a_reload_that_an_earlier_run_still_owes_is_made_up(clone):
    clone.due.touch()
    result = clone.cure()
    assert (result["changed"], clone.reloads, clone.due.exists()) == (True, ["sshd"], False)
    assert module_file.NOTE_HEALED in result["notes"]
