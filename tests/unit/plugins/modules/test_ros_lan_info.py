# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ros_lan_info returns: carriers, and reasons."""

from __future__ import annotations

import contextlib

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._netlink import NetlinkError
from ansible_collections.rosfleet.cluster.plugins.module_utils._netns import NetnsError
from ansible_collections.rosfleet.cluster.plugins.module_utils._nics import Nic
from ansible_collections.rosfleet.cluster.plugins.modules import ros_lan_info

NICS = [Nic(3, "eth1", "02:00:00:00:00:03", 9000, 0x1003, addresses=("10.88.1.21/24",))]


def test_pods_are_looked_into_where_they_run(monkeypatch):
    def find(uid):
        if uid == "elsewhere":
            raise NetnsError("no process of it here")
        return "/proc/7/ns/net"

    monkeypatch.setattr(ros_lan_info, "find_pod_netns", find)
    monkeypatch.setattr(ros_lan_info, "entered", contextlib.nullcontext)
    monkeypatch.setattr(ros_lan_info, "read_nics", lambda: NICS)
    assert ros_lan_info.look_into(["here", "elsewhere"]) == {"here": ["eth1"]}


def test_what_is_asked_is_answered(run_main, monkeypatch, tmp_path):
    monkeypatch.setattr(ros_lan_info, "read_nics", lambda: NICS)
    monkeypatch.setattr(ros_lan_info, "look_into", lambda pods: {uid: ["ros0"] for uid in pods})
    asked = {"subnets": {"ros-lan": "10.88.1.0/24"}, "nics": {"cam": "eth9"}, "pods": ["uid"]}
    result = run_main(ros_lan_info, **asked, attachments_dir=str(tmp_path))
    assert (result["changed"], result["attachments"], result["pods"]) == (False, [], {"uid": ["ros0"]})
    assert (list(result["lans"]), list(result["refused"])) == (["ros-lan"], ["cam"])
    assert [nic["name"] for nic in result["nics"]] == ["eth1"]


@pytest.mark.parametrize("problem", [NetlinkError("netlink said no"), OSError("netlink said no")])
def test_nics_that_cannot_be_read(run_main, monkeypatch, problem):
    def refuse():
        raise problem

    monkeypatch.setattr(ros_lan_info, "read_nics", refuse)
    said = run_main(ros_lan_info)["msg"]
    assert said == "Cannot read the network interfaces or attachments of this host: netlink said no"
