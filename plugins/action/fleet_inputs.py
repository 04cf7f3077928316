# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare what is declared for a fleet with the argument specs of the roles, before any host is asked for anything."""

from __future__ import annotations

import os
from typing import Any, Callable, Iterable, Mapping

from ansible.errors import AnsibleError
from ansible.module_utils.common.yaml import yaml_load
from ansible.plugins.action import ActionBase

from ..plugin_utils._fleet.agreement import FLEET_WIDE
from ..plugin_utils._inputs import Words, findings, options_of
from ..plugin_utils._workload_keys import ADVICE, SERVER_ADVICE


class ActionModule(ActionBase):
    """Look at all variables of all hosts of the play, once."""

    BYPASS_HOST_LOOP = True
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        result = {**super().run(tmp, task_vars), "changed": False}
        unused, given = self.validate_argument_spec({"roles": {"type": "path", "required": True}})
        options = options_of([yaml_load(text) for text in _specs(given["roles"])])
        hosts = [task_vars["hostvars"][host] for host in task_vars["ansible_play_hosts_all"]]
        own = [name for name in options if name not in FLEET_WIDE]
        found = findings(
            options,
            {
                **_declared(hosts[0], [name for name in FLEET_WIDE if name in options]),
                **self._of_play(task_vars, options),
            },
            dict(zip(task_vars["ansible_play_hosts_all"], (_declared(variables, own) for variables in hosts))),
            Words(task_vars["groups"], {"ros_workloads": ADVICE, "ros_discovery_servers": SERVER_ADVICE}),
        )
        return {**result, "failed": True, "msg": "\n".join(each.sentence for each in found)} if found else result

    def _of_play(self, task_vars: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
        """What the play itself, or a role in it, is given: no host has it as a variable, and it counts for all of them."""
        given = {name: task_vars[name] for name in names if name in task_vars}
        of_host = _declared(task_vars["hostvars"][task_vars["inventory_hostname"]], given)
        of_task = _declared(given, given, self._templar.template)
        return {name: value for name, value in of_task.items() if name not in of_host or of_host[name] != value}


def _specs(roles: str) -> Iterable[str]:
    for role in sorted(os.listdir(roles)):
        path = os.path.join(roles, role, "meta", "argument_specs.yml")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as spec:
                yield spec.read()


def _declared(
    variables: Mapping[str, Any], names: Iterable[str], resolved: Callable[[Any], Any] = lambda value: value
) -> dict[str, Any]:
    """What can be told now: a template may need what is known later, or of a host that is not there never.

    Variables of hosts are `resolved` by being asked for, those of a task are not.
    """
    found = {}
    for name in names:
        if name in variables:
            try:
                found[name] = _plain(resolved(variables[name]))
            except AnsibleError:
                continue
    return found


def _plain(value: Any) -> Any:
    """The value with all templates in it resolved."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value
