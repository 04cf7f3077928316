#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: identity_hosts_file
short_description: The names and addresses of a fleet in the hosts file, and nobody else's
version_added: 0.1.0
description:
  - Keeps one block in C(/etc/hosts) with a line for each of O(entries), between C(# BEGIN rosfleet.cluster) and
    C(# END rosfleet.cluster). A new block comes last, and one that is there stays where it is.
  - Takes out a line elsewhere that gives one of these names another address, such as the C(127.0.1.1 robot1) of an
    installer or an address from before. Where such a line has other names too, only the fleet's name goes. IPv6 lines
    count, as C(::1 robot1) makes a name resolve to C(127.0.0.1) too.
  - Heals two blocks and a block that was cut in half. Every other byte stays as it is, and so do the file's owner,
    mode, SELinux label and a symbolic link to it.
  - Replaces the file in one step. Where that cannot be, as the file is mounted by itself (in containers), it is written
    in place.
author: rosfleet contributors (@rosfleet)
options:
  entries:
    description: The lines of the block, in this order. An empty list means no block.
    type: list
    elements: dict
    required: true
    suboptions:
      address:
        description: IPv4 or IPv6 address.
        type: str
        required: true
      names:
        description: The host's name, and more names for it.
        type: list
        elements: str
        required: true
  block:
    description: >-
      Whether to keep the block. Without it, the names are left to somebody else, such as DNS, and lines that give one of
      them another address are taken out all the same.
    type: bool
    default: true
  path:
    description: The hosts file.
    type: path
    default: /etc/hosts
attributes:
  check_mode: {description: Says whether the file would change and what would be taken out., support: full}
  diff_mode: {description: Shows the file before and after., support: full}
"""

EXAMPLES = r"""
- name: Let the robots find each other
  rosfleet.cluster.identity_hosts_file:
    entries:
      - {address: 192.168.8.11, names: [robot1]}
      - {address: 192.168.8.12, names: [robot2, arm]}

- name: Leave the names to DNS
  rosfleet.cluster.identity_hosts_file:
    entries:
      - {address: 192.168.8.11, names: [robot1]}
    block: false
"""

RETURN = r"""
removed:
  description: Names of the fleet that lines outside of the block gave another address, and that were taken out.
  returned: always
  type: list
  elements: dict
  contains:
    line_number:
      description: Number of the line in the file as it was, from 1.
      type: int
    text:
      description: That line.
      type: str
    name:
      description: The name that was taken out of it.
      type: str
    address:
      description: The address that the line gave it.
      type: str
  sample:
    - {line_number: 2, text: "127.0.1.1\trobot1", name: robot1, address: 127.0.1.1}
"""

from dataclasses import asdict

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ending import ends_in_words
from ..module_utils._file_sync import told, write
from ..module_utils._identity.hosts_change import ENTRIES, hosts_change
from ..module_utils._identity.hosts_file import HostsFileError

SPEC = {
    "block": {"type": "bool", "default": True},
    "path": {"type": "path", "default": "/etc/hosts"},
    "entries": ENTRIES,
}


@ends_in_words
def main() -> None:
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)
    try:
        change, removed = hosts_change(*(module.params[name] for name in ("path", "entries", "block")))
    except HostsFileError as exc:
        module.fail_json(msg=str(exc))
    write(module, [change])
    module.exit_json(**told([change]), removed=[asdict(one) for one in removed])


if __name__ == "__main__":
    main()
