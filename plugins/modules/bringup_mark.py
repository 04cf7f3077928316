#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bringup_mark
short_description: "[internal] Write a wall-clock mark of a run into reports/bringup.json"
version_added: 0.1.0
description:
  - Notes on the controller when a stage of C(site) and C(verify) was reached. The mark V(T0) begins a new report.
  - Runs once for all hosts of a play.
  - The report is the run's output and not a state of any host, so this never reports a change.
author: rosfleet contributors (@rosfleet)
options:
  mark:
    description: >-
      V(T0) first contact, V(T1) identity done, V(T2) MicroK8s ready, V(T3) all Nodes Ready, V(T4) attachments usable,
      V(T5) workloads running, V(T6) every listener has its first sample from another host.
    type: str
    required: true
    choices: [T0, T1, T2, T3, T4, T5, T6]
  path:
    description: >-
      The report on the controller, relative to the directory of the shell that Ansible was called from, or, where no
      shell did (a systemd timer, AWX), to Ansible's own. C(site) and C(verify) keep it in C(rosfleet_reports_dir).
    type: path
    default: reports/bringup.json
  after:
    description: >-
      Write the mark only when this one was reached before, and not longer than O(within) seconds ago. So a C(verify) of
      days later leaves the report of the bring-up alone.
    type: str
    choices: [T0, T1, T2, T3, T4, T5, T6]
  within:
    description: Seconds that may lie between O(after) and O(mark).
    type: float
    default: 900.0
attributes:
  check_mode: {description: Writes nothing., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Note that all Nodes are ready
  rosfleet.cluster.bringup_mark:
    mark: T3
"""

RETURN = r"""
elapsed_s:
  description: Seconds since T0 of this mark's first time, none when it does not belong to a fresh bring-up (O(after)).
  returned: success
  type: float
  sample: 62.5
path:
  description: The file of the report.
  returned: success
  type: str
  sample: /home/me/fleet/reports/bringup.json
written:
  description: Whether the report was written.
  returned: success
  type: bool
  sample: true
"""
