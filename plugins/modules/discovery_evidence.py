#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: discovery_evidence
short_description: "[internal] Keep on the controller what a probe has recorded on the wire"
version_added: 0.1.0
description:
  - Fetches the file that M(rosfleet.cluster.dds_probe) wrote as its O(rosfleet.cluster.dds_probe#module:evidence), and prints
    where it is kept, with how many packets, or why there is none. The host's file stays.
  - What an earlier run has kept under the same name is removed first.
author: rosfleet contributors (@rosfleet)
options:
  recorded:
    description: What the probe returned as RV(rosfleet.cluster.dds_probe#module:evidence). Empty where it returned nothing.
    type: dict
    required: true
  path:
    description: >-
      The file on the controller, which its user alone may read, relative to the directory of the shell that Ansible was called
      from, or, where no shell did (a systemd timer, AWX), to Ansible's own.
    type: path
    required: true
attributes:
  check_mode: {description: In check mode nothing is recorded., support: none}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Keep what was recorded
  rosfleet.cluster.discovery_evidence:
    recorded: "{{ probed.evidence }}"
    path: "reports/evidence/{{ inventory_hostname }}.pcapng.gz"
"""

RETURN = r"""
path:
  description: The file on the controller. Empty when there is none.
  returned: always
  type: str
lines:
  description: The lines that were printed.
  returned: always
  type: list
  elements: str
"""
