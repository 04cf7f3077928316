# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long it waits, and what it says."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._multus import Multus
from ansible_collections.rosfleet.cluster.plugins.modules import ros_lan_multus_wait

ABSENT, STALE, GOOD = Multus(False, ""), Multus(True, "old"), Multus(True, "")


@pytest.mark.parametrize(
    "looks, fresh, timeout, said, left",
    [
        ([ABSENT, GOOD], False, 9, (True, ""), 0),
        ([ABSENT, STALE, GOOD], False, 9, (True, "old"), 1),  # there, and for the role to mend
        ([STALE, STALE, GOOD], True, 9, (True, ""), 0),
        ([STALE] * 9, True, 2, (True, "old"), 6),
        ([ABSENT] * 9, False, 2, (False, ""), 6),
    ],
)
def test_it_waits_until_multus_is_there_or_right(run_main, monkeypatch, still_clock, looks, fresh, timeout, said, left):
    looks, wait_until = list(looks), ros_lan_multus_wait.wait_until
    monkeypatch.setattr(ros_lan_multus_wait, "read_multus", lambda folder, now: looks.pop(0))
    monkeypatch.setattr(ros_lan_multus_wait, "wait_until", lambda *given: wait_until(*given, clock=still_clock))
    result = run_main(ros_lan_multus_wait, fresh=fresh, timeout=timeout)
    assert (result["changed"], result["written"], result["stale"]) == (False, *said)
    assert len(looks) == left


def test_a_folder_that_cannot_be_read_is_said(run_main, tmp_path):
    (tmp_path / "file").touch()
    result = run_main(ros_lan_multus_wait, directory=str(tmp_path / "file"), timeout=0)
    assert "Cannot read the CNI configuration" in result["msg"]
