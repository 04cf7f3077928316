#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: controller_file
short_description: "[internal] Keep a file on the controller"
version_added: 0.1.0
description:
  - Writes a file of the user who runs Ansible, whole or not at all, where it is not there with this content and mode.
  - It is the controller's own memory and no state of any host, so this never reports a change. Runs once for all hosts of a
    play.
author: rosfleet contributors (@rosfleet)
options:
  path:
    description: The file. A folder that is not there is made, one that is there is left as it is.
    type: path
    required: true
  content:
    description: Its text.
    type: str
    required: true
  private:
    description: Whether only its user may read it, and a folder that is made for it.
    type: bool
    default: false
attributes:
  check_mode: {description: Writes nothing., support: full}
  diff_mode: {description: There may be secrets in it., support: none}
"""

EXAMPLES = r"""
- name: Keep the way to the cluster
  rosfleet.cluster.controller_file:
    path: ~/.kube/fleet.config
    content: "{{ fetched.kubeconfig }}"
    private: true
  no_log: true
"""

RETURN = r"""
path:
  description: The file.
  returned: always
  type: str
written:
  description: Whether it was written.
  returned: always
  type: bool
"""
