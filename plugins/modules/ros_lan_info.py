#!/usr/bin/python

# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ros_lan_info
short_description: The NICs of a host, and which of them carries each ROS LAN
version_added: 0.1.0
description:
  - Reads the network interfaces of a host by rtnetlink and picks, for each LAN, the one that can carry pods by macvlan.
  - Without a selector the NIC is the only one with an address in the LAN's subnet. When there is none or more than
    one, the LAN is in RV(refused) with the candidates, and the module still succeeds.
  - Says on request which interfaces pods of the host really have, by looking into their network namespaces. What
    Multus wrote on a pod is no proof, as it outlives the network that it speaks of when a host boots or is imaged anew.
  - Needs nothing on the host but Python, and root for pods.
author:
  - rosfleet contributors (@rosfleet)
attributes:
  check_mode:
    support: full
    description: Changes nothing and so runs the same in check mode.
  diff_mode:
    support: none
    description: There is nothing to show a difference of.
options:
  subnets:
    description: The subnet of each LAN, as a mapping from the LAN's name to IPv4 CIDR notation.
    type: dict
    default: {}
  nics:
    description: The NIC to use for a LAN, as a mapping from the LAN's name to a NIC's name, alternative name or MAC address.
    type: dict
    default: {}
  attachments_dir:
    description: Where Multus reads the attachments of this node.
    type: path
    default: /etc/cni/multus/net.d
  pods:
    description: Pods of this host to look into, by C(metadata.uid).
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: See which NIC carries the ROS LAN
  rosfleet.cluster.ros_lan_info:
    subnets:
      ros-lan: 192.168.8.0/24

- name: Two NICs are on that subnet, so say which one ROS uses
  rosfleet.cluster.ros_lan_info:
    subnets:
      ros-lan: 192.168.8.0/24
    nics:
      ros-lan: "02:00:0a:58:01:15"
"""

RETURN = r"""
nics:
  description: The interfaces of the host, ordered by index.
  returned: always
  type: list
  elements: dict
  sample:
    - name: eth1
      index: 3
      mac: "02:00:0a:58:01:15"
      mtu: 1500
      kind: ""
      up: true
      carrier: true
      ethernet: true
      loopback: false
      multicast: true
      wireless: false
      access_point: false
      master: 0
      link: 0
      addresses: ["192.168.8.21/24"]
      alternative_names: [enp0s3]
lans:
  description: For each LAN with a NIC that can carry it, that NIC.
  returned: always
  type: dict
  sample:
    ros-lan: {nic: eth1, address: 192.168.8.21, mac: "02:00:0a:58:01:15", mtu: 1500}
refused:
  description: For each LAN without one, the reason, the candidates and the fix in a sentence.
  returned: always
  type: dict
  sample:
    ros-lan: "ros-lan: no NIC has an address in 192.168.8.0/24. NICs: ..."
attachments:
  description: The attachment files on the host, in the order in which Multus reads them.
  returned: always
  type: list
  elements: dict
  sample:
    - {file: /etc/cni/multus/net.d/ros-lan.conf, name: ros-lan, owned: true, text: "{...}", error: ""}
pods:
  description: The interfaces of each pod in O(pods) that runs on this host with a network of its own.
  returned: always
  type: dict
  sample:
    6c1f6b1e-6d3c-4b0e-9d0e-0a3b0a3f7c11: [lo, eth0, ros0]
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._attachments import read_attachments
from ..module_utils._ending import ends_in_words
from ..module_utils._lan import carriers
from ..module_utils._netlink import NetlinkError
from ..module_utils._netns import NetnsError, entered, find_pod_netns
from ..module_utils._nics import describe, read_nics


def look_into(pods: list) -> dict:
    """The interfaces of the pods that run here; those that do not, or use the host's network, are left out."""
    found = {}
    for uid in pods:
        try:
            with entered(find_pod_netns(uid)):
                found[uid] = [nic.name for nic in read_nics()]
        except NetnsError:
            continue
    return found


@ends_in_words
def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "subnets": {"type": "dict", "default": {}},
            "nics": {"type": "dict", "default": {}},
            "attachments_dir": {"type": "path", "default": "/etc/cni/multus/net.d"},
            "pods": {"type": "list", "elements": "str", "default": []},
        },
        supports_check_mode=True,
    )
    try:
        nics = read_nics()
        attachments = read_attachments(module.params["attachments_dir"])
        pods = look_into(module.params["pods"])
    except (NetlinkError, OSError) as exc:
        module.fail_json(msg=f"Cannot read the network interfaces or attachments of this host: {exc}")
    lans, refused = carriers(nics, module.params["subnets"], module.params["nics"])
    module.exit_json(
        changed=False,
        nics=[describe(nic) for nic in nics],
        lans=lans,
        refused=refused,
        attachments=attachments,
        pods=pods,
    )


if __name__ == "__main__":
    main()
