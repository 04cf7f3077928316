# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print a discovery report for people, line by line, and keep it in files, for programs and for a browser."""

from __future__ import annotations

import os

from ansible import constants as C
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..plugin_utils._discovery.page.document import page
from ..plugin_utils._discovery.table import line_severity, table_lines
from ..plugin_utils._reports import report_path, write_page, write_report

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
                "page": {"type": "path"},
            }
        )
        lines = table_lines(options["report"], options["ascii"])
        display = Display()
        for line in lines:
            display.display(line, color=COLORS.get(line_severity(line)))
        result = {**result, "changed": False, "lines": lines}
        for option, write in (("path", write_report), ("page", _write_page)):
            if options[option]:
                result[option] = report_path(options[option], os.environ, os.getcwd())
                if not self._task.check_mode:
                    write(result[option], options["report"])
        if options["page"] and not self._task.check_mode:
            lines.append(f"The same as a page for a browser: {result['page']}")
            display.display(lines[-1])
        return result


def _write_page(path, report):
    write_page(path, page(report))
