# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask a host who it is, and compare its clock with the controller's."""

from __future__ import annotations

import time
from typing import Optional

from ansible.plugins.action import ActionBase

from ..plugin_utils._fleet.clock import Exchange, estimate, measure, parse_date


class ActionModule(ActionBase):
    """Run the module of the same name, then measure the clock by exchanges much shorter than a module takes."""

    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        asked = time.time()
        answer = self._execute_module(task_vars=task_vars)
        answered = time.time()
        if "identity" in answer:
            exchanges = [Exchange(asked, answered, answer["identity"]["time"]["epoch"]), *measure(self._read_clock)]
            answer["identity"]["clock"] = estimate(exchanges)
        return {**result, **answer}

    def _read_clock(self) -> Optional[float]:
        # Not as another user: sudo looks up the host's own name, which takes seconds where that does not resolve.
        outcome = self._low_level_execute_command("date +%s.%N", sudoable=False)
        return parse_date(outcome["stdout"]) if outcome["rc"] == 0 else None
