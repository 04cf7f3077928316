# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.rosfleet.cluster.plugins.plugin_utils._first_boot.machine import Machine

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me@here"
NETWORK = {"subnet": "192.168.8.0/24", "gateway": "192.168.8.1", "name_servers": ["192.168.8.1"]}


def machine(**changes) -> Machine:
    """A machine that can be told what it is to be, but for `changes`."""
    given = {
        "host": "tb1",
        "hostname": "tb1",
        "address": "192.168.8.21",
        "user": "ubuntu",
        "ssh_keys": (KEY,),
        "groups": ("sudo",),
        "packages": ("python3",),
        "time_servers": (),
        "nic": "e*",
        "network": {},
    }
    return Machine(**{**given, **changes})
