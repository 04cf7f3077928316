#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_leftovers
short_description: "[internal] Take away the files that this collection has laid down on a host"
version_added: 0.1.0
description:
  - Removes what roles of this collection made on a host, and only that. Files of the same name or folder that somebody else
    made stay.
author: rosfleet contributors (@rosfleet)
options:
  only:
    description:
      - V(launch_config) is C(/etc/microk8s.yaml), which may hold the credentials of a registry.
      - V(attachments) are those of our LANs that Multus reads, and the list of addresses that pods have on them.
      - V(cloud_init) is the file that keeps cloud-init from host name and hosts file.
      - V(memory) is what roles note for their next run, and the facts of the host.
    type: list
    elements: str
    choices: [launch_config, attachments, cloud_init, memory]
    default: [launch_config, attachments, cloud_init, memory]
attributes:
  check_mode: {description: Says what would be removed., support: full}
  diff_mode: {description: RV(removed) says it., support: none}
"""

EXAMPLES = r"""
- name: Let the next installation not use the launch configuration of an earlier one
  rosfleet.cluster.host_leftovers:
    only: [launch_config]
"""

RETURN = r"""
removed:
  description: The files and folders that were removed.
  returned: success
  type: list
  elements: str
  sample: [/etc/microk8s.yaml, /etc/cni/multus/net.d/ros-lan.conf]
"""

import os
import shutil

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._attachments import read_attachments
from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._identity import cloud_init
from ..module_utils._microk8s import paths

ATTACHMENTS = "/etc/cni/multus/net.d"
# Where the CNI plugin host-local notes which pod has which address, a folder for each LAN: for ever, when its pods go with
# MicroK8s.
ADDRESSES = "/var/lib/cni/networks"
# How the launch configuration of role microk8s begins.
MANAGED = "# Managed by rosfleet.cluster"
MEMORY = ("/etc/ansible/facts.d/rosfleet.fact", "/var/lib/rosfleet")


def launch_config(files: Files) -> list[str]:
    return [paths.LAUNCH_CONFIG] if (files.text(paths.LAUNCH_CONFIG) or "").startswith(MANAGED) else []


def attachments(files: Files) -> list[str]:
    """Our attachments and their addresses, and the folders that are empty then."""
    folder = files.path(ATTACHMENTS)
    ours = [each for each in read_attachments(folder) if each["owned"]]
    names = [os.path.basename(each["file"]) for each in ours]
    lans = [each["name"] for each in ours if each["name"] not in ("", ".", "..") and "/" not in each["name"]]
    found = [f"{ATTACHMENTS}/{name}" for name in names] + [f"{ADDRESSES}/{lan}" for lan in lans]
    if ours and set(os.listdir(folder)) <= set(names):
        parent = os.path.dirname(ATTACHMENTS)
        alone = os.listdir(files.path(parent)) == [os.path.basename(ATTACHMENTS)]
        found.append(parent if alone else ATTACHMENTS)
    return found


FIND = {
    "launch_config": launch_config,
    "attachments": attachments,
    "cloud_init": lambda files: [cloud_init.OWN],
    "memory": lambda files: list(MEMORY),
}


def remove(path: str) -> None:
    """Raises OSError."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        os.unlink(path)


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={"only": {"type": "list", "elements": "str", "choices": list(FIND), "default": list(FIND)}},
        supports_check_mode=True,
    )
    files = Files()
    try:
        found = [
            name for what in module.params["only"] for name in FIND[what](files) if os.path.lexists(files.path(name))
        ]
        if not module.check_mode:
            for name in found:
                remove(files.path(name))
    except OSError as exc:
        module.fail_json(
            msg=f"Not all that this collection laid down on this host was removed: {exc}. Fix: run as root (become: true), see "
            "to the disk and the attributes of what is named, and run the playbook again"
        )
    module.exit_json(changed=bool(found), removed=found)


if __name__ == "__main__":
    main()
