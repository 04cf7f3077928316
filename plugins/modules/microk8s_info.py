#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: microk8s_info
short_description: What a host's MicroK8s is, by its own files
version_added: 0.1.0
description:
  - Reads MicroK8s' state files and asks snapd; calls no C(microk8s) command, changes nothing and returns at once.
  - This is what the host believes. That it is a member of a cluster is proven only by the control plane's API.
author: rosfleet contributors (@rosfleet)
options: {}
attributes:
  check_mode: {description: Reads only., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
# From a shell: ansible all -i my_fleet.yml -b -m rosfleet.cluster.microk8s_info
- name: See what every host is
  rosfleet.cluster.microk8s_info:
  become: true
"""

RETURN = r"""
microk8s:
  description: The host's MicroK8s.
  returned: success
  type: dict
  contains:
    role:
      description: >-
        V(absent), V(standalone), V(control_plane) (of a cluster with others), V(worker), or V(broken_worker) (joined
        as a control plane while it was a worker: a member of neither).
      type: str
    installed: {description: Whether MicroK8s is installed., type: bool}
    node_name: {description: The name of its Kubernetes Node (the host name in lower case)., type: str}
    machine_id: {description: The host's machine-id., type: str}
    version: {description: Version of the installed snap; empty when there is none., type: str}
    revision: {description: Revision of the installed snap., type: str}
    channel: {description: Channel that the snap follows; empty when installed from a file., type: str}
    held: {description: Whether automatic refreshes are held., type: bool}
    join_in_progress: {description: Whether a join is running or was cut off., type: bool}
    half_joined: {description: Whether a join was cut off (its lock is there and no join runs)., type: bool}
    join_lock: {description: The file by which MicroK8s marks a join as running., type: str}
    tokens_left:
      description: >-
        Whether a join token is there that M(rosfleet.cluster.microk8s_token) minted, or one that MicroK8s derived from it.
      type: bool
    stopped: {description: Whether it was stopped with C(microk8s stop)., type: bool}
    low_memory: {description: Whether the low-memory guard keeps its services down., type: bool}
    ca_hash:
      description: SHA-256 of the cluster's CA certificate. It tells clusters apart and proves no membership.
      type: str
    members:
      description: >-
        The members of the cluster's database as a control plane's files list them, up to 40 s late; empty on a worker.
      type: list
      elements: dict
      contains:
        address: {description: Address and port of its database., type: str}
        role: {description: "V(voter), V(standby) or V(spare).", type: str}
    api_endpoints: {description: The API servers that a worker's proxy uses., type: list, elements: str}
    api_load_balanced:
      description: Whether they are a load balancer's, as the proxy's C(--refresh-interval) is 0.
      type: bool
    cluster_dns:
      description: >-
        The name server that its kubelet gives to pods; empty when it has none, as after leaving a cluster as a worker.
      type: str
    sandbox_image: {description: The image of every pod's sandbox on this host., type: str}
    mirrored:
      description: The registries whose mirrors P(rosfleet.cluster.microk8s_registries#module) has told containerd of.
      type: list
      elements: str
    multus_image_repository: {description: Repository of the Multus image in MicroK8s' own add-on., type: str}
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._microk8s.info import host_info


@ends_in_words
def main() -> None:
    module = AnsibleModule(argument_spec={}, supports_check_mode=True)
    module.exit_json(changed=False, microk8s=host_info(Files()))


if __name__ == "__main__":
    main()
