# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Marks of a bring-up, written on the controller (design: contract of reports/bringup.json)."""

from __future__ import annotations

import json
import os
import time
from datetime import datetime, timezone
from typing import Mapping

from ansible.plugins.action import ActionBase

FIRST = "T0"
DEFAULT_PATH = "reports/bringup.json"


def add_mark(report: dict, mark: str, now: float) -> dict:
    """`report` with `mark` at `now` (seconds since 1970); T0 begins a new one, a mark that is there stays the first."""
    if mark == FIRST or "marks" not in report:
        report = {"schema": 1, "started": _iso(now), "started_epoch": now, "marks": {}}
    marks = report["marks"]
    marks.setdefault(mark, {"at": _iso(now), "elapsed_s": round(now - report["started_epoch"], 1)})
    return report


def _iso(now: float) -> str:
    return datetime.fromtimestamp(now, timezone.utc).isoformat(timespec="seconds")


def report_path(path: str, environment: Mapping[str, str], here: str) -> str:
    """`path` as the user means it: relative to the shell's folder (`PWD`), as `ansible-playbook` may run in another.

    The role discovery keeps its report by the same rule, so both lie side by side.
    """
    return os.path.join(environment.get("PWD") or here, path)


def read_report(path: str) -> dict:
    try:
        with open(path, encoding="utf-8") as handle:
            return json.load(handle)
    except (FileNotFoundError, ValueError):
        return {}


class ActionModule(ActionBase):
    """Write one mark, once for all hosts of the play."""

    BYPASS_HOST_LOOP = True
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        path = report_path(self._task.args.get("path", DEFAULT_PATH), os.environ, os.getcwd())
        mark = self._task.args["mark"]
        report = add_mark(read_report(path), mark, time.time())
        if not self._task.check_mode:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path + ".new", "w", encoding="utf-8") as handle:
                json.dump(report, handle, indent=2)
            os.replace(path + ".new", path)
        return {**result, "changed": False, "elapsed_s": report["marks"][mark]["elapsed_s"]}
