#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: fleet_look
short_description: "[internal] All that a run wants to know of a host, in one look"
version_added: 0.1.0
description:
  - Reads who the host is, what the machine offers, its NICs, its MicroK8s, what snapd is doing, and what this collection has
    laid down there. Reads files, asks the kernel and snapd, and, where images were side-loaded, containerd. Changes nothing.
  - One module instead of one for each room, as each module on each host of a large fleet counts.
author: rosfleet contributors (@rosfleet)
options:
  attachments_dir:
    description: The folder in which Multus looks for attachments.
    type: path
    default: /etc/cni/multus/net.d
  cni_dir:
    description: The folder of MicroK8s' CNI configuration.
    type: path
    default: /var/snap/microk8s/current/args/cni-network
  images:
    description: Whether to ask containerd for its images, which takes longer than all the rest.
    type: bool
    default: true
  ready_within:
    description: >-
      Seconds to wait first until the host's own Node is ready, and to fail when it is not; 0 looks at once. A look that waits
      here, on those hosts that have to be ready, costs the others nothing.
    type: int
    default: 0
attributes:
  check_mode: {description: Reads only., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Look at the host
  rosfleet.cluster.fleet_look:
  register: look
"""

RETURN = r"""
identity:
  description: Who the host is, as M(rosfleet.cluster.identity_info) returns it.
  returned: success
  type: dict
microk8s:
  description: The host's MicroK8s, as M(rosfleet.cluster.microk8s_info) returns it.
  returned: success
  type: dict
machine:
  description: What the machine offers to MicroK8s, the fields of the class Machine in module_utils/_microk8s/machine.py.
  returned: success
  type: dict
nics:
  description: The network interfaces, as M(rosfleet.cluster.ros_lan_info) returns them.
  returned: success
  type: list
  elements: dict
snapd:
  description: What snapd is doing with MicroK8s, and which of its services run.
  returned: success
  type: dict
  contains:
    busy: {description: Summaries of its unfinished changes., type: list, elements: str}
    services: {description: The services that run., type: list, elements: str}
cloud_init_hold:
  description: Whether the file that keeps cloud-init from the host's name has to be written, and what may undo it.
  returned: success
  type: dict
  contains:
    due: {description: Whether it is missing or another one than it should be., type: bool}
    notes: {description: Sentences., type: list, elements: str}
laid_down:
  description: >-
    Texts of files that this collection writes; null where one is no UTF-8, and empty where there is none.
  returned: success
  type: dict
  contains:
    hosts_file: {description: The hosts file., type: str}
    local_facts: {description: The facts that every playbook finds., type: str}
    launch_config: {description: Whether there is a launch configuration of MicroK8s that this collection wrote., type: bool}
arguments:
  description: Files of arguments of MicroK8s' services, and the services that an earlier run had to restart and did not.
  returned: success
  type: dict
  contains:
    kubelet: {description: Text of the kubelet's., type: str}
    apiserver: {description: Text of the API server's., type: str}
    proxy: {description: Text of kube-proxy's., type: str}
    restart_due: {description: The services., type: list, elements: str}
mirrors:
  description: >-
    {registry; SHA-256 of the file} of those whose mirrors M(rosfleet.cluster.microk8s_registries) has told containerd of.
  returned: success
  type: dict
images:
  description: What M(rosfleet.cluster.microk8s_image) has brought, and what containerd has; empty where nothing was brought.
  returned: success
  type: dict
  contains:
    record: {description: "{checksum of an archive; {image; digest}}.", type: dict}
    there: {description: "{image; digest}, empty also where containerd does not answer.", type: dict}
attachments:
  description: The attachment files on the host, as M(rosfleet.cluster.ros_lan_info) returns them.
  returned: success
  type: list
  elements: dict
multus:
  description: Whether Multus attaches pods on this host, as M(rosfleet.cluster.ros_lan_multus_wait) returns it.
  returned: success
  type: dict
  contains:
    written: {description: Whether it has written its configuration., type: bool}
    stale: {description: Why that is not right any more; empty when it is., type: str}
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ending import ends_in_words
from ..module_utils._look import ATTACHMENTS, CNI, look
from ..module_utils._microk8s.machine import MachineFiles
from ..module_utils._microk8s.own_node import NotReadyError, await_own_node
from ..module_utils._netlink import NetlinkError


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "attachments_dir": {"type": "path", "default": ATTACHMENTS},
            "images": {"type": "bool", "default": True},
            "cni_dir": {"type": "path", "default": CNI},
            "ready_within": {"type": "int", "default": 0},
        },
        supports_check_mode=True,
    )
    files, params = MachineFiles(), module.params
    try:
        if params["ready_within"]:
            await_own_node(params["ready_within"], files)
        seen = look(
            files, images_too=params["images"], attachments_dir=params["attachments_dir"], cni_dir=params["cni_dir"]
        )
    except NotReadyError as exc:
        module.fail_json(msg=str(exc))
    except NetlinkError as exc:
        module.fail_json(msg=f"Cannot read the network interfaces of this host: {exc}")
    module.exit_json(changed=False, **seen)


if __name__ == "__main__":
    main()
