# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask the cluster's API and tell it things, in one process on the controller."""

from __future__ import annotations

from functools import partial

from ansible import constants
from ansible.plugins.action import ActionBase

from ..module_utils._lan import LanError
from ..plugin_utils._cluster_api.session import Refused, Session
from ..plugin_utils._cluster_api.steps import Run, StepError
from ..plugin_utils._cluster_api.transport import Silent, connect
from ..plugin_utils._lan_slices import Contention
from ..plugin_utils._step_missing import note_missing

SPEC = {
    "kubeconfig": {"type": "path", "required": True},
    "steps": {"type": "list", "elements": "dict", "required": True},
}


class ActionModule(ActionBase):
    """Carry out the steps, once for all hosts of the play."""

    BYPASS_HOST_LOOP = True
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        unused, options = self.validate_argument_spec(SPEC)
        check = bool(self._task.check_mode)
        run, trouble = None, {}
        try:
            tell = partial(note_missing, constants.DEFAULT_LOCAL_TMP, self._task._uuid)
            run = Run(Session(connect(options["kubeconfig"]), check=check), check=check, tell=tell)
            run.carry_out(options["steps"])
        except Silent as exc:
            trouble = {"failed": True, "msg": f"The API does not answer: {exc}", "silence": str(exc)}
        except Contention as exc:
            trouble = {
                "failed": True,
                "msg": f"No slices were handed out: {exc}. Fix: run this again when they are done.",
            }
        except (Refused, StepError, LanError) as exc:
            trouble = {"failed": True, "msg": str(exc)}
        # What was done before a step failed is told as well.
        return {**result, **(run.outcome() if run else {}), **trouble}
