# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A snap is held once, and only when it is there."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome
from ansible_collections.rosfleet.cluster.plugins.module_utils._snapd import Snap, SnapdError
from ansible_collections.rosfleet.cluster.plugins.modules import snap_hold

FREE, HELD = (Snap("v1.35.0", "8511", "1.35/stable", held) for held in (False, True))
DONE = Outcome(0, "", "")


@pytest.fixture
def hold(run_main, programs, monkeypatch):
    """Runs the module on a host with this snap; returns what it returned, and the commands that it ran."""
    snap_program = programs("snap")["snap"]

    def hold(snap, outcome=DONE, check_mode=False):
        ran = []
        monkeypatch.setattr(snap_hold._snapd, "installed_snap", lambda name: snap if name == "microk8s" else None)
        monkeypatch.setattr(snap_hold, "run", lambda argv, timeout: ran.append(argv) or outcome)
        result = run_main(snap_hold, name="microk8s", check_mode=check_mode)
        return result, [[word.replace(snap_program, "snap") for word in argv] for argv in ran]

    return hold


@pytest.mark.parametrize(
    ("snap", "check_mode", "changed", "commands"),
    [
        (FREE, False, True, [["snap", "refresh", "--hold", "microk8s"]]),
        (FREE, True, True, []),
        (HELD, False, False, []),
        (HELD, True, False, []),
        (None, True, True, []),  # it will be there by then
    ],
)
def test_a_hold_is_set_where_there_is_none(hold, snap, check_mode, changed, commands):
    result, ran = hold(snap, check_mode=check_mode)
    assert (result["changed"], ran) == (changed, commands)


@pytest.mark.parametrize(
    ("snap", "said"),
    [
        (None, "snap microk8s is not installed, so there is nothing to hold"),
        (FREE, "snapd did not hold microk8s (snapd 2.58 or newer can): error: unknown flag `hold'"),
    ],
)
def test_why_a_snap_is_not_held(hold, snap, said):
    result, _ran = hold(snap, Outcome(1, "", "error: unknown flag `hold'\n"))
    assert (result["failed"], result["msg"]) == (True, said)


def test_snapd_does_not_answer(run_main, monkeypatch):
    def refuse(name):
        raise SnapdError("snapd does not answer")

    monkeypatch.setattr(snap_hold._snapd, "installed_snap", refuse)
    assert run_main(snap_hold, name="microk8s")["msg"] == "snapd does not answer"
