# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The snap of MicroK8s is installed once and held once, and why it is not is said in snapd's own words and with a fix."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome
from ansible_collections.rosfleet.cluster.plugins.module_utils._snapd import Snap, SnapdBusy, SnapdError
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_snap

FILE = {"path": "/x/m.snap", "assertion": None, "channel": None, "timeout": 900}
FREE, HELD = (Snap("v1.35.0", "8511", "1.35/stable", held) for held in (False, True))
DONE = Outcome(0, "", "")
INSTALL = ["snap", "install", "--classic", "--channel=1.35/stable", "microk8s"]
SEEN = {"microk8s": {"role": "standalone"}}
HOLD = ["snap", "refresh", "--hold", "microk8s"]


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
    assert said in microk8s_snap.explain(Outcome(1, "", output), 900)


def test_a_slow_download():
    said = microk8s_snap.explain(Outcome(-9, "", "", timed_out=True), 900)
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
    ],
)
def test_commands(changes, commands, monkeypatch):
    ran = []
    monkeypatch.setattr(microk8s_snap, "run", lambda argv, timeout: ran.append(argv) or Outcome(0, "", ""))
    microk8s_snap.install("snap", {**FILE, **changes})
    assert ran == commands


def test_an_assertion_that_snapd_does_not_trust(monkeypatch):
    monkeypatch.setattr(microk8s_snap, "run", lambda argv, timeout: Outcome(1, "", "error: cannot assert: bad"))
    with pytest.raises(SnapdError, match="does not trust /x/m.assert: error: cannot assert"):
        microk8s_snap.install("snap", {**FILE, "assertion": "/x/m.assert"})


@pytest.fixture
def hold(run_main, programs, monkeypatch):
    """Runs the module on a host with this snap; returns what it returned, and the commands that it ran."""
    program = programs("snap")["snap"]

    def hold(snap, says=lambda argv: DONE, **given):
        ran = []

        def run(argv, timeout):
            ran.append([word.replace(program, "snap") for word in argv])
            return says(ran[-1])

        monkeypatch.setattr(microk8s_snap._snapd, "installed_snap", lambda name: snap if name == "microk8s" else None)
        monkeypatch.setattr(microk8s_snap, "run", run)
        monkeypatch.setattr(microk8s_snap, "look_at_microk8s", lambda files: SEEN)
        return run_main(microk8s_snap, **given), ran

    return hold


@pytest.mark.parametrize(
    ("snap", "channel", "check_mode", "changed", "commands"),
    [
        (None, "1.35/stable", False, True, [INSTALL, HOLD]),
        (None, "1.35/stable", True, True, []),
        (FREE, "1.35/stable", False, True, [HOLD]),
        (FREE, None, False, True, [HOLD]),
        (FREE, None, True, True, []),
        (HELD, "1.35/stable", False, False, []),
        (HELD, None, True, False, []),
        (None, None, True, True, []),  # it will be there by then
    ],
)
def test_it_is_installed_once_and_held_once(hold, snap, channel, check_mode, changed, commands):
    result, ran = hold(snap, check_mode=check_mode, channel=channel)
    assert (result["changed"], ran) == (changed, commands)
    assert result.get("seen") == (SEEN if INSTALL in ran else None)


NOT_HELD = "snapd did not hold microk8s, which keeps it from refreshing by itself. {}. snapd said: {}"
TOO_OLD = (
    "It is older than 2.58, as Debian 12's own is. Fix: snap install snapd on this host, without the Internet from its file "
    "(snap download snapd), and run the playbook again"
)


@pytest.mark.parametrize(
    ("snap", "channel", "snapd", "said"),
    [
        (None, None, "", "snap microk8s is not installed, so there is nothing to hold"),
        (FREE, None, "error: unknown flag `hold'", NOT_HELD.format(TOO_OLD, "error: unknown flag `hold'")),
        (None, "1.35/stable", "error: unknown flag `hold'", NOT_HELD.format(TOO_OLD, "error: unknown flag `hold'")),
        (FREE, None, "error: no answer", NOT_HELD.format("Fix: look at snap changes", "error: no answer")),
    ],
)
def test_why_it_is_not_held(hold, snap, channel, snapd, said):
    refusal = Outcome(1, "", f"{snapd}\n")
    result, _ran = hold(snap, lambda argv: refusal if argv == HOLD else DONE, channel=channel)
    assert (result["failed"], result["msg"]) == (True, said)


def test_an_installation_that_fails_says_why_and_nothing_is_held(hold):
    result, ran = hold(None, lambda argv: Outcome(1, "", "no space left on device"), path="/x/m.snap")
    assert result["failed"] and "the disk is full. Fix: make room" in result["msg"]
    assert ran == [["snap", "install", "--classic", "--dangerous", "/x/m.snap"]]


def test_snapd_does_not_answer(run_main, monkeypatch):
    def refuse(name):
        raise SnapdError("snapd does not answer")

    monkeypatch.setattr(microk8s_snap._snapd, "installed_snap", refuse)
    assert run_main(microk8s_snap)["msg"] == "snapd does not answer"


@pytest.mark.parametrize(
    ("given", "awaited"),
    [({}, ("microk8s", 600)), ({"timeout": 5, "check_mode": True}, ("microk8s", 5))],
)
def test_what_is_in_progress_is_awaited_and_no_change(run_main, monkeypatch, given, awaited):
    asked = []
    monkeypatch.setattr(microk8s_snap._snapd, "await_idle", lambda *arguments: asked.append(arguments))
    assert run_main(microk8s_snap, state="idle", **given)["changed"] is False
    assert asked == [awaited]


def test_a_snap_that_stays_busy(run_main, monkeypatch):
    def refuse(name, timeout):
        raise SnapdBusy(f"snapd has been busy with 'Refresh \"{name}\" snap' for {timeout} s")

    monkeypatch.setattr(microk8s_snap._snapd, "await_idle", refuse)
    result = run_main(microk8s_snap, state="idle", timeout=7)
    assert result["failed"] is True
    assert result["msg"] == (
        "snapd has been busy with 'Refresh \"microk8s\" snap' for 7 s. Fix: wait for it to end (snap changes), or end it "
        "(snap abort ID), and run the playbook again."
    )
