#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: snap_hold
short_description: "[internal] Hold a snap's automatic refreshes"
version_added: 0.1.0
description:
  - A refresh of MicroK8s restarts every pod of a robot, unannounced, on all hosts in the same hours. A held snap is
    refreshed when somebody says so.
  - Asks snapd whether the snap is held before doing anything.
author: rosfleet contributors (@rosfleet)
options:
  name:
    description: The snap.
    type: str
    required: true
attributes:
  check_mode: {description: Says whether the hold would be set., support: full}
  diff_mode: {description: There is nothing to show beyond C(changed)., support: none}
"""

EXAMPLES = r"""
- name: Keep MicroK8s at its revision until told otherwise
  rosfleet.cluster.snap_hold:
    name: microk8s
"""

RETURN = r"""#"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils import _snapd
from ..module_utils._command import run
from ..module_utils._ending import ends_in_words


@ends_in_words
def main() -> None:
    module = AnsibleModule(argument_spec={"name": {"type": "str", "required": True}}, supports_check_mode=True)
    name = module.params["name"]
    snap = _snapd.installed_snap(name)
    if snap is None:
        if module.check_mode:
            module.exit_json(changed=True)
        module.fail_json(msg=f"snap {name} is not installed, so there is nothing to hold")
    if snap.held:
        module.exit_json(changed=False)
    if not module.check_mode:
        outcome = run(_snapd.hold_command(module.get_bin_path("snap", required=True), name), timeout=60)
        if outcome.rc != 0:
            module.fail_json(msg=f"snapd did not hold {name} (snapd 2.58 or newer can): {outcome.output.strip()}")
    module.exit_json(changed=True)


if __name__ == "__main__":
    main()
