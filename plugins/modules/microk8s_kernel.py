#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_kernel
short_description: "[internal] Prepare a host's kernel for MicroK8s, as far as a restart does it"
version_added: 0.1.0
description:
  - A Raspberry Pi starts without the memory control group, and kubelet does not start without it. Switches it on in the
    one line of C(cmdline.txt), where there is one.
  - Says whether the host has to be restarted for that, or because an update has replaced its kernel. It restarts nothing.
author: rosfleet contributors (@rosfleet)
options: {}
attributes:
  check_mode: {description: Says whether the file would change., support: full}
  diff_mode: {description: Shows the kernel command line., support: full}
"""

EXAMPLES = r"""
- name: Prepare the kernel
  rosfleet.cluster.microk8s_kernel:
  register: kernel

- name: Restart the host for it
  ansible.builtin.reboot:
  when: kernel.restart_for | length > 0
"""

RETURN = r"""
restart_for:
  description: Why the host has to be restarted; empty when it has not.
  returned: success
  type: list
  elements: str
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ending import ends_in_words
from ..module_utils._file_sync import Change, told, write
from ..module_utils._microk8s.kernel import with_memory_cgroup
from ..module_utils._microk8s.machine import MachineFiles, read_machine


@ends_in_words
def main() -> None:
    module = AnsibleModule(argument_spec={}, supports_check_mode=True)
    machine = read_machine(MachineFiles())
    path = machine.command_line_file
    restart_for = ["its kernel was replaced by an update"] if machine.kernel_replaced else []
    if machine.memory_cgroup is not False or not path:
        module.exit_json(changed=False, restart_for=restart_for)
    # It lies on the boot partition, which is FAT: replacing a file goes on where owner and mode cannot be kept.
    change = Change.of(path, with_memory_cgroup)
    write(module, [change])
    module.exit_json(
        **told([change]), restart_for=[*restart_for, "the memory control group is switched on at the next start"]
    )


if __name__ == "__main__":
    main()
