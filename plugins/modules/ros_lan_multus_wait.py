#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ros_lan_multus_wait
short_description: "[internal] Wait until Multus has taken over the pods of a host"
version_added: 0.1.0
description:
  - A running pod of Multus is no proof, as it has no readiness probe and ends with success also when it fails. The host's
    CNI configuration is, which it writes last.
  - Says also whether what Multus wrote is still right. It copies the cluster's network into its own configuration, and its
    pod's token into a kubeconfig, when it starts, and follows neither later. Then its pod has to be replaced.
  - Never fails; what is missing is in the result.
author: rosfleet contributors (@rosfleet)
options:
  directory:
    description: The CNI configuration folder of the host.
    type: path
    default: /var/snap/microk8s/current/args/cni-network
  fresh:
    description: Wait also until what Multus wrote is right.
    type: bool
    default: false
  timeout:
    description: Seconds to wait.
    type: int
    default: 180
attributes:
  check_mode: {description: Reads only., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Wait until pods of this host get attached
  rosfleet.cluster.ros_lan_multus_wait:
  register: multus
"""

RETURN = r"""
written:
  description: Whether Multus has written its configuration, so that pods of this host go through it.
  returned: always
  type: bool
stale:
  description: Why what it wrote is not right any more, in a sentence; empty when it is.
  returned: always
  type: str
  sample: 00-multus.conf holds another network than 10-calico.conflist, as that was changed after Multus had started
"""

import time

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ending import ends_in_words
from ..module_utils._multus import read_multus
from ..module_utils._waiting import wait_until


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "directory": {"type": "path", "default": "/var/snap/microk8s/current/args/cni-network"},
            "fresh": {"type": "bool", "default": False},
            "timeout": {"type": "int", "default": 180},
        },
        supports_check_mode=True,
    )
    params = module.params
    try:
        multus, unused_waited = wait_until(
            lambda: read_multus(params["directory"], time.time()),
            lambda now: now.written and not (params["fresh"] and now.stale),
            params["timeout"],
        )
    except OSError as exc:
        module.fail_json(msg=f"Cannot read the CNI configuration of this host: {exc}")
    module.exit_json(changed=False, written=multus.written, stale=multus.stale)


if __name__ == "__main__":
    main()
