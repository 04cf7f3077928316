# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Marks of a bring-up, written on the controller (design: contract of reports/bringup.json)."""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone

from ansible.plugins.action import ActionBase

from ..plugin_utils._reports import read_report, report_path, write_report

FIRST = "T0"
MARKS = ["T0", "T1", "T2", "T3", "T4", "T5", "T6"]
SPEC = {
    "mark": {"type": "str", "required": True, "choices": MARKS},
    "path": {"type": "path", "default": "reports/bringup.json"},
    "after": {"type": "str", "choices": MARKS},
    "within": {"type": "float", "default": 900.0},
}


def add_mark(report: dict, mark: str, now: float) -> dict:
    """`report` with `mark` at `now` (seconds since 1970); T0 begins a new one, a mark that is there stays the first."""
    if mark == FIRST or "marks" not in report:
        report = {"schema": 1, "started": _iso(now), "started_epoch": now, "marks": {}}
    marks = report["marks"]
    marks.setdefault(mark, {"at": _iso(now), "elapsed_s": round(now - report["started_epoch"], 1)})
    return report


def is_recent(report: dict, mark: str, within: float, now: float) -> bool:
    """Whether the report has `mark`, and it was reached at most `within` seconds ago."""
    reached = report.get("marks", {}).get(mark)
    if not reached:
        return False
    since = now - report["started_epoch"] - reached["elapsed_s"]
    return -0.1 <= since <= within  # marks are noted to a tenth of a second


def _iso(now: float) -> str:
    return datetime.fromtimestamp(now, timezone.utc).isoformat(timespec="seconds")


class ActionModule(ActionBase):
    """Write one mark, once for all hosts of the play."""

    BYPASS_HOST_LOOP = True
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        unused, options = self.validate_argument_spec(SPEC)
        path = report_path(options["path"], os.environ, os.getcwd())
        report, now = read_report(path), time.time()
        result = {**result, "changed": False, "path": path}
        if options["after"] and not is_recent(report, options["after"], options["within"], now):
            return {**result, "written": False, "elapsed_s": None}
        report = add_mark(report, options["mark"], now)
        if not self._task.check_mode:
            write_report(path, report)
        elapsed = report["marks"][options["mark"]]["elapsed_s"]
        return {**result, "written": not self._task.check_mode, "elapsed_s": elapsed}
