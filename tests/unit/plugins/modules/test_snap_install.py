# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why snapd did not install a snap, in its own words and with a fix."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome
from ansible_collections.rosfleet.cluster.plugins.module_utils._snapd import Snap, SnapdError
from ansible_collections.rosfleet.cluster.plugins.modules import snap_install

FILE = {"name": "microk8s", "path": "/x/m.snap", "assertion": None, "channel": None, "hold": False, "timeout": 900}


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (
            "error: cannot perform the following tasks:\n- Mount snap (write /x: no space left on device)",
            "the disk is full. Fix: make room",
        ),
        ('error: snap "microk8s" not found', "the store has no such snap"),
        (
            'error: snap "microk8s" is not available on 1.99/stable but is available to install on the following channels',
            "no such channel. Fix: another microk8s_channel",
        ),
        ("error: unable to contact snap store", "does not reach the snap store. Fix: "),
        (
            'error: cannot install "microk8s": Post\n       "https://store.example.org/v2/snaps/refresh": dial tcp: lookup\n '
            "      store.example.org on [::1]:53: connect: cannot assign requested address",
            "does not reach the snap store. Fix: ",
        ),
        (
            "error: cannot install \"microk8s\": store is marked offline, use 'snap unset\n       system store.access' to go "
            "online",
            "there is no store. Fix: install from files: microk8s_snap_files",
        ),
        ('error: cannot find signatures with metadata for snap/component "m.snap"', "Fix: name its .assert"),
        (
            '- Ensure prerequisites for "microk8s" are available (cannot install snap base "core24": …)',
            "its base snap could not be fetched. Fix: ",
        ),
        ('error: snap "microk8s" has "install-snap" change in progress', "Fix: wait for it to end"),
        ("error: it rains", "Fix: look at snap changes and snap tasks --last=install. snapd said: error: it rains"),
    ],
)
def test_causes(output, said):
    assert said in snap_install.explain("microk8s", Outcome(1, "", output), 900)


def test_a_slow_download():
    said = snap_install.explain("microk8s", Outcome(-9, "", "", timed_out=True), 900)
    assert "took longer than 900 s; snapd goes on with it. Fix: run the playbook again" in said


@pytest.mark.parametrize(
    ("changes", "commands"),
    [
        ({}, [["snap", "install", "--classic", "--dangerous", "/x/m.snap"]]),
        (
            {"assertion": "/x/m.assert"},
            [["snap", "ack", "/x/m.assert"], ["snap", "install", "--classic", "/x/m.snap"]],
        ),
        (
            {"path": None, "channel": "1.35/stable"},
            [["snap", "install", "--classic", "--channel=1.35/stable", "microk8s"]],
        ),
        (
            {"hold": True},
            [["snap", "install", "--classic", "--dangerous", "/x/m.snap"], ["snap", "refresh", "--hold", "microk8s"]],
        ),
    ],
)
def test_commands(changes, commands, monkeypatch):
    ran = []
    monkeypatch.setattr(snap_install, "run", lambda argv, timeout: ran.append(argv) or Outcome(0, "", ""))
    snap_install.install("snap", {**FILE, **changes})
    assert ran == commands


def test_an_assertion_that_snapd_does_not_trust(monkeypatch):
    monkeypatch.setattr(snap_install, "run", lambda argv, timeout: Outcome(1, "", "error: cannot assert: bad"))
    with pytest.raises(SnapdError, match="does not trust /x/m.assert: error: cannot assert"):
        snap_install.install("snap", {**FILE, "assertion": "/x/m.assert"})


@pytest.mark.parametrize(
    ("there", "check_mode", "changed", "ran"),
    [(False, False, True, 1), (False, True, True, 0), (True, False, False, 0), (True, True, False, 0)],
)
def test_a_snap_is_installed_once(run_main, programs, monkeypatch, there, check_mode, changed, ran):
    commands = []
    snap = Snap("v1.35.0", "x1", "", False) if there else None
    monkeypatch.setattr(snap_install._snapd, "installed_snap", lambda name: snap if name == "microk8s" else None)
    monkeypatch.setattr(snap_install, "run", lambda argv, timeout: commands.append(argv) or Outcome(0, "", ""))
    program = programs("snap")["snap"]
    result = run_main(snap_install, name="microk8s", channel="1.35/stable", check_mode=check_mode)
    assert result["changed"] is changed
    assert commands == [[program, "install", "--classic", "--channel=1.35/stable", "microk8s"]] * ran


def test_an_installation_that_fails_says_why(run_main, programs, monkeypatch):
    programs("snap")
    monkeypatch.setattr(snap_install._snapd, "installed_snap", lambda name: None)
    monkeypatch.setattr(snap_install, "run", lambda argv, timeout: Outcome(1, "", "no space left on device"))
    result = run_main(snap_install, name="microk8s", path="/x/m.snap")
    assert result["failed"] and "the disk is full. Fix: make room" in result["msg"]
