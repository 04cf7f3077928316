#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: fleet_inputs
short_description: "[internal] Refuse what is not declared as the roles want it"
version_added: 0.1.0
description:
  - Compares all variables that are declared for the hosts of a play, or for the play itself, with the argument specs of all
    roles, and fails with one sentence for each that does not fit, and the line to write. Contacts no host. What depends on
    what is known later is left to the role that reads it.
  - Ansible's own comparison takes text for a list, which is then read letter by letter, and prints all of a spec where
    something in it does not fit. Runs once for all hosts of a play.
author: rosfleet contributors (@rosfleet)
options:
  roles:
    description: The folder of the roles.
    type: path
    required: true
attributes:
  check_mode: {description: Reads only., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Refuse what is not declared as it has to be
  rosfleet.cluster.fleet_inputs:
    roles: "{{ role_path }}/.."
"""

RETURN = r"""#"""
