#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_node
short_description: "[internal] Wait until a host's own Kubernetes Node is ready"
version_added: 0.1.0
description:
  - Asks the API, with the kubelet's own credentials, for the Node of this very host (same name, same machine-id), and
    waits until it is Ready. Works on control planes and on workers; C(microk8s status) does not.
author: rosfleet contributors (@rosfleet)
options:
  timeout:
    description: Seconds to wait.
    type: int
    default: 180
attributes:
  check_mode: {description: Reads only., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Wait until the control plane runs
  rosfleet.cluster.microk8s_node:
    timeout: 120
"""

RETURN = r"""
node:
  description: What was last seen of the Node.
  returned: always
  type: dict
  contains:
    name: {description: Its name., type: str}
    ready: {description: Whether its kubelet says Ready., type: bool}
    machine_id: {description: The machine-id that its kubelet reports., type: str}
    address: {description: Its InternalIP., type: str}
    reason: {description: The Ready condition's message when it is not ready., type: str}
elapsed_s:
  description: Seconds waited.
  returned: always
  type: float
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._microk8s.own_node import NotReadyError, await_own_node


@ends_in_words
def main() -> None:
    module = AnsibleModule(argument_spec={"timeout": {"type": "int", "default": 180}}, supports_check_mode=True)
    try:
        node, elapsed = await_own_node(module.params["timeout"], Files())
    except NotReadyError as exc:
        module.fail_json(msg=str(exc), node=exc.node.as_dict(), elapsed_s=round(exc.elapsed, 1))
    module.exit_json(changed=False, node=node.as_dict(), elapsed_s=round(elapsed, 1))


if __name__ == "__main__":
    main()
