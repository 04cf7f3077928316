# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file on the controller is written where it differs, not in check mode, and never counts as a change of the fleet."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.action import controller_file


@pytest.fixture
def keep(make_action, monkeypatch):
    def keep(path, content, check_mode=False, private=False):
        options = {"path": str(path), "content": content, "private": private}
        action = make_action(controller_file, check_mode=check_mode, **options)
        monkeypatch.setattr(action, "validate_argument_spec", lambda specification: (None, options))
        result = action.run(task_vars={})
        return {key: result.get(key) for key in ("changed", "written", "failed", "msg")}

    return keep


def test_written_once(keep, tmp_path):
    path = tmp_path / "folder/file"
    assert [keep(path, "text")["written"] for _run in range(2)] == [True, False]
    assert keep(path, "other") == {"changed": False, "written": True, "failed": None, "msg": None}


def test_check_mode_writes_nothing(keep, tmp_path):
    assert keep(tmp_path / "file", "text", check_mode=True)["written"] is False
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_said(keep, tmp_path):
    (tmp_path / "file").write_text("no folder")
    result = keep(tmp_path / "file/below", "text")
    assert result["failed"] is True
    assert (
        f"{tmp_path / 'file/below'} on this controller was not written: " in result["msg"] and "Fix: " in result["msg"]
    )
