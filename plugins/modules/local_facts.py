#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: local_facts
short_description: "[internal] Leave what the fleet knows of a host on the host"
version_added: 0.1.0
description:
  - Writes one section of C(/etc/ansible/facts.d/rosfleet.fact), which every playbook then finds as
    C(ansible_local.rosfleet). Sections of others stay. Everybody on the host may read it.
  - One module instead of a folder and a file, as each step on each host of a large fleet counts.
author: rosfleet contributors (@rosfleet)
options:
  section:
    description: The key under C(ansible_local.rosfleet).
    type: str
    required: true
  facts:
    description: What is kept there.
    type: dict
    required: true
  path:
    description: The file.
    type: path
    default: /etc/ansible/facts.d/rosfleet.fact
attributes:
  check_mode: {description: Says whether the file would change., support: full}
  diff_mode: {description: Shows the file before and after., support: full}
"""

EXAMPLES = r"""
- name: Leave the robot's identity where other playbooks find it
  rosfleet.cluster.local_facts:
    section: identity
    facts: {hostname: tb1, address: 192.168.8.21}
"""

RETURN = r"""
path:
  description: The file.
  returned: success
  type: str
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ending import ends_in_words
from ..module_utils._file_sync import Change, told, write
from ..module_utils._local_facts import PATH, with_section

SPEC = {
    "section": {"type": "str", "required": True},
    "facts": {"type": "dict", "required": True},
    "path": {"type": "path", "default": PATH},
}


@ends_in_words
def main() -> None:
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)
    path, section, facts = (module.params[name] for name in ("path", "section", "facts"))
    change = Change.of(path, lambda text: with_section(text, section, facts))
    write(module, [change])
    module.exit_json(**told([change]), path=path)


if __name__ == "__main__":
    main()
