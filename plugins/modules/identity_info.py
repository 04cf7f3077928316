#!/usr/bin/python
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: identity_info
short_description: What makes a host this host and no other
version_added: 0.1.0
description:
  - Reads a host's names, ids, NICs, SSH host keys, what cloud-init does to its name, how it looks up names, and its
    clock, the last compared with the controller's.
  - Needs nothing on the host but Python, changes nothing, and runs without root; what only root may read is then empty.
author: rosfleet contributors (@rosfleet)
options: {}
attributes:
  check_mode: {description: Reads only., support: full}
  diff_mode: {description: There is nothing to compare., support: none}
"""

EXAMPLES = r"""
# ansible all -m rosfleet.cluster.identity_info --become
- name: See who every host is
  rosfleet.cluster.identity_info:
  become: true
  register: seen
"""

RETURN = r"""
identity:
  description: The host.
  returned: success
  type: dict
  contains:
    hostname:
      description: The V(kernel)'s present name, the V(static) one of C(/etc/hostname) and the V(pretty) one for people.
      type: dict
      sample: {kernel: tb1, static: tb1, pretty: ""}
    machine_id: {description: The id in C(/etc/machine-id)., type: str}
    product_uuid:
      description: >-
        The firmware's UUID in lower case. Empty where there is none, where it is a vendor's placeholder, and without
        root.
      type: str
    boot_id: {description: Another one after every boot., type: str}
    nics:
      description: >-
        The network interfaces except loopback. C(physical) says that other hosts see this NIC's MAC.
      type: list
      elements: dict
      sample: [{name: eth0, mac: "dc:a6:32:01:02:03", physical: true, addresses: [192.168.8.21/24]}]
    default_routes:
      description: The IPv4 default routes, the preferred one first, with the address that the host has there.
      type: list
      elements: dict
      sample: [{nic: eth0, gateway: 192.168.8.1, source: 192.168.8.21}]
    ssh_host_keys:
      description: The public SSH host keys.
      type: list
      elements: dict
      sample:
        - type: ssh-ed25519
          fingerprint: "SHA256:uNiVztksCsDhcc0u9e8BrrQXVUpMx0qRmqwvvdJvcHw"
          public: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO...
          path: /etc/ssh/ssh_host_ed25519_key.pub
    cloud_init:
      description: >-
        Whether cloud-init is there, its effective C(preserve_hostname) and C(manage_etc_hosts) (V(true), V(false) or
        V(localhost)), the strongest file that has one of them, and what cloud-init rewrites at boot (V(hostname),
        V(hosts_file)), modules left out of its list considered. Null where a file that this user may
        not read could decide.
      type: dict
      sample:
        present: true
        preserve_hostname: false
        manage_etc_hosts: localhost
        decided_by: /etc/cloud/cloud.cfg
        rewrites: [hostname, hosts_file]
    hostnamed: {description: Whether systemd's hostnamed can be asked to set the host name., type: bool}
    resolver:
      description: >-
        The order of sources for host names, whether systemd-resolved and NetworkManager run, the search domains, and
        the real path of C(/etc/hosts).
      type: dict
      sample: {hosts_order: [files, dns], resolved: true, networkmanager: false, search: [], hosts_file: /etc/hosts}
    time:
      description: >-
        The host's clock in seconds since 1970, what keeps it (V(chrony), V(systemd-timesyncd), V(ntp) or nothing), and
        whether the kernel counts it as synchronized (null where it cannot be asked).
      type: dict
      sample: {epoch: 1795267200.25, service: chrony, synchronized: true}
    clock:
      description: >-
        The host's clock minus the controller's in seconds, and by how much that may be wrong at most. Null when no
        exchange gave a usable answer.
      type: dict
      sample: {offset_s: -0.012, uncertainty_s: 0.021}
    distribution:
      description: C(ID) and C(VERSION_ID) of C(/etc/os-release).
      type: dict
      sample: {id: ubuntu, version_id: "24.04"}
    python: {description: The version of the Python that ran this., type: str}
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ending import ends_in_words
from ..module_utils._files import Files
from ..module_utils._identity.info import identity_of
from ..module_utils._netlink import NetlinkError
from ..module_utils._nics import read_nics


@ends_in_words
def main() -> None:
    module = AnsibleModule(argument_spec={}, supports_check_mode=True)
    try:
        nics = read_nics()
    except (NetlinkError, OSError) as exc:
        module.fail_json(msg=f"Cannot read the network interfaces of this host: {exc}")
    module.exit_json(changed=False, identity=identity_of(Files(), nics))


if __name__ == "__main__":
    main()
