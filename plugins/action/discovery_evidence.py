# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetch what a probe has recorded on the wire, and say where it lies or why there is none."""

from __future__ import annotations

import base64
import contextlib
import os
from typing import Iterator

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..plugin_utils._keeping import keep
from ..plugin_utils._reports import report_path

SPEC = {"recorded": {"type": "dict", "required": True}, "path": {"type": "path", "required": True}}


class ActionModule(ActionBase):
    """Keep the file of one host on the controller, for the user alone, and none of an earlier run."""

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        unused, options = self.validate_argument_spec(SPEC)
        recorded, host = options["recorded"], (task_vars or {}).get("inventory_hostname", "")
        path = report_path(options["path"], os.environ, os.getcwd())
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        faults = list(recorded.get("errors", ["the probe gave no result."]))
        kept = False
        if recorded.get("path"):
            answer = self._execute_module("ansible.builtin.slurp", {"src": recorded["path"]}, task_vars=task_vars)
            kept = "content" in answer
            if kept:
                keep(path, base64.b64decode(answer["content"]), private=True)
            else:
                faults.append(f"it could not be fetched: {answer.get('msg', 'no reason was given')}")
        lines = list(_told(host, path if kept else "", recorded, faults))
        for line in lines:
            Display().display(line)
        return {**result, "changed": False, "path": path if kept else "", "lines": lines}


def _told(host: str, path: str, recorded: dict, faults: list[str]) -> Iterator[str]:
    if path:
        left_out = f", {recorded['left_out']} left out" if recorded["left_out"] else ""
        yield f"Evidence of {host}: {path} ({recorded['packets']} packets{left_out})"
    for fault in faults:
        yield f"{'Evidence of' if path else 'No evidence of'} {host}: {fault}"
