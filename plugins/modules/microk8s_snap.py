#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_snap
short_description: "[internal] The snap of MicroK8s, installed from the store or from files, and held"
version_added: 0.1.0
description:
  - Installs the snap with classic confinement, bounded in time, and names the cause when snapd does not. An installed one is
    left as it is, at whatever revision; refreshing is another matter.
  - Holds its automatic refreshes. One of them restarts every pod of a robot, unannounced, on all hosts in the same hours. A
    held snap is refreshed when somebody says so.
author: rosfleet contributors (@rosfleet)
options:
  state:
    description:
      - V(held) is a snap that is there and held.
      - V(idle) waits until snapd has nothing in progress with it, and changes nothing. snapd refuses a change of a snap while
        another one is in progress, and takes up again after a power cut what it was doing.
    type: str
    choices: [held, idle]
    default: held
  channel:
    description: Channel of the store, track and risk. A snap that is not there is installed with it, or with O(files).
    type: str
  files:
    description: >-
      Files on the controller to install from instead, the C(.snap) and, when there is one, its C(.assert). They are on the
      host for as long as the installation takes. A relative path begins in the folder in which C(ansible-playbook) was started.
    type: list
    elements: path
  path:
    description: The copy of the snap file on the host. Set by the action plugin.
    type: path
  assertion:
    description: >-
      The copy of its assertion. Without it the snap is installed as dangerous and stays as it is. Set by the action plugin.
    type: path
  timeout:
    description: Seconds that the installation may take, the download included, or that is waited for V(idle).
    type: int
    default: 600
attributes:
  check_mode: {description: Says whether it would be installed or held., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Install MicroK8s, and keep it at its revision until told otherwise
  rosfleet.cluster.microk8s_snap:
    channel: 1.35/stable

- name: Let an interrupted installation end
  rosfleet.cluster.microk8s_snap:
    state: idle
"""

RETURN = r"""
seen:
  description: >-
    What an installation makes another, as M(rosfleet.cluster.fleet_look) returns it: C(microk8s), C(arguments), C(mirrors),
    C(snapd) and C(multus).
  returned: when it was installed
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils import _snapd
from ..module_utils._command import Outcome, run
from ..module_utils._ending import ends_in_words
from ..module_utils._look import look_at_microk8s
from ..module_utils._microk8s.machine import MachineFiles

NAME = "microk8s"
TOO_OLD = (
    "It is older than 2.58, as Debian 12's own is. Fix: snap install snapd on this host, without the Internet from its file "
    "(snap download snapd), and run the playbook again"
)


def explain(outcome: Outcome, timeout: float) -> str:
    """Why snapd did not install it, and what to do."""
    said = " ".join(outcome.output.split())[-400:]
    if outcome.timed_out:
        return (
            f"installing the snap {NAME} took longer than {timeout:.0f} s; snapd goes on with it. "
            "Fix: run the playbook again when it has ended (snap changes), or raise microk8s_install_timeout"
        )
    for text, cause in _snapd.INSTALL_CAUSES:
        if text in said:
            return f"snapd did not install {NAME}: {cause}. snapd said: {said}"
    return f"snapd did not install {NAME}. Fix: look at snap changes and snap tasks --last=install. snapd said: {said}"


def install(snap: str, params: dict) -> None:
    """Install it by this `snap` program. Raises SnapdError with the cause."""
    timeout = params["timeout"]
    if params["assertion"]:
        outcome = run([snap, "ack", params["assertion"]], timeout=60)
        if outcome.rc != 0:
            raise _snapd.SnapdError(f"snapd does not trust {params['assertion']}: {outcome.output.strip()}")
    trust = ["--dangerous"] if not params["assertion"] else []
    source = [*trust, params["path"]] if params["path"] else [f"--channel={params['channel']}", NAME]
    outcome = run([snap, "install", "--classic", *source], timeout=timeout)
    if outcome.rc != 0 or outcome.timed_out:
        raise _snapd.SnapdError(explain(outcome, timeout))


def hold(snap: str) -> None:
    """Keep snapd from refreshing it by itself, for good; snapd takes no hold on what is not there. Raises SnapdError."""
    outcome = run([snap, "refresh", "--hold", NAME], timeout=60)
    if outcome.rc != 0:
        said = " ".join(outcome.output.split())
        fix = TOO_OLD if "unknown flag" in said else "Fix: look at snap changes"
        raise _snapd.SnapdError(
            f"snapd did not hold {NAME}, which keeps it from refreshing by itself. {fix}. snapd said: {said}"
        )


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": ["held", "idle"], "default": "held"},
            "channel": {"type": "str"},
            "files": {"type": "list", "elements": "path"},
            "path": {"type": "path"},
            "assertion": {"type": "path"},
            "timeout": {"type": "int", "default": 600},
        },
        mutually_exclusive=[("channel", "path")],
        supports_check_mode=True,
    )
    if module.params["state"] == "idle":
        _snapd.await_idle(NAME, module.params["timeout"])
        module.exit_json(changed=False)
    there = _snapd.installed_snap(NAME)
    due = there is None or not there.held
    told = {}
    if due and not module.check_mode:
        if there is None and not (module.params["channel"] or module.params["path"]):
            module.fail_json(msg=f"snap {NAME} is not installed, so there is nothing to hold")
        snap = module.get_bin_path("snap", required=True)
        if there is None:
            install(snap, module.params)
        hold(snap)
        if there is None:
            told = {"seen": look_at_microk8s(MachineFiles())}
    module.exit_json(changed=due, **told)


if __name__ == "__main__":
    main()
