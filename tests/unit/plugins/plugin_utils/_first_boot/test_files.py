# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the files say, and that nothing in them takes role identity's place."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._identity import cloud_init
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._first_boot.files import (
    files,
    meta_data,
    network_config,
    user_data,
)

from .machines import KEY, NETWORK, machine


def test_who_may_log_in_and_how():
    data = user_data(machine())
    (user,) = data["users"]
    assert (user["name"], user["lock_passwd"], user["ssh_authorized_keys"]) == ("ubuntu", True, [KEY])
    assert user["sudo"] == "ALL=(ALL) NOPASSWD:ALL"
    assert (data["ssh_pwauth"], data["disable_root"]) == (False, True)
    assert "passwd" not in json.dumps(data).replace("lock_passwd", "")


@pytest.mark.parametrize(("groups", "expected"), [(("sudo", "video"), ["sudo", "video"]), ((), None)])
def test_groups(groups, expected):
    assert user_data(machine(groups=groups))["users"][0].get("groups") == expected


def test_the_machine_is_the_same_as_long_as_its_name_is():
    assert meta_data(machine(hostname="turtle", user="a")) == meta_data(machine(hostname="turtle", nic="eth0"))
    assert meta_data(machine(hostname="turtle")) == {"instance-id": "rosfleet-turtle", "local-hostname": "turtle"}
    assert meta_data(machine(hostname="tortoise"))["instance-id"] == "rosfleet-tortoise"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"packages": ("snapd",)}, {"package_update": True, "packages": ["snapd"]}),
        ({"packages": ()}, {}),
        ({"packages": (), "time_servers": ("192.168.8.10",)}, {"ntp": {"enabled": True, "servers": ["192.168.8.10"]}}),
    ],
)
def test_packages_and_time(changes, expected):
    data = user_data(machine(**changes))
    assert {key: data[key] for key in ("package_update", "packages", "ntp") if key in data} == expected


@pytest.mark.parametrize(
    ("nic", "key", "match"),
    [
        ("e*", "fleet", {"name": "e*"}),
        ("enp[23]s0", "fleet", {"name": "enp[23]s0"}),
        ("D8-3A-DD-01-02-03", "fleet", {"macaddress": "d8:3a:dd:01:02:03"}),
        ("eth0", "eth0", None),  # by its key every renderer of cloud-init finds it
    ],
)
def test_which_nic(nic, key, match):
    ((found, settings),) = network_config(machine(nic=nic))["ethernets"].items()
    assert (found, settings.get("match")) == (key, match)


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        ({}, {"dhcp4": True, "dhcp-identifier": "mac"}),
        ({"subnet": "192.168.8.0/23"}, {"dhcp4": False, "addresses": ["192.168.8.21/23"]}),
        (
            NETWORK,
            {
                "dhcp4": False,
                "addresses": ["192.168.8.21/24"],
                "routes": [{"to": "0.0.0.0/0", "via": "192.168.8.1"}],
                "nameservers": {"addresses": ["192.168.8.1"]},
            },
        ),
    ],
)
def test_which_address(network, expected):
    assert network_config(machine(nic="eth0", network=network)) == {"version": 2, "ethernets": {"eth0": expected}}


@pytest.mark.parametrize("place", cloud_init.USER_DATA)
def test_role_identity_keeps_name_and_hosts_file_without_being_overruled(place):
    text = json.dumps(files(machine())["user-data"])
    held = cloud_init.hold([cloud_init.Source(place, cloud_init.top_level(text))])
    assert (held.overruled, held.left_out) == ({}, ())
