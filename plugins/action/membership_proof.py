# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait on the controller until the cluster's API proves the wanted members."""

from __future__ import annotations

from ansible.plugins.action import ActionBase

from ..module_utils._waiting import REAL_CLOCK, Clock, wait_until
from ..plugin_utils._membership.proof import unproven

SPEC = {
    "kubeconfig": {"type": "path", "required": True},
    "wanted": {"type": "dict", "required": True},
    "addresses": {"type": "dict", "required": True},
    "control_plane": {"type": "list", "elements": "str", "default": []},
    "database": {"type": "list", "elements": "str", "default": []},
    "timeout": {"type": "int", "default": 180},
}


def await_members(ask, judge, wanted, timeout, *, clock: Clock = REAL_CLOCK) -> dict[str, str]:
    """{host: why} of the members that are not proven when all are, or when `timeout` seconds are over.

    `ask()` returns the API's Node objects, or a text that says why it did not answer; `judge(nodes)` returns {host: why}.
    """

    def look() -> dict[str, str]:
        nodes = ask()
        if isinstance(nodes, str):
            return {host: f"the API does not answer: {nodes}" for host in wanted}
        return judge(nodes)

    missing, _waited = wait_until(look, lambda reasons: not reasons, timeout, clock=clock)
    return missing


class ActionModule(ActionBase):
    """Ask for the Nodes until every wanted member is proven, bounded in time, once for all hosts."""

    BYPASS_HOST_LOOP = True
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        unused, options = self.validate_argument_spec(SPEC)

        def ask():
            answer = self._execute_module(
                "kubernetes.core.k8s_info",
                {"kubeconfig": options["kubeconfig"], "kind": "Node"},
                task_vars=task_vars,
            )
            return answer["resources"] if "resources" in answer else str(answer.get("msg"))[-300:]

        def judge(nodes):
            return unproven(
                nodes, options["wanted"], options["addresses"], options["control_plane"], options["database"]
            )

        missing = await_members(ask, judge, options["wanted"], options["timeout"])
        return {**result, "changed": False, "unproven": missing}
