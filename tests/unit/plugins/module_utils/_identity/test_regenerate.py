# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written, made and told when a clone gets an id and keys of its own."""

from __future__ import annotations

import re

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._identity import regenerate
from ansible_collections.rosfleet.cluster.plugins.module_utils._identity.ssh_keys import HostKey


def key(kind):
    return HostKey(kind, "SHA256:x", f"{kind} AAAA", "/etc/ssh/ssh_host_key.pub")


def test_machine_ids_are_version_4_uuids_without_hyphens_and_never_twice():
    ids = {regenerate.new_machine_id() for _one in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch("[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}", one) for one in ids)


@pytest.mark.parametrize(
    ("dbus", "names"),
    [
        (None, ["/etc/machine-id"]),
        ("link", ["/etc/machine-id"]),
        ("copy", ["/var/lib/dbus/machine-id", "/etc/machine-id"]),
    ],
)
def test_a_separate_machine_id_of_dbus_is_written_first(tmp_path, dbus, names):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/machine-id").write_text("1bdf2f97672d48198c386ceb5543f352\n")
    (tmp_path / "var/lib/dbus").mkdir(parents=True)
    if dbus == "link":
        (tmp_path / "var/lib/dbus/machine-id").symlink_to("../../../etc/machine-id")
    elif dbus == "copy":
        (tmp_path / "var/lib/dbus/machine-id").write_text("1bdf2f97672d48198c386ceb5543f352\n")
    assert regenerate.machine_id_files(Files(str(tmp_path))) == names


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("ssh-ed25519", ["-t", "ed25519"]),
        ("ssh-rsa", ["-t", "rsa"]),
        ("ecdsa-sha2-nistp384", ["-t", "ecdsa", "-b", "384"]),
    ],
)
def test_a_key_of_the_same_type_without_a_passphrase(kind, arguments):
    command = regenerate.keygen_command("/usr/bin/ssh-keygen", key(kind), "/new")
    assert command == ["/usr/bin/ssh-keygen", "-q", *arguments, "-N", "", "-f", "/new"]


def test_a_type_that_cannot_be_made():
    with pytest.raises(regenerate.RegenerateError, match="/etc/ssh/ssh_host_key is a key of type ssh-dss.*Fix: delete"):
        regenerate.keygen_command("ssh-keygen", key("ssh-dss"), "/new")


@pytest.mark.parametrize(
    ("texts", "pid"),
    [
        ({"run/sshd.pid": "812\n", "proc/812/comm": "sshd\n"}, 812),
        ({"run/sshd.pid": "812\n", "proc/812/comm": "bash\n"}, None),  # of an sshd that ended
        ({"run/sshd.pid": "812\n"}, None),
        ({"run/sshd.pid": "\n"}, None),
        ({"etc/ssh/sshd_config": "PidFile /srv/sshd.pid\n", "srv/sshd.pid": "7\n", "proc/7/comm": "sshd\n"}, 7),
        ({"etc/ssh/sshd_config": "PidFile none\n"}, None),
        ({}, None),
    ],
)
def test_listening_sshd(tmp_path, texts, pid):
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert regenerate.listening_sshd(Files(str(tmp_path))) == pid


def test_certificates_of_keys_that_go(tmp_path):
    (tmp_path / "etc/ssh").mkdir(parents=True)
    files = Files(str(tmp_path))
    assert regenerate.orphaned_certificates(files, [key("ssh-ed25519")]) == []
    (tmp_path / "etc/ssh/ssh_host_key-cert.pub").touch()
    assert regenerate.orphaned_certificates(files, [key("ssh-ed25519")]) == ["/etc/ssh/ssh_host_key-cert.pub"]
