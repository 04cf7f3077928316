# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where reports of a run are kept on the controller, and how they are written.

Private to this collection. Used by action plugins alone.
"""

from __future__ import annotations

import json
import os
from typing import Any, Mapping

from ._keeping import keep


def report_path(path: str, environment: Mapping[str, str], here: str) -> str:
    """`path` as the user means it: relative to the shell's folder (`PWD`), as `ansible-playbook` may run in another.

    A systemd timer and AWX set no `PWD`: then it is relative to the folder of the process, `here`.
    """
    return os.path.join(environment.get("PWD") or here, path)


def read_report(path: str) -> dict[str, Any]:
    """The report, empty when there is none that can be read."""
    try:
        with open(path, encoding="utf-8") as handle:
            return json.load(handle)
    except (FileNotFoundError, ValueError):
        return {}


def write_report(path: str, report: Mapping[str, Any]) -> None:
    """Write it as JSON, whole or not at all, and its folder where it is missing."""
    keep(path, (json.dumps(report, indent=2, ensure_ascii=False) + "\n").encode())


def write_page(path: str, page: str) -> None:
    """Write the page of a report, as `write_report` does the report."""
    keep(path, page.encode())
