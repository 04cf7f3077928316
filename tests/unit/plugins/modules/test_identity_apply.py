# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host gets its name by hostnamed or by files and keeps it, finds the others, and keeps its facts; or says why not."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _file_sync
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.modules import identity_apply

OLD = {"kernel": "ubuntu", "static": "ubuntu", "pretty": "Lab PC"}
NEW = {"kernel": "tb1", "static": "tb1", "pretty": ""}
FILES = {
    "/proc/sys/kernel/hostname": "ubuntu\n",
    "/etc/hostname": "ubuntu\n",
    "/etc/machine-info": 'PRETTY_HOSTNAME="Lab PC"\nCHASSIS=desktop\n',
}
HOSTNAMED = {
    "/run/systemd/system/x": "",
    "/run/dbus/system_bus_socket": "",
    "/usr/lib/systemd/systemd-hostnamed": "",
}
CLOUD = {"/usr/bin/cloud-init": "", "/etc/cloud/cloud.cfg": "preserve_hostname: false\nmanage_etc_hosts: true\n"}
HOSTS = "/etc/hosts"
FACTS_FILE = "/etc/ansible/facts.d/rosfleet.fact"
ENTRIES = [{"address": "10.0.0.1", "names": ["tb1"]}]
FACTS = {"hostname": "tb1", "address": "10.0.0.1"}
OWN = "/etc/cloud/cloud.cfg.d/99-rosfleet.cfg"


class Host:
    """A host below a folder, whose kernel and hostnamed do as they are told unless `deaf`."""

    def __init__(self, root, run_main, deaf=False):
        self.root, self.run_main, self.deaf = root, run_main, deaf
        self.commands, self.written = [], []

    def text(self, name):
        path = self.root / name.lstrip("/")
        return path.read_text() if path.exists() else None

    def write(self, name, text):
        path = self.root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def replace_file(self, module, path, content, mode=0o644):
        path = path.replace(str(self.root), "")
        self.written.append(path)
        self.write(path, content.decode())

    def set_kernel_name(self, name):
        if not self.deaf:
            self.write("/proc/sys/kernel/hostname", f"{name}\n")

    def hostnamectl(self, argv, timeout):
        self.commands.append(argv[1:])
        self.set_kernel_name(argv[-1])
        self.write("/etc/hostname", f"{argv[-1]}\n")
        self.write("/etc/machine-info", "CHASSIS=desktop\n")
        return Outcome(0, "", "")

    def name(self, hostname="tb1", entries=ENTRIES, facts=FACTS, **arguments):
        return self.run_main(identity_apply, hostname=hostname, entries=entries, facts=facts, **arguments)


@pytest.fixture
def host(run_main, write_tree, monkeypatch):
    """Makes such a host; the module changes that one and not the one that this test runs on."""

    def host(more=None, **behaviour):
        made = Host(write_tree({**FILES, **(more or {})}), run_main, **behaviour)
        monkeypatch.setattr(identity_apply, "Files", lambda: Files(str(made.root)))
        for name, path in {"HOSTS_FILE": HOSTS, "PATH": FACTS_FILE}.items():
            monkeypatch.setattr(identity_apply, name, str(made.root / path.lstrip("/")))
        for module in (identity_apply, _file_sync):
            monkeypatch.setattr(module, "replace_file", made.replace_file)
        monkeypatch.setattr(identity_apply.socket, "sethostname", made.set_kernel_name)
        monkeypatch.setattr(identity_apply, "run", made.hostnamectl)
        monkeypatch.setattr(identity_apply.AnsibleModule, "get_bin_path", lambda module, name: f"/usr/bin/{name}")
        return made

    return host


def test_by_files_the_name_is_there_after_the_next_boot(host):
    made = host()
    result = made.name()
    assert (result["changed"], result["before"], result["after"]) == (True, OLD, NEW)
    assert made.text("/etc/hostname") == "tb1\n"
    assert made.text("/etc/machine-info") == "CHASSIS=desktop\n"
    assert made.text("/proc/sys/kernel/hostname") == "tb1\n"
    assert made.commands == []
    assert made.name()["changed"] is False


def test_by_hostnamed_where_it_runs(host):
    made = host(HOSTNAMED)
    assert made.name()["after"] == NEW
    assert made.commands == [["--no-ask-password", "set-hostname", "tb1"]]
    assert made.written == [HOSTS, FACTS_FILE]
    assert made.name()["changed"] is False
    assert len(made.commands) == 1


