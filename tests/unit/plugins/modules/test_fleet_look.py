# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One look returns all that its documentation names, and what other modules return under the same name."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.rosfleet.cluster.plugins.module_utils import _look
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import info
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.machine import MachineFiles, machine_of
from ansible_collections.rosfleet.cluster.plugins.module_utils._netlink import NetlinkError
from ansible_collections.rosfleet.cluster.plugins.module_utils._nics import Nic
from ansible_collections.rosfleet.cluster.plugins.modules import (
    fleet_look,
    identity_info,
    microk8s_info,
    ros_lan_info,
)

HOST = Path(__file__).parents[2] / "fixtures/identity/debian-12"
NICS = [Nic(3, "eth1", "02:00:00:00:00:03", 9000, 0x1003, addresses=("10.88.1.21/24",))]


def documented(module, name):
    return set(yaml.safe_load(module.RETURN)[name]["contains"])


@pytest.fixture
def look(run_main, monkeypatch, tmp_path):
    def look(nics=lambda: NICS):
        monkeypatch.setattr(fleet_look, "MachineFiles", lambda: MachineFiles(str(HOST)))
        monkeypatch.setattr(_look, "read_nics", nics)
        monkeypatch.setattr(info._snapd, "installed_snap", lambda name: None)
        monkeypatch.setattr(_look, "doings", lambda name, installed: {"busy": [], "services": []})
        return run_main(fleet_look, attachments_dir=str(tmp_path), cni_dir=str(tmp_path))

    return look


def test_all_that_is_documented_is_there(look):
    result = look()
    assert result["changed"] is False
    assert set(result) - {"changed", "invocation"} == set(yaml.safe_load(fleet_look.RETURN))


def test_what_other_modules_return_under_the_same_name_is_the_same(look):
    result = look()
    assert set(result["identity"]) == documented(identity_info, "identity") - {"clock"}
    assert set(result["microk8s"]) == documented(microk8s_info, "microk8s")
    assert set(result["nics"][0]) == set(yaml.safe_load(ros_lan_info.RETURN)["nics"]["sample"][0])


def test_the_controller_can_judge_the_machine(look):
    assert machine_of(look()["machine"]).snapd is False


def test_what_lies_on_the_host_is_read(look):
    result = look()
    assert result["laid_down"]["hosts_file"] == (HOST / "etc/hosts").read_text()
    assert result["laid_down"]["local_facts"] == ""
    assert (result["attachments"], result["multus"]) == ([], {"written": False, "stale": ""})


def test_nics_that_cannot_be_read(look):
    def refuse():
        raise NetlinkError("netlink said no")

    assert look(refuse)["msg"] == "Cannot read the network interfaces of this host: netlink said no"
