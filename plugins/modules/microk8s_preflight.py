#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_preflight
short_description: What on a host keeps MicroK8s from working
version_added: 0.1.0
description:
  - Looks at the kernel (control groups, modules), default route, ports, memory, swap, disk and inotify limits, and
    at what is declared for the host. Reads files only, changes nothing and fails for nothing that it finds.
author: rosfleet contributors (@rosfleet)
options:
  control_plane:
    description: Whether the host is to be a control plane; those need more memory and ports.
    type: bool
    default: false
  allow_reboot:
    description: Whether the host may be restarted to cure what a restart cures; that is then a warning.
    type: bool
    default: false
  channel:
    description: Channel of the snap store to install from, track and risk.
    type: str
    default: 1.35/stable
  snap_files:
    description: Files on the controller to install from instead.
    type: list
    elements: str
    default: []
  launch_config:
    description: The launch configuration to install with.
    type: dict
    default: {}
  kubelet_args:
    description: Arguments of the host's kubelet.
    type: dict
    default: {}
  apiserver_args:
    description: Arguments of the host's API server.
    type: dict
    default: {}
  lan:
    description: Whether pods are to get an address on a LAN there; that takes more of the kernel.
    type: bool
    default: false
attributes:
  check_mode: {description: Reads only., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
# From a shell: ansible robots -i my_fleet.yml -b -m rosfleet.cluster.microk8s_preflight
- name: Look at a robot before MicroK8s comes
  rosfleet.cluster.microk8s_preflight:
  become: true
"""

RETURN = r"""
findings:
  description: What is wrong, the kernel first.
  returned: success
  type: list
  elements: dict
  contains:
    severity: {description: "V(error), V(warning) or V(info).", type: str}
    check: {description: What was looked at., type: str}
    value: {description: What was found., type: str}
    message: {description: What that means., type: str}
    fix: {description: What to do., type: str}
  sample:
    - severity: error
      check: port
      value: 10250/tcp
      message: k3s-server holds the port of kubelet
      fix: stop and disable that program
microk8s:
  description: The host's MicroK8s, as M(rosfleet.cluster.microk8s_info) returns it.
  returned: success
  type: dict
planned_channel:
  description: The channel that MicroK8s would be installed from; empty when it would be from a file.
  returned: success
  type: str
model:
  description: The machine's model, where its firmware tells; empty elsewhere.
  returned: success
  type: str
  sample: Raspberry Pi 4 Model B Rev 1.4
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ending import ends_in_words
from ..module_utils._microk8s.declared import Declared
from ..module_utils._microk8s.info import host_info
from ..module_utils._microk8s.machine import MachineFiles, read_machine
from ..module_utils._microk8s.preflight import findings, returned


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "control_plane": {"type": "bool", "default": False},
            "allow_reboot": {"type": "bool", "default": False},
            "channel": {"type": "str", "default": "1.35/stable"},
            "snap_files": {"type": "list", "elements": "str", "default": []},
            "launch_config": {"type": "dict", "default": {}},
            "kubelet_args": {"type": "dict", "default": {}},
            "apiserver_args": {"type": "dict", "default": {}},
            "lan": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    files = MachineFiles()
    microk8s = host_info(files)
    machine = read_machine(files)
    found = findings(machine, microk8s["role"], Declared(**module.params), microk8s["version"])
    module.exit_json(
        changed=False,
        findings=[returned(finding) for finding in found],
        microk8s=microk8s,
        planned_channel="" if module.params["snap_files"] else module.params["channel"],
        model=machine.model,
    )


if __name__ == "__main__":
    main()
