# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Controller side of microk8s_image: copies an archive only to hosts that do not have its images."""

from __future__ import annotations

import os

from ansible import constants
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..module_utils._microk8s.images import brought_by, missing_archives
from ..plugin_utils._checksums import sha256_of
from ..plugin_utils._image_archives import architectures, wrong_architecture


class ActionModule(ActionBase):
    """Ask the host what it lacks; then, one archive after the other: copy, import, remove the copy."""

    TRANSFERS_FILES = True
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        super().run(tmp, task_vars)
        given = self._task.args.get("src") or []
        sources = [os.path.abspath(os.path.expanduser(each)) for each in ([given] if isinstance(given, str) else given)]
        for source in sources:
            if not os.path.isfile(source):
                raise AnsibleActionFail(
                    f"image archive {source} is not a file on the controller. Correct the entry of microk8s_images."
                )
        try:
            checksums = {source: sha256_of(source, constants.DEFAULT_LOCAL_TMP) for source in sources}
        except OSError as exc:
            raise AnsibleActionFail(f"an image archive cannot be read on the controller: {exc}") from exc
        answer = self._seen(checksums) or self._ask(checksums, task_vars)
        if not answer.get("failed"):
            self._refuse_others(answer["missing"], answer.get("architecture", ""), task_vars)
        if answer.get("failed") or self._task.check_mode:
            return {**answer, "changed": bool(answer.get("missing"))}
        for source in answer["missing"]:
            imported = self._bring(source, checksums[source], task_vars)
            if imported.get("failed"):
                return imported
            answer["changed"] = answer["changed"] or imported["changed"]
            answer["images"].update(imported["images"])
        return answer

    def _seen(self, checksums):
        """The answer of a host that was looked at before, where nothing was missing; else None."""
        seen = self._task.args.get("seen")
        if not seen or missing_archives(checksums, seen["record"], seen["there"]):
            return None
        return {"changed": False, "missing": [], "images": brought_by(checksums.values(), seen["record"])}

    def _refuse_others(self, sources, here, task_vars):
        """Raises for the first archive that is for other processors than the host's."""
        host = self._task.delegate_to or task_vars["inventory_hostname"]
        for source in sources if here else []:
            wrong = wrong_architecture(source, host, here, architectures(source))
            if wrong:
                raise AnsibleActionFail(wrong)

    def _bring(self, source, checksum, task_vars):
        """Only one copy at a time is on the host, where disks are small and archives are large."""
        folder = self._make_tmp_path()
        try:
            copy = self._transfer_file(source, self._connection._shell.join_path(folder, os.path.basename(source)))
            return self._ask({source: checksum}, task_vars, path=copy)
        finally:
            self._remove_tmp_path(folder)

    def _ask(self, checksums, task_vars, **more):
        given = {key: value for key, value in self._task.args.items() if key != "seen"}
        arguments = {**given, "src": list(checksums), "checksums": list(checksums.values()), **more}
        return self._execute_module("rosfleet.cluster.microk8s_image", arguments, task_vars=task_vars)
