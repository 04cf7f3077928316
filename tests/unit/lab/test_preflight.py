# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a machine lacks for the lab is said in one sentence each, all at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab import this_machine
from lab.preflight import GB, Machine, Wanted, lacks

GOOD = Machine(
    system="Linux",
    is_root=True,
    is_debian_like=True,
    go="1.26.6",
    no_controller="",
    disk_free=20 * GB,
    memory=8 * GB,
    no_privileges="",
    no_groups="",
    absent_nodes=(),
    kernel="6.12.1",
    absent_features=(),
)
DEMO = Wanted(go="1.26.6", hosts=3)


def test_a_good_machine_lacks_nothing():
    assert lacks(GOOD, DEMO) == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"system": "Darwin"}, "need Linux, this is Darwin: use a virtual machine"),
        ({"is_root": False}, 'sudo env "PATH=$PATH" COMMAND'),
        ({"is_debian_like": False}, "run the lab on Debian 12 or newer, or on Ubuntu 24.04"),
        ({"no_controller": "No Python: install it."}, "No Python: install it."),
        ({"go": ""}, "install Go 1.26.6 or newer, and see that go is on root's PATH"),
        ({"go": "1.26.5"}, "Go 1.26.5 is too old: install Go 1.26.6"),
        ({"go": "1.9.8"}, "Go 1.9.8 is too old"),
        ({"disk_free": 14 * GB}, "There are 14.0 GB of disk space, the lab needs 15.0 GB: make room"),
        ({"memory": 4 * GB}, "There are 4.0 GB of memory, the lab needs 4.6 GB: take fewer hosts"),
        (
            {"no_privileges": "unshare failed: Operation not permitted"},
            "(unshare failed: Operation not permitted), as in a",
        ),
        ({"no_groups": "/sys/fs/cgroup cannot be written."}, "/sys/fs/cgroup cannot be written."),
        ({"absent_nodes": ("/dev/fuse", "/dev/kmsg")}, "/dev/fuse, /dev/kmsg cannot be opened"),
        (
            {"absent_features": ("macvlan", "squashfs")},
            "The kernel 6.12.1 has no macvlan, squashfs: restart the machine if",
        ),
    ],
)
def test_what_is_missing_is_said_with_what_to_do(facts, said):
    (sentence,) = lacks(replace(GOOD, **facts), DEMO)
    assert said in sentence and sentence.endswith(".")


def test_all_is_said_at_once():
    assert len(lacks(replace(GOOD, is_root=False, go="", no_controller="No Python.", disk_free=0, memory=0), DEMO)) == 5


@pytest.mark.parametrize("go", ["1.26.6", "1.26.10", "1.27.0", "1.27rc1", "2.0"])
def test_a_newer_go_serves(go):
    assert lacks(replace(GOOD, go=go), DEMO) == []


@pytest.mark.parametrize(
    ("wanted", "facts"),
    [
        (Wanted(hosts=3), {"go": "", "disk_free": 3 * GB}),
        (Wanted(go="1.26.6"), {"disk_free": 12 * GB, "memory": 4 * GB}),
        (Wanted(), {"go": "", "disk_free": 0, "memory": 0}),
    ],
)
def test_only_what_is_wanted_has_to_be_there(wanted, facts):
    assert lacks(replace(GOOD, **facts), wanted) == []


def test_the_newest_go_that_a_module_asks_for(tmp_path, monkeypatch):
    for name, version in (("a", "1.9.8"), ("b", "1.26.0"), ("c", "1.26.6")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "go.mod").write_text(f"module {name}\n\ngo {version}\n\ngodebug default=go1.99\n")
    monkeypatch.setattr(this_machine, "GO_MODULES", tmp_path)
    assert this_machine.go_wanted() == "1.26.6"
