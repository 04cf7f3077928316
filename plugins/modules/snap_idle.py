#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: snap_idle
short_description: "[internal] Wait until snapd has nothing in progress with a snap"
version_added: 0.1.0
description:
  - snapd refuses a change of a snap while another one is in progress, and takes up again after a power cut what it was
    doing. Wait for it before asking what is installed, and before changing it.
author: rosfleet contributors (@rosfleet)
options:
  name:
    description: The snap.
    type: str
    required: true
  timeout:
    description: Seconds to wait.
    type: int
    default: 600
attributes:
  check_mode: {description: Reads only., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Let an interrupted installation end
  rosfleet.cluster.snap_idle:
    name: microk8s
"""

RETURN = r"""#"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils import _snapd
from ..module_utils._ending import ends_in_words


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={"name": {"type": "str", "required": True}, "timeout": {"type": "int", "default": 600}},
        supports_check_mode=True,
    )
    _snapd.await_idle(module.params["name"], module.params["timeout"])
    module.exit_json(changed=False)


if __name__ == "__main__":
    main()
