# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Controller side of microk8s_image: copies the archive only to hosts that do not have its images."""

from __future__ import annotations

import hashlib
import os

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase


def sha256_of(path: str) -> str:
    """SHA-256 (hex) of a file, read in pieces: archives are hundreds of megabytes."""
    digest = hashlib.sha256()
    with open(path, "rb") as handle:
        while piece := handle.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


class ActionModule(ActionBase):
    """Ask the host, copy, import, remove the copy."""

    TRANSFERS_FILES = True
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        source = os.path.abspath(os.path.expanduser(arguments.get("src") or ""))
        if not os.path.isfile(source):
            raise AnsibleActionFail(
                f"image archive {arguments.get('src')} is not a file on the controller. "
                "Correct the entry of microk8s_images."
            )
        arguments.update(src=source, checksum=sha256_of(source))
        answer = self._ask(arguments, task_vars)
        if answer.get("failed") or answer["present"]:
            return answer
        if self._task.check_mode:
            return {**answer, "changed": True}
        folder = self._make_tmp_path()
        try:
            copy = self._transfer_file(source, self._connection._shell.join_path(folder, os.path.basename(source)))
            return self._ask({**arguments, "path": copy}, task_vars)
        finally:
            self._remove_tmp_path(folder)

    def _ask(self, arguments, task_vars):
        return self._execute_module("rosfleet.cluster.microk8s_image", arguments, task_vars=task_vars)
