# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one process notes, another one reads."""

from __future__ import annotations

from ansible_collections.rosfleet.cluster.plugins.plugin_utils._step_missing import note_missing, read_missing


def test_what_was_noted_last_is_read(tmp_path):
    for names in (["tb1", "tb2"], ["tb2"]):
        note_missing(str(tmp_path), "a", names)
    assert read_missing(str(tmp_path), "a") == ["tb2"]


def test_a_step_that_has_noted_nothing_misses_nothing(tmp_path):
    note_missing(str(tmp_path), "a", ["tb1"])
    assert read_missing(str(tmp_path), "b") == []
