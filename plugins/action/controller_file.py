# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep a file on the controller, for the user who runs Ansible."""

from __future__ import annotations

from ansible.plugins.action import ActionBase

from ..plugin_utils._keeping import is_kept, keep

SPEC = {
    "path": {"type": "path", "required": True},
    "content": {"type": "str", "required": True},
    "private": {"type": "bool", "default": False},
}


class ActionModule(ActionBase):
    """Write the file where it is not there as it should be, once for all hosts of the play."""

    BYPASS_HOST_LOOP = True
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        unused, options = self.validate_argument_spec(SPEC)
        path, content, private = options["path"], options["content"].encode(), options["private"]
        result = {**result, "changed": False, "path": path, "written": False}
        try:
            if not is_kept(path, content, private) and not self._task.check_mode:
                keep(path, content, private)
                result["written"] = True
        except OSError as exc:
            why = f"{path} on this controller was not written: {exc}. Fix: see to its folder and disk, or name another file."
            return {**result, "failed": True, "msg": why}
        return result
