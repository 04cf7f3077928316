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

import os

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ending import ends_in_words
from ..module_utils._microk8s.kernel import with_memory_cgroup
from ..module_utils._microk8s.machine import MachineFiles, read_machine


@ends_in_words
def main() -> None:
    module = AnsibleModule(argument_spec={}, supports_check_mode=True)
    files = MachineFiles()
    machine = read_machine(files)
    path = machine.command_line_file
    restart_for = ["its kernel was replaced by an update"] if machine.kernel_replaced else []
    if machine.memory_cgroup is not False or not path:
        module.exit_json(changed=False, restart_for=restart_for)
    before = files.text(path) or ""
    after = with_memory_cgroup(before)
    if after != before and not module.check_mode:
        # On the boot partition, which is FAT: no owner, no mode, and a rename there is atomic.
        with open(path + ".new", "w", encoding="utf-8") as handle:
            handle.write(after)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(path + ".new", path)
    module.exit_json(
        changed=after != before,
        restart_for=[*restart_for, "the memory control group is switched on at the next start"],
        diff={"before_header": path, "after_header": path, "before": before, "after": after},
    )


if __name__ == "__main__":
    main()
