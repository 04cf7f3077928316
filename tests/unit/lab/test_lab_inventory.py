# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab's inventory: a user's inventory, which does not tell what a host calls its NICs."""

from __future__ import annotations

import importlib.util
import json

import pytest

from lab.cache import REPO
from lab.fleet.plan import plan
from lab.fleet.shell import PATIENCE


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("lab_inventory", REPO / "inventories/lab/hosts.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_groups_and_addresses(script):
    data = script.inventory(plan(3))
    assert data["control"] == {"hosts": ["base"]}
    assert data["robots"] == {"hosts": ["tb1", "tb2"]}
    assert data["_meta"]["hostvars"]["tb2"] == {"ansible_host": "10.88.0.22"}


def test_several_control_planes(script):
    data = script.inventory(plan(5), 3)
    assert (data["control"]["hosts"], data["robots"]["hosts"]) == (["base", "tb1", "tb2"], ["tb3", "tb4"])


def test_no_nic_is_named(script):
    text = json.dumps(script.inventory(plan(5)))
    assert not [host.ros_nic for host in plan(5) if host.ros_nic in text]


def test_hosts_are_checked_by_key_and_the_users_ssh_configuration_is_left_out(script):
    arguments = script.CONNECTION["ansible_ssh_common_args"]
    for option in ("-F none", "StrictHostKeyChecking=yes", "IdentitiesOnly=yes", ".lab/ssh/known_hosts"):
        assert option in arguments


def test_a_patient_lab_has_patient_roles(script, monkeypatch):
    monkeypatch.delenv(PATIENCE, raising=False)
    assert not [name for name in script.inventory(plan(2))["all"]["vars"] if name.endswith("_timeout")]
    monkeypatch.setenv(PATIENCE, "20")
    limits = script.inventory(plan(2))["all"]["vars"]
    assert limits["microk8s_install_timeout"] == 18000 and limits["ansible_ssh_timeout"] == 300
    assert limits["discovery_duration"] == 100
