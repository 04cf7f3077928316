# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What takes long is told, with its beginning, and what does not is not."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._long_step import told_while

LONG = 600.0  # seconds after which a test that waits for a line has failed


def clock(shape):
    assert shape == "%H:%M:%S"
    return "11:20:31"


def test_a_step_that_takes_long_is_told_again_and_again():
    lines, third = [], threading.Event()

    def say(line):
        lines.append(line)
        if len(lines) == 3:
            third.set()

    with told_while("tb1: joins the cluster", say, first=0, again=0, clock=clock):
        assert third.wait(LONG)
    assert set(lines) == {"tb1: joins the cluster, since 11:20:31"}


def test_a_short_one_is_not_told():
    lines = []
    with told_while("tb1: joins the cluster", lines.append, first=LONG):
        pass
    assert lines == []


def test_nothing_is_told_any_more_when_it_has_failed():
    before = threading.active_count()
    with pytest.raises(OSError, match="gone"), told_while("tb1: joins the cluster", print, first=LONG):
        raise OSError("gone")
    assert threading.active_count() == before
