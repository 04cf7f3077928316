#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: snap_install
short_description: "[internal] Install a snap from the store or from files, bounded in time"
version_added: 0.1.0
description:
  - The snap gets classic confinement. An installed snap is left as it is, at whatever revision; refreshing is another
    matter.
  - Names the cause when snapd does not install it.
author: rosfleet contributors (@rosfleet)
options:
  name:
    description: The snap.
    type: str
    required: true
  channel:
    description: Channel of the store, track and risk. Needed without O(files).
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
  hold:
    description: >-
      Whether to hold it, too, before a refresh can begin: snapd takes no hold on a snap that is not there. Whether it is held
      in the end is for M(rosfleet.cluster.snap_hold) to say.
    type: bool
    default: false
  timeout:
    description: Seconds that it may take, the download included.
    type: int
    default: 900
attributes:
  check_mode: {description: Says whether it would be installed., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Install MicroK8s
  rosfleet.cluster.snap_install:
    name: microk8s
    channel: 1.35/stable
"""

RETURN = r"""#"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils import _snapd
from ..module_utils._command import Outcome, run
from ..module_utils._ending import ends_in_words


def explain(name: str, outcome: Outcome, timeout: float) -> str:
    """Why snapd did not install it, and what to do."""
    said = " ".join(outcome.output.split())[-400:]
    if outcome.timed_out:
        return (
            f"installing the snap {name} took longer than {timeout:.0f} s; snapd goes on with it. "
            "Fix: run the playbook again when it has ended (snap changes), or raise microk8s_install_timeout"
        )
    for text, cause in _snapd.INSTALL_CAUSES:
        if text in said:
            return f"snapd did not install {name}: {cause}. snapd said: {said}"
    return f"snapd did not install {name}. Fix: look at snap changes and snap tasks --last=install. snapd said: {said}"


def install(snap: str, params: dict) -> None:
    """Install; raises SnapdError with the cause."""
    name, timeout = params["name"], params["timeout"]
    if params["assertion"]:
        outcome = run([snap, "ack", params["assertion"]], timeout=60)
        if outcome.rc != 0:
            raise _snapd.SnapdError(f"snapd does not trust {params['assertion']}: {outcome.output.strip()}")
    trust = ["--dangerous"] if not params["assertion"] else []
    source = [*trust, params["path"]] if params["path"] else [f"--channel={params['channel']}", name]
    outcome = run([snap, "install", "--classic", *source], timeout=timeout)
    if outcome.rc != 0 or outcome.timed_out:
        raise _snapd.SnapdError(explain(name, outcome, timeout))
    if params["hold"]:
        run(_snapd.hold_command(snap, name), timeout=60)


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "channel": {"type": "str"},
            "files": {"type": "list", "elements": "path"},
            "path": {"type": "path"},
            "assertion": {"type": "path"},
            "hold": {"type": "bool", "default": False},
            "timeout": {"type": "int", "default": 900},
        },
        required_one_of=[("channel", "path")],
        mutually_exclusive=[("channel", "path")],
        supports_check_mode=True,
    )
    changed = _snapd.installed_snap(module.params["name"]) is None
    if changed and not module.check_mode:
        install(module.get_bin_path("snap", required=True), module.params)
    module.exit_json(changed=changed)


if __name__ == "__main__":
    main()
