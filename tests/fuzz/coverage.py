# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which branches of the collection's code an input takes, by sys.monitoring."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType

TOOL = sys.monitoring.COVERAGE_ID
WATCHED = "/plugins/module_utils/"
Branch = tuple[CodeType, int, int]


class Coverage:
    """What the interpreter tells of branches. It is never turned off in between, as that takes longer than most inputs."""

    def __init__(self) -> None:
        self._taken: set[Branch] = set()
        sys.monitoring.use_tool_id(TOOL, "fuzz")
        sys.monitoring.register_callback(TOOL, sys.monitoring.events.BRANCH, self._note)
        sys.monitoring.set_events(TOOL, sys.monitoring.events.BRANCH)

    def of(self, call: Callable[[bytes], None], data: bytes) -> set[Branch]:
        """The branches that are taken; what the call raises is raised."""
        self._taken = set()
        call(data)
        return self._taken

    def close(self) -> None:
        sys.monitoring.set_events(TOOL, 0)
        sys.monitoring.free_tool_id(TOOL)

    def _note(self, code: CodeType, offset: int, target: int) -> object:
        if WATCHED not in code.co_filename:
            return sys.monitoring.DISABLE
        self._taken.add((code, offset, target))
        return None
