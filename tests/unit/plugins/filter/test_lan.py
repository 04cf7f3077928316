# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of ros_lan, on what the cluster and the hosts say."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.filter.__own import lan
from ansible_collections.rosfleet.cluster.plugins.module_utils._nics import Nic, describe

NETWORKS = [
    {"name": "ros-lan", "subnet": "10.88.1.0/24", "pool": "10.88.1.128/25"},
    {"name": "cam-lan", "subnet": "10.9.0.0/24", "pool": "10.9.0.64/26", "slice_prefix": 29},
]


NICS = [
    Nic(2, "eth0", "02:00:0a:58:01:14", 1500, 0x1003, addresses=("10.88.1.20/24",)),
    Nic(3, "eth1", "02:00:0a:58:01:15", 9000, 0x1003, addresses=("10.88.1.21/24",)),
]


@pytest.mark.parametrize("wanted", ["02-00-0A-58-01-15", "0200.0a58.0115", "eth1"])
def test_a_nic_may_be_named_by_its_name_or_by_its_mac_in_any_notation(wanted):
    member = {"nics": [describe(nic) for nic in NICS], "attachments": ["file"], "in_cluster": True}
    seen = lan.lan_seen(member, NETWORKS, {"ros-lan": wanted})
    assert seen["lans"] == {
        "ros-lan": {"nic": "eth1", "address": "10.88.1.21", "mac": "02:00:0a:58:01:15", "mtu": 9000}
    }
    assert list(seen["refused"]) == ["cam-lan"]
    assert (seen["nics"], seen["attachments"]) == (member["nics"], ["file"])


def test_a_nic_that_is_null_in_the_inventory_is_none_chosen():
    member = {"nics": [describe(NICS[0])], "attachments": [], "in_cluster": True}
    assert lan.lan_seen(member, NETWORKS[:1], {"ros-lan": None})["lans"]["ros-lan"]["nic"] == "eth0"


@pytest.mark.parametrize("in_cluster", [True, False])
def test_only_who_gets_pods_needs_a_nic_for_them(in_cluster):
    wifi = Nic(2, "wlan0", "02:00:0a:58:01:16", 1500, 0x1003, wireless=True, addresses=("10.88.1.50/24",))
    seen = lan.lan_seen({"nics": [describe(wifi)], "attachments": [], "in_cluster": in_cluster}, NETWORKS[:1], {})
    assert list(seen["refused" if in_cluster else "lans"]) == ["ros-lan"]


def test_what_a_host_is_on_its_lans():
    carrier = {"nic": "eth1", "address": "10.88.1.21", "mac": "02:00:00:00:00:03", "mtu": 1500}
    entry = lan.lan_host({"ros-lan": carrier}, {"tb1": {"ros-lan": "10.88.1.128/28", "cam-lan": "unused"}}, "tb1")[
        "ros-lan"
    ]
    assert entry == {**carrier, "slice": "10.88.1.128/28"}


DIRECTORY = "/etc/cni/multus/net.d"
ON_LAN = {"ros-lan": {"nic": "eth1", "address": "10.88.1.21", "mac": "x", "mtu": 1500, "slice": "10.88.1.128/28"}}


def test_only_files_that_are_not_as_they_should_be_are_written():
    (due,) = lan.lan_files_due(NETWORKS[:1], ON_LAN, [], DIRECTORY)
    assert due["file"] == f"{DIRECTORY}/ros-lan.conf"
    assert json.loads(due["text"])["master"] == "eth1"
    assert due["text"].endswith("}\n")
    assert lan.lan_files_due(NETWORKS[:1], ON_LAN, [due], DIRECTORY) == []
    assert lan.lan_files_due(NETWORKS[:1], ON_LAN, [{**due, "text": due["text"] + " "}], DIRECTORY) == [due]
    moved = {"ros-lan": {**ON_LAN["ros-lan"], "nic": "eth2"}}
    assert '"master": "eth2"' in lan.lan_files_due(NETWORKS[:1], moved, [due], DIRECTORY)[0]["text"]


def test_pods_that_bring_their_address_along_have_an_attachment_of_their_own():
    network = {**NETWORKS[0], "fixed": "10.88.1.112/28"}
    due = lan.lan_files_due([network], ON_LAN, [], DIRECTORY)
    assert [each["file"] for each in due] == [f"{DIRECTORY}/ros-lan.conf", f"{DIRECTORY}/ros-lan.fixed.conf"]
    content = json.loads(due[1]["text"])
    assert (content["name"], content["ipam"], content["capabilities"]) == (
        "ros-lan.fixed",
        {"type": "static"},
        {"ips": True},
    )
    there = [{**each, "owned": True} for each in due]
    assert lan.lan_stale_files(there, [network]) == []
    assert lan.lan_stale_files(there, NETWORKS) == [due[1]["file"]]


@pytest.mark.parametrize(
    "name, owned, stale",
    [
        ("ros-lan.conf", True, False),
        ("old.conf", True, True),
        ("camera.conf", False, False),
        ("ros-lan.conflist", True, True),
    ],
)
def test_only_our_own_files_of_undeclared_lans_are_stale(name, owned, stale):
    path = "/etc/cni/multus/net.d/" + name
    assert lan.lan_stale_files([{"file": path, "owned": owned}], NETWORKS) == ([path] if stale else [])


def test_a_definition_leaves_the_configuration_to_the_node():
    (definition, unused) = lan.lan_definitions(NETWORKS, "rosfleet")
    assert definition["metadata"]["name"] == "ros-lan"
    assert definition["metadata"]["namespace"] == "rosfleet"
    assert "spec" not in definition


def test_only_the_pods_of_multus_that_do_not_follow_are_replaced():
    def pod(node, **metadata):
        metadata = {"name": f"multus-{node}", "namespace": "kube-system", **metadata}
        return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"nodeName": node}}

    pods = [pod("base"), pod("tb1"), pod("tb2", deletionTimestamp="2026-11-21T07:00:00Z"), pod("absent")]
    found = lan.lan_outdated_pods(pods, {"base": "", "tb1": "it holds another network", "tb2": "too"})
    assert [each["metadata"] for each in found] == [{"name": "multus-tb1", "namespace": "kube-system"}]
