# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hand out slices of the LANs' pools, on the controller and through the cluster's API."""

from __future__ import annotations

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..module_utils._lan import LanError
from ..plugin_utils._lan_slices import Contention, hand_out

SPEC = {
    "kubeconfig": {"type": "path", "required": True},
    "networks": {"type": "list", "elements": "dict", "required": True},
    "nodes": {"type": "list", "elements": "str", "required": True},
    "namespace": {"type": "str", "default": "rosfleet"},
}


class Cluster:
    """The cluster as _lan_slices.Api wants it; `run(module, options)` runs a module on the controller."""

    def __init__(self, run, kubeconfig: str, namespace: str) -> None:
        self._run, self._kubeconfig, self._namespace = run, kubeconfig, namespace

    def nodes(self):
        return self._objects("Node")

    def counter(self):
        return self._objects("Namespace", name=self._namespace)[0]

    def patch(self, patches):
        if not patches:
            return True
        answer = self._ask("kubernetes.core.k8s", state="patched", definition=patches)
        if answer.get("reason") == "Conflict":
            return False
        if answer.get("failed"):
            raise AnsibleActionFail(f"The cluster did not take the slices: {answer.get('msg')}. Fix: run this again.")
        return True

    def _objects(self, kind, **more):
        answer = self._ask("kubernetes.core.k8s_info", kind=kind, **more)
        if answer.get("failed") or not answer.get("resources"):
            # A cluster has Nodes, so an empty answer is none: whoever holds a slice would lose it.
            raise AnsibleActionFail(
                f"The API did not say which {kind}s there are, so nobody knows who holds which slice: "
                f"{answer.get('msg') or 'an empty answer'}. Fix: run this again when the API answers "
                f"(kubectl --kubeconfig {self._kubeconfig} get nodes)."
            )
        return answer["resources"]

    def _ask(self, module, **options):
        return self._run(module, {"kubeconfig": self._kubeconfig, **options})


class ActionModule(ActionBase):
    """Hand out what the nodes lack, once for all hosts of the play."""

    BYPASS_HOST_LOOP = True
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        unused, options = self.validate_argument_spec(SPEC)
        cluster = Cluster(
            lambda module, arguments: self._execute_module(module, arguments, task_vars=task_vars),
            options["kubeconfig"],
            options["namespace"],
        )
        try:
            slices, changed = hand_out(cluster, options["networks"], options["nodes"], write=not self._task.check_mode)
        except LanError as exc:
            raise AnsibleActionFail(str(exc)) from exc
        except Contention as exc:
            raise AnsibleActionFail(
                f"No slices were handed out: {exc}. Fix: run this again when they are done."
            ) from exc
        return {**result, "changed": changed, "slices": slices}
