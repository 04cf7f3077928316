# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._first_boot.findings import findings

from .machines import NETWORK, machine

ADDRESSES = {"base": "192.168.8.10", "tb1": "192.168.8.21"}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"network": NETWORK},
        {"network": {"subnet": "192.168.8.20/31"}},  # of two addresses both are hosts'
        {"nic": "enxd83add010203"},
        {"time_servers": ("192.168.8.10", "Pool.NTP.org")},
        {"address": ""},
    ],
)
def test_what_can_be_told(changes):
    assert findings([machine(**changes)], ADDRESSES) == []


def fixed(**changes):
    return {"network": {**NETWORK, **changes}}


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"user": ""}, "no-user", "nobody is named who is to log in. Fix: set ansible_user"),
        ({"user": "root"}, "wrong-user", "first_boot_user 'root': root does not log in"),
        ({"user": "Mr. Robot"}, "wrong-user", "'Mr. Robot': this is no user's name on Linux"),
        ({"ssh_keys": ()}, "no-key", "first_boot_ssh_keys: there is no SSH public key"),
        ({"nic": "the blue one"}, "no-nic", "first_boot_nic 'the blue one' is neither a MAC address nor a NIC's name"),
        ({"nic": "d8:3a:dd:01:02"}, "no-nic", "neither a MAC address nor"),
        ({"time_servers": ("ntp pool",)}, "no-time-server", "'ntp pool' is neither an address nor a name"),
        (fixed(subnet="192.168.8.21/24"), "wrong-subnet", "host bits set; the network is 192.168.8.0/24"),
        ({"network": {"gateway": "192.168.8.1"}}, "wrong-subnet", "subnet '' is not an IPv4 network"),
        ({**fixed(), "address": ""}, "no-fixed-address", "the inventory tells none"),
        ({**fixed(), "address": "192.168.9.21"}, "outside-subnet", "its address 192.168.9.21 is not in its subnet"),
        ({**fixed(), "address": "192.168.8.255"}, "no-host-address", "192.168.8.255 is that of the network"),
        ({**fixed(), "address": "192.168.8.0"}, "no-host-address", "192.168.8.0 is that of the network"),
        (fixed(gateway="192.168.9.1"), "outside-subnet", "gateway '192.168.9.1' is not in its subnet"),
        (fixed(gateway="router"), "outside-subnet", "gateway 'router' is not in its subnet"),
        (fixed(gateway="192.168.8.10"), "gateway-taken", "gateway 192.168.8.10 is the address of base"),
        (fixed(name_servers=["dns.lan"]), "no-name-server", "name server 'dns.lan' is no IPv4 address"),
    ],
)
def test_what_cannot(changes, code, says):
    (found,) = findings([machine(**changes)], ADDRESSES)
    assert (found.code, found.hosts) == (code, ["tb1"])
    assert found.sentence.startswith("tb1: ")
    assert says in found.sentence
    assert found.fix


def test_what_all_have_in_common_is_said_once():
    (found,) = findings([machine(ssh_keys=()), machine(host="tb2", ssh_keys=())], ADDRESSES)
    assert found.message.startswith("tb1 and tb2: first_boot_ssh_keys")


def test_two_machines_with_one_mac():
    macs = {
        "tb1": "d8:3a:dd:01:02:03",
        "tb2": "D8-3A-DD-01-02-03",
        "tb3": "d8:3a:dd:01:02:04",
        "base": "e*",
        "tb4": "e*",
    }
    (found,) = findings([machine(host=host, nic=nic) for host, nic in macs.items()], ADDRESSES)
    assert (found.code, found.message) == (
        "mac-shared",
        "tb1 and tb2: share the MAC address d8:3a:dd:01:02:03 in first_boot_nic",
    )
