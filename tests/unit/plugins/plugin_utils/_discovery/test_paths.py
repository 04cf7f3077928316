# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who tries unicast with whom: within a LAN, hosts with hosts and pods with pods, each NIC once."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.filter.__own.discovery import discovery_targets
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.paths import (
    MAX_PEERS,
    address_of_pod,
    plan_paths,
    with_paths,
)

from .fleet import LAN, pod

NETWORKS = "k8s.v1.cni.cncf.io/networks"
STATUS = "k8s.v1.cni.cncf.io/network-status"
LANS = {host: {LAN: {"nic": "eth1", "address": f"10.0.0.{n}"}} for host, n in (("a", 2), ("b", 10), ("c", 3))}


def at(address, name, node, **more):
    made = pod(name, node, **more)
    status = [{"name": "k8s-pod-network", "interface": "eth0", "ips": ["10.1.1.1"]}]
    made["metadata"]["annotations"][STATUS] = json.dumps([*status, {"interface": "ros0", "ips": [address]}])
    return made


PODS = [at("10.0.0.130", "probe-a", "a"), at("10.0.0.131", "talker", "a", namespace="ros", workload="talker")]
PODS += [at("10.0.0.140", "probe-b", "b"), at("10.0.0.150", "probe-d", "d"), at("10.0.0.141", "x", "b", leaving=True)]


def plan(domains, run="abc12"):
    return plan_paths(LANS, PODS, ["a", "b", "c"], domains, run)


def test_hosts_and_pods_of_a_lan_that_are_probed_by_their_addresses_on_it():
    each = plan({LAN: [3, 7]})[LAN]
    assert each["host"] == ["10.0.0.2", "10.0.0.3", "10.0.0.10"]
    assert each["pod"] == ["10.0.0.130", "10.0.0.131", "10.0.0.140"]
    assert each["dds_ports"] == [8220, 8221]  # of participant 30 in the first domain


def test_the_port_is_one_of_dds_and_another_in_most_runs():
    chosen = {plan({LAN: [0]}, f"run{number}")[LAN]["port"] for number in range(50)}
    assert chosen <= set(range(7472, 7500, 2)) and len(chosen) > 5


def test_a_lan_on_which_nobody_uses_multicast_has_none():
    assert plan({LAN: []}) == {}


def test_each_nic_tries_once_and_with_its_own_kind():
    targets = discovery_targets(LANS["a"], PODS, "a", [], {LAN: [3, 7]}, plan({LAN: [3, 7]}))
    tried = {
        (each["scope"], each.get("pod", "").rpartition("/")[2], each["domain_id"]): [
            peer["address"] for peer in each["paths"]["peers"]
        ]
        for each in targets
        if "paths" in each
    }
    assert tried == {
        ("host", "", 3): ["10.0.0.3", "10.0.0.10"],
        ("pod", "probe-a", 3): ["10.0.0.131", "10.0.0.140"],
    }
    assert all("paths" not in each for each in targets if each["network"] != LAN)


def test_who_has_no_address_on_the_lan_or_is_there_alone_tries_nobody():
    own = {("", LAN, "eth1"): "10.0.0.2"}
    target = {"scope": "host", "network": LAN, "nic": "eth1", "domain_id": 0}
    alone = {LAN: {"port": 7472, "dds_ports": [], "host": ["10.0.0.2"], "pod": [], "most": {"host": MAX_PEERS}}}
    assert with_paths([target], alone, own) == with_paths([target], plan({LAN: [0]}), {}) == [target]
    assert "paths" in with_paths([target], plan({LAN: [0]}), own)[0]
    assert "paths" not in with_paths([{**target, "multicast": False}], plan({LAN: [0]}), own)[0]


@pytest.mark.parametrize("hosts, peers", [(60, 59), (65, 64), (200, MAX_PEERS)])
def test_of_many_each_tries_its_neighbours_and_they_try_it(hosts, peers):
    addresses = [f"10.0.{number // 100}.{number % 100 + 1}" for number in range(hosts)]
    target = {"scope": "host", "network": LAN, "nic": "eth1", "domain_id": 0}
    made = {LAN: {"port": 7472, "dds_ports": [], "host": addresses, "pod": [], "most": {"host": MAX_PEERS}}}
    tried = {
        own: [peer["address"] for peer in with_paths([target], made, {("", LAN, "eth1"): own})[0]["paths"]["peers"]]
        for own in addresses
    }
    assert {len(each) for each in tried.values()} == {peers}
    assert all(own in tried[other] for own, others in tried.items() for other in others)
    assert len({each[0] for each in tried.values()}) == hosts  # not all write to the same one first


@pytest.mark.parametrize("on_one_host, peers", [(1, 64), (8, 64), (32, 16), (1000, 2)])
def test_many_pods_of_a_host_do_not_fill_its_table_of_neighbours(on_one_host, peers):
    crowd = [at(f"10.0.{n // 200}.{n % 200}", f"probe-{n}", "a") for n in range(on_one_host)]
    assert plan_paths(LANS, crowd, ["a"], {LAN: [0]}, "x")[LAN]["most"] == {"host": 64, "pod": peers}


@pytest.mark.parametrize(
    "annotations, address",
    [
        ({STATUS: '[{"interface": "ros0", "ips": ["fd00::1", "10.0.0.9"]}]'}, "10.0.0.9"),
        ({NETWORKS: '[{"name": "ros-lan", "interface": "ros0", "ips": ["10.0.0.8/24"]}]'}, "10.0.0.8"),
        ({STATUS: "not JSON"}, ""),
        ({}, ""),
    ],
)
def test_the_address_of_a_pod(annotations, address):
    assert address_of_pod({"metadata": {"annotations": annotations}, "spec": {}}, "ros0") == address
