# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a virtual machine is told at its first boot, as cloud-init's source NoCloud reads it from a small disk.

Pure texts, in JSON, which is YAML too: so they are the same for this lab's image and for a cloud image of any kind.
"""

from __future__ import annotations

import json

from lab.fleet.plan import GATEWAY, MANAGEMENT_NIC, PREFIX_LENGTH, USER, Host, mac_address

LABEL = "CIDATA"
STOCK_HOSTNAME = "lab-image"


def files(host: Host, instance: str, user_key: str, host_key: str, host_key_public: str) -> dict[str, str]:
    """The files (name → text) of a host's seed: who may log in, by which key it is known, and what its NICs are called.

    ``instance`` tells one disk from the next: cloud-init does its first boot again when it changes.
    """
    user = {
        "name": USER,
        "shell": "/bin/bash",
        "lock_passwd": True,
        "sudo": "ALL=(ALL:ALL) NOPASSWD: ALL",
        "ssh_authorized_keys": [user_key.strip()],
    }
    user_data = {
        "users": [user],
        "ssh_pwauth": False,
        "ssh_keys": {"ed25519_private": host_key, "ed25519_public": host_key_public.strip()},
        "apt": {"preserve_sources_list": True},
        # Keys and fingerprints need not be on the console, nor a random seed that a lab does not use.
        "no_ssh_fingerprints": True,
        "ssh": {"emit_keys_to_console": False},
    }
    return {
        "meta-data": json.dumps({"instance-id": instance, "local-hostname": STOCK_HOSTNAME}, indent=1) + "\n",
        "user-data": "#cloud-config\n" + json.dumps(user_data, indent=1) + "\n",
        "network-config": json.dumps(network_config(host), indent=1) + "\n",
    }


def network_config(host: Host) -> dict:
    """Both NICs, known by their MACs, with the names and addresses that they have in every kind of lab host."""
    management = _nic(mac_address(host, "mgmt"), MANAGEMENT_NIC, host.management_address)
    management["routes"] = [{"to": "0.0.0.0/0", "via": GATEWAY}]
    return {
        "version": 2,
        "ethernets": {
            MANAGEMENT_NIC: management,
            host.ros_nic: _nic(mac_address(host, "ros"), host.ros_nic, host.ros_address),
        },
    }


def _nic(mac: str, name: str, address: str) -> dict:
    return {
        "match": {"macaddress": mac},
        "set-name": name,
        "addresses": [f"{address}/{PREFIX_LENGTH}"],
        "dhcp4": False,
        "dhcp6": False,
        "accept-ra": False,
    }
