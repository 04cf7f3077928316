#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: discovery_collect
short_description: "[internal] Fetch what a probe in the background has heard"
version_added: 0.1.0
description:
  - Waits until a job that was started with C(async) is done, returns what it returned, and removes its file from the host.
  - Unlike C(async_status) in a loop it is silent while it waits.
author: rosfleet contributors (@rosfleet)
options:
  job:
    description: The C(ansible_job_id) of the task that started it.
    type: str
    required: true
  async_dir:
    description: The folder on the host in which the job keeps its result, C(ansible_async_dir) of that task.
    type: str
    required: true
  within:
    description: Seconds to wait.
    type: float
    required: true
attributes:
  check_mode: {description: Nothing is started in it that could be collected., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Collect what they heard
  rosfleet.cluster.discovery_collect:
    job: "{{ started.ansible_job_id }}"
    async_dir: /run/rosfleet
    within: 60
"""

RETURN = r"""
collected:
  description: Whether the job was done and its file was removed. What the job returned stands beside it.
  returned: when the job is done
  type: bool
"""
