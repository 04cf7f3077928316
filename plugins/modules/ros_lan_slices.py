#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ros_lan_slices
short_description: "[internal] Give every Node its slice of each ROS LAN's address pool"
version_added: 0.1.0
description:
  - Keeps every slice that a Node holds (annotation C(rosfleet.io/slice.<LAN>)), gives the lowest free one to each that
    has none, and writes it down on its Node.
  - Several runs may do this at the same time. No slice is handed out twice, as each run raises a counter on the namespace
    as it had read it (annotation C(rosfleet.io/slices-handed-out)), and begins anew when another run was faster.
  - Asks from the controller with M(kubernetes.core.k8s_info), so delegate it to C(localhost). Runs once for all hosts
    of a play. Without an answer of the API it fails, as then nobody knows who holds what.
author: rosfleet contributors (@rosfleet)
options:
  kubeconfig:
    description: The cluster's kubeconfig on the controller.
    type: path
    required: true
  networks:
    description: The LANs with C(name), C(pool) and perhaps C(slice_prefix), as declared for the role ros_lan.
    type: list
    elements: dict
    required: true
  nodes:
    description: Names of the Nodes that need a slice of each LAN.
    type: list
    elements: str
    required: true
  namespace:
    description: The namespace that the counter is on.
    type: str
    default: rosfleet
attributes:
  check_mode: {description: Writes nothing and says what would be handed out., support: full}
  diff_mode: {description: The slices are in the result., support: none}
"""

EXAMPLES = r"""
- name: Give tb1 its slice
  rosfleet.cluster.ros_lan_slices:
    kubeconfig: ~/.kube/config
    networks: [{name: ros-lan, pool: 192.168.8.128/25}]
    nodes: [tb1]
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
slices:
  description: For each of O(nodes) its slice of each LAN.
  returned: success
  type: dict
  sample: {tb1: {ros-lan: 192.168.8.128/28}}
"""
