#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: discovery_show
short_description: Print a discovery report as a table in the terminal, and keep it as JSON and as a page
version_added: 0.1.0
description:
  - Prints who hears whom, the participants found, the samples heard, what is wrong and how to mend it.
  - The lines appear as they are, whatever the format in which Ansible shows results.
author:
  - rosfleet contributors (@rosfleet)
attributes:
  action: {description: Runs on the controller and contacts no host., support: full}
  check_mode: {description: It prints and writes no file., support: full}
  diff_mode: {description: The report is the run's output and no state of a host., support: none}
options:
  report:
    description: The content of C(discovery.json).
    type: dict
    required: true
  ascii:
    description: Whether to print no characters beyond ASCII.
    type: bool
    default: false
  path:
    description: >-
      Also write the report here, as JSON, relative to the directory of the shell that Ansible was called from, or, where
      no shell did (a systemd timer, AWX), to Ansible's own.
    type: path
  page:
    description: >-
      Also write the report here as one HTML file that a browser shows without a request to anywhere, relative to the same
      directory as O(path). The last line that is printed names it.
    type: path
"""

EXAMPLES = r"""
- name: Show the report of yesterday
  rosfleet.cluster.discovery_show:
    report: "{{ lookup('ansible.builtin.file', 'reports/discovery.json') | from_json }}"
  run_once: true

- name: Make a page of it
  rosfleet.cluster.discovery_show:
    report: "{{ lookup('ansible.builtin.file', 'reports/discovery.json') | from_json }}"
    page: reports/discovery.html
  run_once: true
"""

RETURN = r"""
lines:
  description: The lines that were printed.
  returned: success
  type: list
  elements: str
path:
  description: The file that the report was written to.
  returned: when O(path) is given
  type: str
  sample: /home/me/fleet/reports/discovery.json
page:
  description: The page that was written.
  returned: when O(page) is given
  type: str
  sample: /home/me/fleet/reports/discovery.html
"""
