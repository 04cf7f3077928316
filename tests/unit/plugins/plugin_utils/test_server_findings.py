# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with declared discovery servers, and with the addresses that they and peers need."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils import _server_findings
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._workloads import Plan

LAN = {"name": "ros-lan", "subnet": "10.88.1.0/24", "pool": "10.88.1.128/25", "fixed": "10.88.1.112/29"}
NODES = {host: host for host in ("base", "tb1", "tb2")}
TALKER = {"name": "talker", "image": "ros:jazzy", "hosts": ["tb1", "tb2"], "discovery": "server"}
EDGE = {"name": "edge", "image": "ros:jazzy", "hosts": ["base"]}
ROBOT = {"name": "robot", "image": "ros:jazzy", "each_host": True}


def plan(servers, workloads=(TALKER,), **lan):
    return Plan(workloads, {"ros-lan": {**LAN, **lan}}, NODES, servers)


def test_good_servers_have_no_findings():
    good = plan([EDGE, ROBOT, {**EDGE, "name": "cloud", "separate": True, "port": 11900, "command": ["serve"]}])
    assert _server_findings.of_servers(good) == []
    assert _server_findings.of_addresses(good) == []
    assert list(_server_findings.unasked(good)) == []


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"name": "Edge_1"}, "discovery server Edge_1: name 'Edge_1' is not usable in Kubernetes"),
        ({"image": ""}, "discovery server edge: image is empty"),
        ({"lan": "cam"}, "discovery server edge: unknown LAN 'cam'. Fix: one of those in ros_lan_networks: ros-lan"),
        ({"hosts": []}, "discovery server edge: no hosts to run on"),
        ({"hosts": ["tb9"]}, "discovery server edge: unknown host 'tb9'"),
        ({"each_host": True}, "discovery server edge: it has both each_host and hosts"),
        ({"hosts": None, "each_host": True, "separate": True}, "on each host there is one already"),
        ({"kind": "zenoh"}, "a Zenoh router is one of every host"),
        ({"port": 80}, "discovery server edge: port 80 is none that a server can have"),
        ({"command": "serve it"}, "discovery server edge: command"),
        ({"name": "talker"}, "discovery server talker: another server, or a workload, has this name too"),
    ],
)
def test_what_is_wrong_with_a_server(changes, said):
    (finding,) = _server_findings.of_servers(plan([{**EDGE, **changes}]))
    assert said in finding.sentence and finding.fix


@pytest.mark.parametrize(
    "servers, fixed, said",
    [
        ([ROBOT, EDGE], "10.88.1.112/31", "LAN ros-lan: 4 addresses that stay are needed"),
        (
            [EDGE],
            None,
            "1 addresses that stay are needed, for discovery servers and for workloads that look for peers, and fixed is",
        ),
        (
            [EDGE],
            "10.88.0.0/23",
            "with the LANs before it there are 512 fixed addresses, and Fast DDS has numbers for 256",
        ),
    ],
)
def test_addresses_that_stay_are_neither_too_few_nor_too_many(servers, fixed, said):
    subnet = "10.88.0.0/22" if fixed == "10.88.0.0/23" else LAN["subnet"]
    (finding,) = _server_findings.of_addresses(plan(servers, fixed=fixed, subnet=subnet))
    assert said in finding.message and finding.fix


def test_peers_need_addresses_too():
    peers = [{**TALKER, "discovery": "peers"}]
    (finding,) = _server_findings.of_addresses(plan([], peers, fixed=None))
    assert "2 addresses that stay are needed" in finding.message
    assert _server_findings.of_addresses(plan([], [{**TALKER, "discovery": "multicast"}], fixed=None)) == []


def test_a_server_that_nobody_asks_is_odd():
    declared = plan([EDGE, ROBOT], [{**TALKER, "discovery_servers": ["edge"]}])
    (finding,) = _server_findings.unasked(declared)
    assert (finding.code, finding.severity) == ("server-unasked", "warning")
    assert finding.message.startswith("discovery server robot: no workload asks it")
