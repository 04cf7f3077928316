#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: identity_hostname
short_description: "[internal] Give a host its name, and keep cloud-init from taking it away"
version_added: 0.1.0
description:
  - Sets the host name through systemd's hostnamed where it runs, else in C(/etc/hostname) and in the kernel. A pretty
    host name that says otherwise is removed.
  - Tells cloud-init, where it is installed, to leave host name and C(/etc/hosts) alone, in
    C(/etc/cloud/cloud.cfg.d/99-rosfleet.cfg). User data is stronger than that file; where it says otherwise, the
    modules that would act on it are left out of cloud-init's list of modules as well. Such a host is still renamed when
    it is given user data with yet another host name.
author: rosfleet contributors (@rosfleet)
options:
  hostname:
    description: The name, an RFC 1123 label in lower case.
    type: str
    required: true
  cloud_init:
    description: Whether to keep cloud-init's hands off.
    type: bool
    default: true
attributes:
  check_mode: {description: Says what would change., support: full}
  diff_mode: {description: Shows the three names and the file for cloud-init., support: full}
"""

EXAMPLES = r"""
- name: Give the robot its name
  rosfleet.cluster.identity_hostname:
    hostname: tb1
  become: true
"""

RETURN = r"""
before:
  description: The V(kernel)'s, V(static) and V(pretty) name before.
  returned: success
  type: dict
  sample: {kernel: ubuntu, static: ubuntu, pretty: ""}
after:
  description: The same afterwards.
  returned: success
  type: dict
  sample: {kernel: tb1, static: tb1, pretty: ""}
notes:
  description: What else there is to know, in sentences.
  returned: success
  type: list
  elements: str
  sample:
    - >-
      /var/lib/cloud/instance/cloud-config.txt sets manage_etc_hosts and is stronger than
      /etc/cloud/cloud.cfg.d/99-rosfleet.cfg; so update_etc_hosts must stay out of cloud_init_modules. Fix: correct
      manage_etc_hosts when this host is next given user data
"""

import socket

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._command import run
from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._identity import cloud_init, hostname
from ..module_utils._identity.host import has_hostnamed, read_names
from ..module_utils._replacing import replace_file

HOSTNAMED_TIMEOUT = 60


def set_by_hostnamed(module: AnsibleModule, program: str, name: str) -> None:
    outcome = run([program, "--no-ask-password", "set-hostname", name], timeout=HOSTNAMED_TIMEOUT)
    if outcome.rc != 0:
        module.fail_json(
            msg=f"systemd-hostnamed did not set the host name {name}: {outcome.output.strip() or 'no answer in time'}. "
            "Fix: see why with systemctl status systemd-hostnamed on this host"
        )


def set_by_files(module: AnsibleModule, files: Files, name: str) -> None:
    replace_file(module, hostname.HOSTNAME, f"{name}\n".encode())
    machine_info = files.readable_text(hostname.MACHINE_INFO)
    without_pretty_name = hostname.without_pretty_name(machine_info)
    if machine_info != without_pretty_name:
        replace_file(module, hostname.MACHINE_INFO, without_pretty_name.encode())
    socket.sethostname(name)


def set_name(module: AnsibleModule, files: Files, name: str, wanted: dict) -> None:
    program = module.get_bin_path("hostnamectl")
    if program and has_hostnamed(files):
        set_by_hostnamed(module, program, name)
    else:
        set_by_files(module, files, name)
    after = read_names(files)
    if after != wanted:
        module.fail_json(
            msg=f"The host name was set to {name} and is not: the kernel has '{after['kernel']}', /etc/hostname has "
            f"'{after['static']}', the pretty name is '{after['pretty']}'. Something on this host sets it again. Fix: "
            "look for a service or a DHCP client that does",
            after=after,
        )


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "hostname": {"type": "str", "required": True},
            "cloud_init": {"type": "bool", "default": True},
        },
        supports_check_mode=True,
    )
    files, name = Files(), module.params["hostname"]
    try:
        hostname.refuse_bad_name(name)
        held = None
        if module.params["cloud_init"] and cloud_init.is_present(files):
            held = cloud_init.hold(cloud_init.read_sources(files))
    except (hostname.HostnameError, cloud_init.CloudInitError) as exc:
        module.fail_json(msg=str(exc))
    before = read_names(files)
    after = hostname.wanted_names(before, name)
    diff = [{"before_header": "host name", "after_header": "host name"}]
    diff[0].update(before=hostname.as_text(before), after=hostname.as_text(after))
    present = files.readable_text(cloud_init.OWN)
    rewritten = held is not None and held.text != present
    if rewritten:
        header = {"before_header": cloud_init.OWN, "after_header": cloud_init.OWN}
        diff.append({**header, "before": present, "after": held.text})
    if not module.check_mode:
        try:
            if rewritten:  # first, so that a host which loses power now does not come back under the old name
                replace_file(module, cloud_init.OWN, held.text.encode())
            if before != after:
                set_name(module, files, name, after)
        except OSError as exc:
            module.fail_json(
                msg=f"Cannot give this host the name {name}: {exc}. Fix: run as root (become: true), and see to the "
                "folder, disk and attributes of the file that is named"
            )
    module.exit_json(
        changed=before != after or rewritten, before=before, after=after, notes=held.notes() if held else [], diff=diff
    )


if __name__ == "__main__":
    main()