@pytest.mark.parametrize("more", [{}, HOSTNAMED, CLOUD])
def test_check_mode_predicts_and_touches_nothing(host, more):
    made = host(more)
    predicted = made.name(check_mode=True)
    assert (made.commands, made.written) == ([], [])
    done = made.name()
    assert {key: done[key] for key in ("changed", "before", "after", "diff")} == {
        key: predicted[key] for key in ("changed", "before", "after", "diff")
    }


def test_the_difference_shows_the_names(host):
    diff = next(each for each in host().name()["diff"] if each["before_header"] == "host name")
    assert diff["before"] == "kernel: ubuntu\nstatic: ubuntu\npretty: Lab PC\n"
    assert diff["after"] == "kernel: tb1\nstatic: tb1\npretty: \n"


def test_cloud_init_is_kept_off_before_the_name_is_set(host):
    made = host(CLOUD)
    assert made.name()["changed"] is True
    assert made.written.index(OWN) < made.written.index("/etc/hostname")
    assert "preserve_hostname: true" in made.text(OWN)
    assert made.name()["changed"] is False


def test_the_others_are_found_and_strays_are_told(host):
    made = host({HOSTS: "127.0.0.1 localhost\n127.0.1.1 tb1\n"})
    result = made.name(_ansible_diff=True)
    assert made.text(HOSTS).splitlines()[1:3] == ["# BEGIN rosfleet.cluster", "10.0.0.1 tb1"]
    assert result["notes"] == ["Taken out of the hosts file: 127.0.1.1 tb1"]
    assert any(each["before"].endswith("127.0.1.1 tb1\n") for each in result["diff"])


def test_names_that_come_from_dns_are_in_no_block(host):
    made = host({HOSTS: "127.0.0.1 localhost\n"})
    made.name(block=False)
    assert made.text(HOSTS) == "127.0.0.1 localhost\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, {"identity": FACTS}),
        ('{"lan": {"nic": "eth0"}, "identity": {"hostname": "old"}}', {"lan": {"nic": "eth0"}, "identity": FACTS}),
        ('{"lan": {"nic"', {"identity": FACTS}),
        ("[1]", {"identity": FACTS}),
    ],
)
def test_facts_are_kept_and_sections_of_others_stay(host, before, after):
    made = host({FACTS_FILE: before} if before is not None else {})
    assert made.name()["changed"] is True
    assert json.loads(made.text(FACTS_FILE)) == after
    assert made.name()["changed"] is False


def test_the_names_of_others_are_there_before_the_own_one_and_the_facts_come_last(host):
    made = host(CLOUD)
    made.name()
    assert made.written == [HOSTS, OWN, "/etc/hostname", "/etc/machine-info", FACTS_FILE]


def test_entries_that_no_file_can_hold_are_refused_before_anything_is_touched(host):
    made = host(CLOUD)
    result = made.name(entries=[{"address": "nowhere", "names": ["tb1"]}])
    assert result["failed"] is True and "stays as it is" in result["msg"]
    assert (made.commands, made.written) == ([], [])


@pytest.mark.parametrize("hostname", ["TB1", "tb_1", "", "-tb1"])
def test_a_bad_name_is_refused_before_anything_is_touched(host, hostname):
    made = host(CLOUD)
    result = made.name(hostname)
    assert result["failed"] is True
    assert f"'{hostname}' cannot be a host name" in result["msg"]
    assert (made.commands, made.written) == ([], [])


def test_a_name_that_does_not_stay(host):
    result = host(deaf=True).name()
    assert result["failed"] is True
    assert result["msg"].startswith(
        "The host name was set to tb1 and is not: the kernel has 'ubuntu', /etc/hostname has 'tb1', the pretty name is ''."
    )
    assert result["after"] == {"kernel": "ubuntu", "static": "tb1", "pretty": ""}


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Outcome(1, "", "Access denied\n"), "Access denied"),
        (Outcome(-9, "", "", timed_out=True), "no answer in time"),
    ],
)
def test_hostnamed_refuses(host, monkeypatch, outcome, reason):
    made = host(HOSTNAMED)
    monkeypatch.setattr(identity_apply, "run", lambda argv, timeout: outcome)
    assert made.name()["msg"] == (
        f"systemd-hostnamed did not set the host name tb1: {reason}. Fix: see why with systemctl status systemd-hostnamed "
        "on this host"
    )


def test_a_disk_that_cannot_be_written(host, monkeypatch):
    def refuse(module, path, content):
        raise OSError(30, "Read-only file system", path)

    made = host()
    monkeypatch.setattr(identity_apply, "replace_file", refuse)
    result = made.name()
    assert result["msg"].startswith(
        "The host refused what had to be done: [Errno 30] Read-only file system: '/etc/hostname'. Fix: see to the disk there"
    )
