# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a virtual machine is told at its first boot."""

from __future__ import annotations

import json

import pytest
import yaml

from lab.fleet.plan import mac_address, plan
from lab.vm import nocloud

BASE, TB1 = plan(2)
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n-----END OPENSSH PRIVATE KEY-----\n"


@pytest.fixture
def files():
    return nocloud.files(TB1, "abc", "ssh-ed25519 USER lab\n", KEY, "ssh-ed25519 HOST lab host\n")


def test_the_seed_has_the_three_files_that_cloud_init_reads(files):
    assert set(files) == {"meta-data", "user-data", "network-config"}
    assert files["user-data"].startswith("#cloud-config\n")


def test_each_disk_is_an_instance_of_its_own_with_the_hostname_of_all(files):
    assert yaml.safe_load(files["meta-data"]) == {"instance-id": "abc", "local-hostname": "lab-image"}


def test_the_user_gets_in_by_key_alone_and_is_root_by_sudo(files):
    told = yaml.safe_load(files["user-data"])
    (user,) = told["users"]
    assert user["name"] == "robot" and user["ssh_authorized_keys"] == ["ssh-ed25519 USER lab"]
    assert user["lock_passwd"] is True and told["ssh_pwauth"] is False
    assert user["sudo"] == "ALL=(ALL:ALL) NOPASSWD: ALL"


def test_the_host_key_is_the_one_that_ansible_expects_and_is_not_on_the_console(files):
    told = yaml.safe_load(files["user-data"])
    assert told["ssh_keys"] == {"ed25519_private": KEY, "ed25519_public": "ssh-ed25519 HOST lab host"}
    assert told["ssh"] == {"emit_keys_to_console": False}


@pytest.mark.parametrize("host", [BASE, TB1], ids=lambda host: host.name)
def test_nics_are_known_by_their_macs_and_called_as_on_every_lab_host(host):
    nics = nocloud.network_config(host)["ethernets"]
    assert {name: nic["set-name"] for name, nic in nics.items()} == {name: name for name in ("mgmt0", host.ros_nic)}
    assert nics["mgmt0"]["match"] == {"macaddress": mac_address(host, "mgmt")}
    assert nics[host.ros_nic]["match"] == {"macaddress": mac_address(host, "ros")}


def test_addresses_are_those_of_the_plan_and_the_way_out_is_the_management_lan(files):
    nics = json.loads(files["network-config"])["ethernets"]
    assert nics["mgmt0"]["addresses"] == ["10.88.0.21/24"]
    assert nics["mgmt0"]["routes"] == [{"to": "0.0.0.0/0", "via": "10.88.0.1"}]
    assert nics["eth1"]["addresses"] == ["10.88.1.21/24"] and "routes" not in nics["eth1"]
    assert not any(nic["dhcp4"] for nic in nics.values())
