# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was recorded on a host is kept on the controller, for the user alone; why there is none is printed, and no failure."""

from __future__ import annotations

import base64
import stat

import pytest
from ansible_collections.rosfleet.cluster.plugins.action import discovery_evidence

RECORDED = {"path": "/run/rosfleet/evidence.pcapng.gz", "packets": 12, "left_out": 0, "errors": []}


@pytest.fixture
def fetch(make_action, monkeypatch, tmp_path):
    """Runs the action where an earlier run has left a file; returns the lines, what was asked of the host, the file."""

    def fetch(recorded, answer):
        asked, path = [], tmp_path / "evidence/tb1.pcapng.gz"
        path.parent.mkdir()
        path.write_bytes(b"of an earlier run")
        action = make_action(discovery_evidence, recorded=recorded, path=str(path))
        monkeypatch.setattr(
            action, "_execute_module", lambda name, arguments, task_vars: asked.append((name, arguments)) or answer
        )
        result = action.run(task_vars={"inventory_hostname": "tb1"})
        assert not result["changed"] and not result.get("failed")
        assert result["path"] == (str(path) if path.exists() else "")
        if path.exists():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        return result["lines"], asked, path.read_bytes() if path.exists() else None

    return fetch


CONTENT = {"content": base64.b64encode(b"packets").decode()}


@pytest.mark.parametrize(
    "recorded, answer, said, kept",
    [
        (RECORDED, CONTENT, ["Evidence of tb1: {path} (12 packets)"], b"packets"),
        (
            {**RECORDED, "left_out": 3, "errors": ["nothing was recorded on ros0: gone."]},
            CONTENT,
            [
                "Evidence of tb1: {path} (12 packets, 3 left out)",
                "Evidence of tb1: nothing was recorded on ros0: gone.",
            ],
            b"packets",
        ),
        (
            RECORDED,
            {"failed": True, "msg": "no such file"},
            ["No evidence of tb1: it could not be fetched: no such file"],
            None,
        ),
        (
            {
                **RECORDED,
                "path": "",
                "packets": 0,
                "errors": ["nothing was recorded on eth0: Operation not permitted."],
            },
            None,
            ["No evidence of tb1: nothing was recorded on eth0: Operation not permitted."],
            None,
        ),
        ({}, None, ["No evidence of tb1: the probe gave no result."], None),
    ],
)
def test_it_is_kept_or_said_why_not(fetch, tmp_path, recorded, answer, said, kept):
    lines, asked, content = fetch(recorded, answer)
    assert lines == [line.format(path=tmp_path / "evidence/tb1.pcapng.gz") for line in said]
    assert content == kept
    assert asked == ([("ansible.builtin.slurp", {"src": recorded["path"]})] if recorded.get("path") else [])
