#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: membership_proof
short_description: "[internal] Wait until a cluster's API proves the wanted members"
version_added: 0.1.0
description:
  - A host is a member when the API shows a Ready Node of its exact name, address and machine-id. The join command's own
    success is not proof, a host with another's name joins "successfully" while that other one's Node stays Ready.
  - Asks from the controller with M(kubernetes.core.k8s_info), so delegate it to C(localhost). Runs once for all hosts
    of a play and never fails; what is missing is returned for each host.
author: rosfleet contributors (@rosfleet)
options:
  kubeconfig:
    description: The cluster's kubeconfig on the controller.
    type: path
    required: true
  wanted:
    description: >-
      What each host says of itself, by inventory name, as M(rosfleet.cluster.microk8s_info) returns it; C(node_name) and
      C(machine_id) are needed.
    type: dict
    required: true
  addresses:
    description: The fleet address of each host.
    type: dict
    required: true
  control_plane:
    description: >-
      Inventory names of the control plane hosts. With more than one, each has to be in O(database); every other host
      has to look for the API at one of their addresses.
    type: list
    elements: str
    default: []
  database:
    description: Addresses of the members of the cluster's database, as M(rosfleet.cluster.microk8s_ha_info) returns them.
    type: list
    elements: str
    default: []
  timeout:
    description: Seconds to wait.
    type: int
    default: 180
attributes:
  check_mode: {description: Reads only., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
- name: Wait until this robot is a member
  rosfleet.cluster.membership_proof:
    kubeconfig: ~/.kube/config
    wanted: {tb1: {node_name: tb1, machine_id: 5b0a1f0c2e8d4c1f9d3a7e6b5c4d3e2f}}
    addresses: {tb1: 192.168.8.21}
  delegate_to: localhost
"""

RETURN = r"""
unproven:
  description: Why a host is not proven a member; empty when all are.
  returned: success
  type: dict
  sample: {tb1: "the Node tb1 is not Ready: container runtime network not ready"}
"""
