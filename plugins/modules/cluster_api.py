#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_api
short_description: "[internal] Ask the cluster's API and tell it things, step by step in one process"
version_added: 0.1.0
description:
  - Reads, applies, removes and waits on the controller, through one connection to the API server. Runs once for all
    hosts of a play.
  - Every question has a bound of seconds, as without a quorum an API server takes requests and never answers. A cluster
    that gave no answer is never one that has nothing; the task fails, with C(silence).
author: rosfleet contributors (@rosfleet)
requirements: [kubernetes (Python package, on the controller)]
options:
  kubeconfig:
    description: The cluster's kubeconfig on the controller.
    type: path
    required: true
  steps:
    description:
      - What to do, in this order. A step is a dictionary with one of the verbs below and the options of that verb; C(as)
        is the name that its answer has in RV(read).
      - C(read), a kind of object, with C(namespace), C(name), C(labels) and C(fields), both lists of selectors, and C(as).
      - >-
        C(apply), a list of manifests; each object is as its manifest says afterwards (server-side apply, as C(rosfleet)).
      - C(remove), a list of manifests or references.
      - >-
        C(prune), a list of kinds, with C(labels), C(namespace) and C(keep); of these kinds what has the labels, and is
        not among the manifests of C(keep), is removed.
      - >-
        C(slices), the LANs as declared for the role ros_lan, with C(nodes), C(namespace) and C(as); every Node in C(nodes), a
        dictionary from its name to those of its LANs, gets the lowest free slice of their pools unless it holds one. Several
        runs may do this at the same time.
      - >-
        C(await), the name of what to wait for, with C(within), in seconds, C(as), and the options of what is waited for
        (plugin_utils/_cluster_api/awaited.py). What is not there in time is in RV(missing), which is no failure unless
        C(required) is true.
    type: list
    elements: dict
    required: true
attributes:
  check_mode: {description: The API tries out what would be written and does not keep it., support: full}
  diff_mode: {description: Says whether something would change., support: none}
"""

EXAMPLES = r"""
- name: Learn which pods run
  rosfleet.cluster.cluster_api:
    kubeconfig: ~/.kube/config
    steps:
      - {read: Pod, namespace: kube-system, labels: [name=multus], as: pods}
"""

RETURN = r"""
read:
  description: What was read, by C(as). Objects are as the API shows them.
  returned: always
  type: dict
  sample: {pods: [{apiVersion: v1, kind: Pod, metadata: {name: multus-x7k2p}}]}
missing:
  description: What was waited for and did not come, by C(as); empty where all came.
  returned: always
  type: dict
  sample: {multus: {tb1: no pod was placed there}}
silence:
  description: What happened instead of an answer.
  returned: when the API gave none
  type: str
  sample: https://192.168.8.10:16443 takes connections and says nothing, as it does without a quorum
"""
