# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print a discovery report for people, line by line, and keep it in a file."""

from __future__ import annotations

import os

from ansible import constants as C
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..plugin_utils._discovery.table import line_severity, table_lines
from ..plugin_utils._reports import report_path, write_report

COLORS = {"error": C.COLOR_ERROR, "warning": C.COLOR_WARN, "pass": C.COLOR_OK}


class ActionModule(ActionBase):
    """Table of a report, on the controller only."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        unused, options = self.validate_argument_spec(
            {
                "report": {"type": "dict", "required": True},
                "ascii": {"type": "bool", "default": False},
                "path": {"type": "path"},
            }
        )
        lines = table_lines(options["report"], options["ascii"])
        display = Display()
        for line in lines:
            display.display(line, color=COLORS.get(line_severity(line)))
        result = {**result, "changed": False, "lines": lines}
        if options["path"]:
            result["path"] = report_path(options["path"], os.environ, os.getcwd())
            if not self._task.check_mode:
                write_report(result["path"], options["report"])
        return result
