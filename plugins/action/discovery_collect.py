# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetch what a probe that was started in the background has heard, and leave nothing of it on the host."""

from __future__ import annotations

from ansible.plugins.action import ActionBase

from ..module_utils._waiting import REAL_CLOCK, wait_until

SPEC = {
    "job": {"type": "str", "required": True},
    "async_dir": {"type": "str", "required": True},
    "within": {"type": "float", "required": True},
}
ASK_EVERY_S = 0.5


class ActionModule(ActionBase):
    """Ask for the job until it is done, quietly: a wait that goes well has nothing to say."""

    _supports_check_mode = True
    clock = REAL_CLOCK

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        unused, options = self.validate_argument_spec(SPEC)
        job, within = options["job"], options["within"]

        def ask(mode: str) -> dict:
            arguments = {"jid": job, "mode": mode, "_async_dir": options["async_dir"]}
            return self._execute_module("ansible.builtin.async_status", arguments, task_vars=task_vars)

        def is_done(answer: dict) -> bool:
            return bool(answer.get("failed") or answer.get("finished"))

        answer, waited = wait_until(lambda: ask("status"), is_done, within, interval=ASK_EVERY_S, clock=self.clock)
        if not is_done(answer):
            why = f"the probe has not ended {waited:.0f} s after it was to be collected. Likely the host is too busy"
            return {**result, "failed": True, "msg": why}
        ask("cleanup")
        return {**result, **answer, "changed": False, "collected": True}
