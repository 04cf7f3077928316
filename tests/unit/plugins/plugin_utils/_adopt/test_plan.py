# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._adopt.plan import CannotAdopt, Plan, plan

from .looks import seen

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
PYTHON = "/usr/bin/python3"
PROOF = f"{PYTHON} -c 'import sys; sys.exit(sys.version_info < (3, 9))'"
OLD = {PYTHON: (3, 8)}
ROCKY = {"distribution": "rocky", "like": "rhel fedora", "release": "8.10", "manager": "dnf"}


def due(wanted="", new_keys=(), free_sudo=True, **changes) -> Plan:
    return plan(seen(**changes), wanted, new_keys, free_sudo)


def test_nothing_is_due_on_a_machine_that_lacks_nothing():
    assert due() == Plan(PYTHON, f"{PROOF} && sudo -n true")
    assert due().summary == []


@pytest.mark.parametrize(
    ("changes", "proof"),
    [
        ({"free_sudo": False, "free": False}, PROOF),
        ({"user": "root"}, PROOF),
        ({"pythons": {}, "release": "20.04"}, f"{PROOF.replace(PYTHON, '/usr/bin/python3.9')} && sudo -n true"),
    ],
)
def test_what_has_to_work_afterwards(changes, proof):
    assert due(**changes).proof == proof


@pytest.mark.parametrize(
    ("lines", "added"),
    [
        ((), [f"{KEY} me@here"]),
        ((f"{KEY} me@there",), []),  # whatever it is called
        ((f'from="192.168.8.10" {KEY}',), []),
        ((f"# {KEY} me@here",), [f"{KEY} me@here"]),
        (("ssh-ed25519 AAAA me@here",), [f"{KEY} me@here"]),
    ],
)
def test_keys_are_added_once(lines, added):
    assert list(due(new_keys=[f"{KEY} me@here\n"], keys=lines).keys) == added


@pytest.mark.parametrize(
    ("free", "asked", "line"),
    [
        (True, True, ""),
        (False, True, "ubuntu ALL=(ALL) NOPASSWD: ALL"),
        (False, False, ""),
    ],
)
def test_sudo(free, asked, line):
    assert due(free=free, free_sudo=asked).sudoer == line


@pytest.mark.parametrize(
    ("changes", "packages"),
    [
        ({"pythons": {}}, ("python3",)),
        ({"pythons": {}, "manager": "pacman", "distribution": "arch", "like": ""}, ("python",)),
        ({"snap": False}, ("snapd",)),
        ({"pythons": {}, "snap": False}, ("python3", "snapd")),
        ({"pythons": OLD, "release": "20.04"}, ("python3.9",)),
        ({"pythons": {}, "release": "20.04"}, ("python3.9",)),
        ({**ROCKY, "pythons": {PYTHON: (3, 6)}}, ("python3.11",)),
        ({"snap": False, "manager": "dnf", "distribution": "fedora"}, ()),
    ],
)
def test_packages(changes, packages):
    found = due(**changes)
    assert found.packages == packages
    assert found.install.endswith(" ".join(packages))


@pytest.mark.parametrize(
    ("wanted", "pythons", "release", "python", "told"),
    [
        ("", {PYTHON: (3, 12)}, "24.04", PYTHON, False),
        ("auto_silent", {PYTHON: (3, 12)}, "24.04", PYTHON, False),
        (PYTHON, OLD, "20.04", "/usr/bin/python3.9", True),
        (
            "",
            {**OLD, "/usr/bin/python3.10": (3, 10), "/usr/bin/python3.9": (3, 9)},
            "20.04",
            "/usr/bin/python3.10",
            True,
        ),
        ("/usr/bin/python3.9", {**OLD, "/usr/bin/python3.9": (3, 9)}, "20.04", "/usr/bin/python3.9", False),
        ("/usr/bin/python3.9", OLD, "20.04", "/usr/bin/python3.9", False),
        ("/opt/venv/bin/python", OLD, "20.04", "/opt/venv/bin/python", False),
    ],
)
def test_which_python_ansible_uses(wanted, pythons, release, python, told):
    found = due(wanted, pythons=pythons, release=release)
    assert found.python == python
    assert any(f"write ansible_python_interpreter: {python} into" in note for note in found.notes) is told


def test_snapd_elsewhere_is_told_in_the_system_s_words():
    (note,) = due(snap=False, manager="dnf", distribution="fedora").notes
    assert "it has no snapd" in note and "sudo dnf install snapd" in note


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"sudo": False, "free": False}, "it has no sudo. Fix: as root on it"),
        ({"pythons": {}, "manager": ""}, "none of the programs by which systems get packages. Fix: install Python 3.9"),
        ({"pythons": {PYTHON: (3, 6)}, "release": "18.04"}, "its Python 3.6 is too old for Ansible, and ubuntu 18.04"),
    ],
)
def test_what_cannot_be_adopted(changes, says):
    with pytest.raises(CannotAdopt) as told:
        due(**changes)
    assert says in str(told.value)
    assert "Fix: " in str(told.value)
