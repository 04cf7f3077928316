# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""chrony runs with the fleet's lines, or with what it had before."""

from __future__ import annotations

import json

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.rosfleet.cluster.plugins.module_utils import _restarting
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._identity.chrony import with_block
from ansible_collections.rosfleet.cluster.plugins.modules import identity_chrony

DEBIAN, FEDORA = "etc/chrony/chrony.conf", "etc/chrony.conf"
STOCK = "pool 2.debian.pool.ntp.org iburst\n"
BLOCK = "server 10.0.0.1 iburst\nmakestep 1 -1\n"
OURS = f"# BEGIN rosfleet.cluster\n{BLOCK}# END rosfleet.cluster\n"


class Host:
    """A host's chrony: `running` is the configuration that it has read."""

    def __init__(self, root, capsys):
        self.root, self.capsys = root, capsys
        self.path = self.put(DEBIAN, STOCK)
        self.running, self.programs = STOCK, []
        self.refused, self.version, self.bad = (), "chronyd (chrony) version 4.5", ()

    def put(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def program(self, argv, *, timeout):
        self.programs.append(argv[:2])
        text = self.path.read_text()
        if argv[1] == "-v":
            return Outcome(0, self.version + "\n", "")
        if argv[1] == "-p":
            wrong = [line for line in argv[2:] if line in self.refused]
            return Outcome(int(bool(wrong)), "", f"Fatal error : Invalid directive {wrong}\n" if wrong else "")
        if any(line in text for line in self.bad):
            return Outcome(1, "", "Job for chrony.service failed.\n")
        self.running = text
        return Outcome(0, "", "")

    def run(self, **arguments):
        """What main() printed."""
        with patch_module_args({"block": BLOCK, **arguments}), pytest.raises(SystemExit):
            identity_chrony.main()
        return json.loads(self.capsys.readouterr().out)


@pytest.fixture
def host(tmp_path, monkeypatch, capsys):
    host = Host(tmp_path, capsys)
    monkeypatch.setattr(identity_chrony, "Files", lambda: Files(str(tmp_path)))
    monkeypatch.setattr(_restarting, "DUE", str(tmp_path / "var/lib/rosfleet/restart-due"))
    monkeypatch.setattr(identity_chrony, "run", host.program)
    monkeypatch.setattr(identity_chrony.AnsibleModule, "get_bin_path", lambda module, name, required: name)
    return host


def test_put_in_once_and_taken_out_once(host):
    assert host.run(_ansible_check_mode=True)["changed"] is True and host.programs == []
    assert (host.run()["changed"], host.run()["changed"]) == (True, False)
    assert host.path.read_text() == host.running == STOCK + OURS
    assert (host.run(state="absent")["changed"], host.run(state="absent")["changed"]) == (True, False)
    assert host.path.read_text() == host.running == STOCK
    assert host.programs == [["chronyd", "-p"], ["systemctl", "restart"]] * 2


def test_where_the_file_is_tells_the_service(host):
    assert host.run()["service"] == "chrony.service"
    host.path.unlink()
    host.path = host.put(FEDORA, STOCK)
    assert host.run()["service"] == "chronyd.service" and host.running == STOCK + OURS


def test_a_run_that_was_killed_before_the_restart(host, monkeypatch):
    def die(module, service):
        raise KeyboardInterrupt

    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(identity_chrony, "restart", die)
        host.run()
    assert (host.path.read_text(), host.running) == (STOCK + OURS, STOCK)
    assert (host.run()["changed"], host.running, host.run()["changed"]) == (True, STOCK + OURS, False)


def test_what_chrony_does_not_take_is_not_written(host):
    host.refused = ("makestep 1 -1",)
    assert "nothing was changed. It said: Fatal error : Invalid directive" in host.run()["msg"]
    assert (host.path.read_text(), _restarting.due()) == (STOCK, [])


def test_chrony_3_cannot_check(host):
    host.refused, host.version = ("makestep 1 -1",), "chronyd (chrony) version 3.5 (+CMDMON)"
    assert host.run()["changed"] is True and host.running == STOCK + OURS


def test_what_chrony_does_not_start_with_is_taken_back(host):
    host.bad = ("makestep",)
    said = host.run()["msg"]
    assert (
        "Job for chrony.service failed. The former /etc/chrony/chrony.conf is back, and in use. Fix: journalctl" in said
    )
    assert host.path.read_text() == host.running == STOCK
    assert _restarting.due() == []


def test_no_chrony(host):
    host.path.unlink()
    assert "Fix: install chrony" in host.run()["msg"]
    assert host.run(_ansible_check_mode=True)["changed"] is True
    assert host.run(state="absent")["changed"] is False


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\n", f"a\n{OURS}"),
        ("a", f"a\n{OURS}"),
        ("", OURS),
        (f"a\n{OURS}b\n", f"a\n{OURS}b\n"),
        ("a\n# BEGIN rosfleet.cluster\nold\n# END rosfleet.cluster\nb\n", f"a\n{OURS}b\n"),
        (f"{OURS}a\n{OURS}", f"{OURS}a\n"),
        ("a\n# BEGIN rosfleet.cluster\nb\n", f"a\n{OURS}b\n"),
    ],
)
def test_one_block(before, after):
    assert with_block(before, BLOCK) == after


@pytest.mark.parametrize(("before", "after"), [(f"a\n{OURS}b\n", "a\nb\n"), ("a", "a"), (OURS, "")])
def test_no_block(before, after):
    assert with_block(before, "") == after
