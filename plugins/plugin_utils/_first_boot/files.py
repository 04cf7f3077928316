# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The NoCloud files of one machine, as data. Private to this collection. Pure.

Read in cloud-init 25.1: config/cc_set_hostname.py, cc_users_groups.py, cc_ntp.py, net/network_state.py and the schemas.
Nothing here is about preserve_hostname or manage_etc_hosts: user data is stronger than any file on the machine, and role
identity says there who keeps name and hosts file from the first `site` on.
"""

from __future__ import annotations

from typing import Any

from .machine import Machine

_KEY = "fleet"  # what a NIC is called in network-config where its name is not known
# Raspberry Pi OS comes with its SSH server off; Ubuntu starts it by a socket.
_SSH_SERVER = "systemctl --quiet is-enabled ssh.socket || systemctl enable --now ssh"


def files(machine: Machine) -> dict[str, dict[str, Any]]:
    """{file's name: what is in it}."""
    return {
        "user-data": user_data(machine),
        "meta-data": meta_data(machine),
        "network-config": network_config(machine),
    }


def meta_data(machine: Machine) -> dict[str, str]:
    """A machine is the same as long as it has its name: a card that is written again with other files is not new to it."""
    return {"instance-id": f"rosfleet-{machine.hostname}", "local-hostname": machine.hostname}


def user_data(machine: Machine) -> dict[str, Any]:
    user = {
        "name": machine.user,
        **({"groups": list(machine.groups)} if machine.groups else {}),  # its schema knows no empty list
        "shell": "/bin/bash",
        "sudo": "ALL=(ALL) NOPASSWD:ALL",
        "lock_passwd": True,
        "ssh_authorized_keys": [key.strip() for key in machine.ssh_keys],
    }
    data: dict[str, Any] = {
        "hostname": machine.hostname,
        "users": [user],
        "ssh_pwauth": False,
        "disable_root": True,
    }
    if machine.packages:
        data.update(package_update=True, packages=list(machine.packages))
    if machine.time_servers:
        data["ntp"] = {"enabled": True, "servers": list(machine.time_servers)}
    return {**data, "runcmd": [["sh", "-c", _SSH_SERVER]]}


def network_config(machine: Machine) -> dict[str, Any]:
    """Version 2, which netplan reads and, but for patterns of names, every other renderer of cloud-init."""
    nic: dict[str, Any] = {}
    key = _KEY
    if machine.mac:
        nic["match"] = {"macaddress": machine.mac}
    elif machine.one_of_several:
        nic["match"] = {"name": machine.nic}
    else:
        key = machine.nic
    return {"version": 2, "ethernets": {key: {**nic, **_addresses(machine)}}}


def _addresses(machine: Machine) -> dict[str, Any]:
    if not machine.network:
        # A machine-id that is made anew is not to be another machine for the DHCP server.
        return {"dhcp4": True, "dhcp-identifier": "mac"}
    addresses: dict[str, Any] = {"dhcp4": False, "addresses": [machine.interface]}
    if machine.network.get("gateway"):
        addresses["routes"] = [{"to": "0.0.0.0/0", "via": str(machine.network["gateway"])}]
    if machine.network.get("name_servers"):
        addresses["nameservers"] = {"addresses": [str(each) for each in machine.network["name_servers"]]}
    return addresses
