#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_arguments
short_description: "[internal] Arguments and environment of a host's MicroK8s services"
version_added: 0.1.0
description:
  - Edits MicroK8s' files of arguments line by line, restarts only the services whose file has changed, and waits until
    they answer. A restart that a killed playbook did not come to, or that failed, is made up for.
  - When a service does not come up with the new arguments, the former ones are put back and the module fails.
  - A join overwrites the kubelet's arguments, so apply them after it.
author: rosfleet contributors (@rosfleet)
options:
  kubelet:
    description: >-
      Arguments of the kubelet, by name with the dashes. V(null) takes one out; what is not named stays.
    type: dict
    default: {}
  kubelet_missing:
    description: Arguments of the kubelet that are set only where there are none of the name.
    type: dict
    default: {}
  apiserver:
    description: Arguments of the API server, on a control plane.
    type: dict
    default: {}
  containerd_env:
    description: Environment of containerd; V(null) takes a variable out. Values are not shown.
    type: dict
    default: {}
  failure_domain:
    description: >-
      Of a control plane: the number of the failure domain (a rack, a room, a power supply) that it is in, from 1. MicroK8s
      spreads the voters of its database over them. V(0) leaves it alone.
    type: int
    default: 0
  timeout:
    description: Seconds that the restarted services may take to answer.
    type: int
    default: 180
attributes:
  check_mode: {description: Says whether a file would change., support: full}
  diff_mode: {description: Shows the files of arguments; the environment is not shown., support: partial}
"""

EXAMPLES = r"""
- name: Leave room on a small robot
  rosfleet.cluster.microk8s_arguments:
    kubelet:
      --max-pods: "30"
      --system-reserved: memory=512Mi
"""

RETURN = r"""
restarted:
  description: Services that were restarted.
  returned: success
  type: list
  elements: str
  sample: [microk8s.daemon-kubelite]
