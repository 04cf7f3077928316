# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of microk8s_snap: brings the files of the snap to the host for as long as its installation takes."""

from __future__ import annotations

import os

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

# What each file is to the module, by its ending.
KINDS = {".snap": "path", ".assert": "assertion"}


class ActionModule(ActionBase):
    """Copy, install, remove the copies."""

    TRANSFERS_FILES = True
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        super().run(tmp, task_vars)
        sources = [os.path.abspath(os.path.expanduser(each)) for each in self._task.args.get("files") or []]
        for source in sources:
            if os.path.splitext(source)[1] not in KINDS or not os.path.isfile(source):
                raise AnsibleActionFail(
                    f"{source} is no .snap or .assert file on the controller. Fix: correct the entry of microk8s_snap_files."
                )
        if not sources or self._task.check_mode:
            return self._install({source: source for source in sources}, task_vars)
        folder = self._make_tmp_path()
        try:
            copies = {source: self._bring(source, folder) for source in sources}
            return self._install(copies, task_vars)
        finally:
            self._remove_tmp_path(folder)

    def _bring(self, source, folder):
        return self._transfer_file(source, self._connection._shell.join_path(folder, os.path.basename(source)))

    def _install(self, copies, task_vars):
        given = {key: value for key, value in self._task.args.items() if key != "files"}
        named = {KINDS[os.path.splitext(source)[1]]: copy for source, copy in copies.items()}
        return self._execute_module("rosfleet.cluster.microk8s_snap", {**given, **named}, task_vars=task_vars)
