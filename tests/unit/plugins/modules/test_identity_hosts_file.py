# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts file on disk: what kind of file it is stays, and check mode only tells."""

from __future__ import annotations

import json
import os
import re
import subprocess

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.rosfleet.cluster.plugins.modules import identity_hosts_file

ENTRIES = [{"address": "10.0.0.1", "names": ["tb1"]}]
BEFORE = b"127.0.0.1 localhost\n127.0.1.1 tb1\n"
AFTER = b"127.0.0.1 localhost\n# BEGIN rosfleet.cluster\n10.0.0.1 tb1\n# END rosfleet.cluster\n"


@pytest.fixture
def run(capsys):
    """Runs the module and returns what it returns."""

    def run(path, entries=ENTRIES, **more):
        arguments = {"path": str(path), "entries": entries, **more}
        with patch_module_args(arguments), pytest.raises(SystemExit):
            identity_hosts_file.main()
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def hosts(tmp_path):
    path = tmp_path / "hosts"
    path.write_bytes(BEFORE)
    return path


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_written_once(run, hosts):
    result = run(hosts)
    assert (result["changed"], hosts.read_bytes()) == (True, AFTER)
    assert result["removed"] == [
        {"line_number": 2, "text": "127.0.1.1 tb1", "name": "tb1", "address": "127.0.1.1"},
    ]
    inode = hosts.stat().st_ino
    result = run(hosts)
    assert (result["changed"], result["removed"], hosts.stat().st_ino) == (False, [], inode)
    assert names_in(hosts.parent) == ["hosts"]


def test_check_mode_tells_and_leaves(run, hosts):
    result = run(hosts, _ansible_check_mode=True, _ansible_diff=True)
    assert (result["changed"], hosts.read_bytes()) == (True, BEFORE)
    assert [(each["before"], each["after"]) for each in result["diff"]] == [(BEFORE.decode(), AFTER.decode())]
    assert len(result["removed"]) == 1


def test_a_link_stays_and_its_target_is_written(run, hosts):
    link = hosts.parent / "link"
    link.symlink_to("hosts")
    run(link)
    assert (os.readlink(link), hosts.read_bytes()) == ("hosts", AFTER)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o600])
def test_the_mode_stays(run, hosts, mode):
    hosts.chmod(mode)
    run(hosts)
    assert hosts.stat().st_mode & 0o7777 == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_the_owner_stays(run, hosts):
    os.chown(hosts, 1234, 4321)
    run(hosts)
    assert (hosts.stat().st_uid, hosts.stat().st_gid) == (1234, 4321)


def test_a_missing_file_is_made_for_everybody_to_read(run, tmp_path):
    umask = os.umask(0o077)
    try:
        result = run(tmp_path / "hosts")
    finally:
        os.umask(umask)
    assert result["changed"] and (tmp_path / "hosts").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "hosts").read_bytes() == AFTER[AFTER.index(b"#") :]


def test_a_missing_file_is_not_made_for_nothing(run, tmp_path):
    assert run(tmp_path / "hosts", entries=[])["changed"] is False
    assert names_in(tmp_path) == []


def test_a_file_that_is_mounted_by_itself_is_written_in_place(run, hosts, tmp_path):
    mounted = tmp_path / "mounted"
    mounted.touch()
    if subprocess.run(["mount", "--bind", hosts, mounted], check=False, capture_output=True).returncode:
        pytest.skip("needs root")
    try:
        assert run(mounted)["changed"] is True
        assert (mounted.read_bytes(), hosts.read_bytes()) == (AFTER, AFTER)
    finally:
        subprocess.run(["umount", mounted], check=True)
    assert names_in(tmp_path) == ["hosts", "mounted"]


@pytest.mark.parametrize(
    "path, entries, complaint",
    [
        ("hosts", [{"address": "tb1", "names": ["tb1"]}], "hosts stays as it is: 'tb1' is not an IP address"),
        ("", ENTRIES, r"refused .*Is a directory: '.*'\. Fix: see to the folder"),
        ("hosts/below", ENTRIES, r"refused .*hosts/below'\. Fix: see to the file"),
    ],
)
def test_failures_say_which_file_and_why(run, hosts, path, entries, complaint):
    result = run(hosts.parent / path, entries)
    assert result["failed"]
    assert re.search(complaint, result["msg"])
    assert hosts.read_bytes() == BEFORE