"""

import http.client
import ssl
from typing import Callable, Mapping

from ansible.module_utils.basic import AnsibleModule

from ..module_utils import _restarting, _snapd
from ..module_utils._command import run
from ..module_utils._ending import ends_in_words
from ..module_utils._file_sync import Change, told, undo, write
from ..module_utils._files import Files
from ..module_utils._microk8s import paths
from ..module_utils._microk8s.arguments import ArgumentError, with_arguments, with_failure_domain, with_variables
from ..module_utils._microk8s.state import ABSENT, BROKEN_WORKER, WORKER, read_state
from ..module_utils._restarting import PutBack, ServiceError
from ..module_utils._waiting import wait_until

CONTAINERD = "microk8s.daemon-containerd"
KUBELITE = "microk8s.daemon-kubelite"
DATABASE = "microk8s.daemon-k8s-dqlite"
# They are restarted one by one, in this order: kubelite copies the failure domain to where the database reads it.
SERVICES = (CONTAINERD, KUBELITE, DATABASE)
# {name of the file: (the services that read it, the variable of role microk8s or membership that it comes from)}
READERS = {
    "kubelet": ((KUBELITE,), "microk8s_kubelet_args"),
    "kube-apiserver": ((KUBELITE,), "microk8s_apiserver_args"),
    "containerd-env": ((CONTAINERD,), "microk8s_proxy"),
    "ha-conf": ((KUBELITE, DATABASE), "membership_failure_domain"),
}
KUBELET_HEALTH_PORT = 10248


def due_changes(files: Files, params: dict, serves_api: bool) -> dict[str, Change]:
    """{name of the file: its change} of those that are due. Raises ArgumentError."""
    kubelet, missing = params["kubelet"], params["kubelet_missing"]
    edits: dict[str, Callable[[str], str]] = {
        "kubelet": lambda text: with_arguments(text, kubelet, missing),
        "containerd-env": lambda text: with_variables(text, params["containerd_env"]),
    }
    if serves_api:
        edits["kube-apiserver"] = lambda text: with_arguments(text, params["apiserver"], {})
    if serves_api and params["failure_domain"]:
        edits["ha-conf"] = lambda text: with_failure_domain(text, params["failure_domain"])
        if not files.exists(f"{paths.ARGUMENTS}/ha-conf"):
            raise ArgumentError(
                "this MicroK8s runs without ha-cluster, so it has no failure domain. Fix: microk8s enable ha-cluster there, or "
                "leave membership_failure_domain out"
            )
    folder = files.path(paths.ARGUMENTS)
    changes = {name: Change.of(f"args/{name}", edits[name], path=f"{folder}/{name}", mode=0o660) for name in edits}
    return {name: change for name, change in changes.items() if change.due}


def restart(snap: str, services: list[str], timeout: float) -> None:
    """Restart services through snapd, which refuses while it is busy. Raises ServiceError or SnapdError."""
    for service in services:
        _snapd.await_idle("microk8s", timeout)
        outcome = run([snap, "restart", service], timeout=timeout)
        if outcome.rc != 0 or outcome.timed_out:
            reason = outcome.output.strip()[-300:] or f"no end in {timeout:.0f} s"
            raise ServiceError(
                f"snapd did not restart {service}: {reason}. Look at: snap services microk8s; "
                f"journalctl -u snap.{service} -n 50"
            )


def answers(port: int, url: str, *, tls: bool) -> bool:
    """Whether a program of this host answers HTTP on a loopback port, whatever it says short of an error of its own."""
    context = ssl._create_unverified_context() if tls else None  # only whether it lives is asked, on loopback
    connection = (
        http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=context)
        if tls
        else http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    )
    try:
        connection.request("GET", url)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def await_answers(serves_api: bool, timeout: float) -> None:
    """Wait for kubelet and, on a control plane, for the API server. Raises ServiceError."""

    def silent() -> list[str]:
        asked = {"kubelet": answers(KUBELET_HEALTH_PORT, "/healthz", tls=False)}
        if serves_api:
            asked["kube-apiserver"] = answers(paths.API_PORT, "/readyz", tls=True)
        return [name for name, answered in asked.items() if not answered]

    missing, waited = wait_until(silent, lambda names: not names, timeout)
    if missing:
        raise ServiceError(
            f"{' and '.join(missing)} did not answer within {waited:.0f} s of the restart. "
            "Look at: journalctl -u snap.microk8s.daemon-kubelite -n 50"
        )


def apply(
    module: AnsibleModule, changes: Mapping[str, Change], owed: list[str], bring_up: Callable[[list[str]], None]
) -> list[str]:
    """Write, and restart by `bring_up`; the services restarted. Puts the former texts back when that fails."""
    readers = {*owed, *(service for name in changes for service in READERS[name][0])}
    services = [service for service in SERVICES if service in readers]
    try:
        _restarting.carry_out(
            module,
            services,
            lambda: write(module, changes.values()),
            (lambda: undo(module, changes.values())) if changes else None,
            lambda: bring_up(services),
        )
    except PutBack as exc:
        raise ServiceError(
            f"{exc}. Fix: correct {' and '.join(sorted(READERS[name][1] for name in changes))}. "
            f"The former {' and '.join(sorted(changes))} of MicroK8s is back, and the services run"
        ) from exc
    return services


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "kubelet": {"type": "dict", "default": {}},
            "kubelet_missing": {"type": "dict", "default": {}},
            "apiserver": {"type": "dict", "default": {}},
            "containerd_env": {"type": "dict", "default": {}, "no_log": True},
            "failure_domain": {"type": "int", "default": 0},
            "timeout": {"type": "int", "default": 180},
        },
        supports_check_mode=True,
    )
    files, timeout = Files(), module.params["timeout"]
    state = read_state(files)
    if state.role == ABSENT:
        if module.check_mode:
            module.exit_json(changed=True, restarted=[])
        module.fail_json(msg="MicroK8s is not installed on this host, so it has no arguments. Fix: run site")
    serves_api = state.role not in (WORKER, BROKEN_WORKER)

    def bring_up(services: list[str]) -> None:
        restart(module.get_bin_path("snap", required=True), services, timeout)
        await_answers(serves_api, timeout)

    try:
        changes = due_changes(files, module.params, serves_api)
        owed = [service for service in _restarting.due() if service in SERVICES]
        services: list[str] = []
        if not module.check_mode:
            if state.stopped or state.low_memory:  # services that are down read the files when they start
                write(module, changes.values())
                _restarting.settle(module, SERVICES)
            elif changes or owed:
                services = apply(module, changes, owed, bring_up)
    except (ArgumentError, ServiceError, _snapd.SnapdError) as exc:
        module.fail_json(msg=str(exc))
    shown = [
        change for name, change in changes.items() if name != "containerd-env"
    ]  # a proxy's URL may hold a password
    module.exit_json(**told(shown, owed=bool(changes or owed)), restarted=services)


if __name__ == "__main__":
    main()
