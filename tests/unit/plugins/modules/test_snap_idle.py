# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in progress with a snap is awaited for as long as was asked for."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._snapd import SnapdBusy
from ansible_collections.rosfleet.cluster.plugins.modules import snap_idle


@pytest.mark.parametrize(
    ("given", "awaited"),
    [({}, ("microk8s", 600)), ({"timeout": 5, "check_mode": True}, ("microk8s", 5))],
)
def test_an_idle_snap_is_no_change(run_main, monkeypatch, given, awaited):
    asked = []
    monkeypatch.setattr(snap_idle._snapd, "await_idle", lambda *arguments: asked.append(arguments))
    assert run_main(snap_idle, name="microk8s", **given)["changed"] is False
    assert asked == [awaited]


def test_a_snap_that_stays_busy(run_main, monkeypatch):
    def refuse(name, timeout):
        raise SnapdBusy(f"snapd has been busy with 'Refresh \"{name}\" snap' for {timeout} s")

    monkeypatch.setattr(snap_idle._snapd, "await_idle", refuse)
    result = run_main(snap_idle, name="microk8s", timeout=7)
    assert result["failed"] is True
    assert result["msg"] == (
        "snapd has been busy with 'Refresh \"microk8s\" snap' for 7 s. Fix: wait for it to end (snap changes), or end it "
        "(snap abort ID), and run the playbook again."
    )
