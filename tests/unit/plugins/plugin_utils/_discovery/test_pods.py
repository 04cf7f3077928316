# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pods made for the probe, what is probed in pods, and the samples that logs must show."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.filter.__own.discovery import discovery_domains, discovery_targets
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.pods import leftovers, probe_pods, unready
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.samples import (
    expected_samples,
    sample_results,
    unheard,
)

from .fleet import pod

FACTS = {
    "base": {"node_name": "base-1", "sandbox_image": "lab/pause:3.10"},
    "tb1": {"node_name": "tb1", "sandbox_image": ""},
}


def lans(*names):
    return [{"name": name} for name in names]


def test_a_host_has_none_on_a_lan_of_others():
    far = {"name": "far", "hosts": ["tb1"]}
    facts = {host: {**FACTS["base"], "node_name": host} for host in ("base", "tb1")}
    made = probe_pods(facts, [*lans("ros-lan"), far], "k3x9a")
    assert [tuple(each["metadata"]["labels"][f"rosfleet.io/{key}"] for key in ("host", "lan")) for each in made] == [
        ("base", "ros-lan"),
        ("tb1", "ros-lan"),
        ("tb1", "far"),
    ]


def test_a_pod_for_each_lan_and_each_host_that_has_microk8s():
    made = probe_pods(FACTS, lans("ros-lan", "cam-lan"), "k3x9a")
    assert [each["metadata"]["name"] for each in made] == ["probe-k3x9a-1", "probe-k3x9a-2"]
    assert [each["metadata"]["labels"]["rosfleet.io/lan"] for each in made] == ["ros-lan", "cam-lan"]
    first = made[0]
    assert first["metadata"]["labels"]["rosfleet.io/host"] == "base-1"  # the Node's name, as on workloads
    assert json.loads(first["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"]) == [
        {"name": "ros-lan", "namespace": "rosfleet", "interface": "ros0"}
    ]
    assert first["spec"]["nodeName"] == "base-1"
    assert first["spec"]["containers"][0]["image"] == "lab/pause:3.10"
    assert first["spec"]["activeDeadlineSeconds"] == 600
    assert "hostNetwork" not in first["spec"]


def test_no_two_pods_of_a_run_have_one_name_and_none_is_too_long():
    nodes = ["c", "b-c", "n" * 63]
    facts = {node: {"node_name": node, "sandbox_image": "i"} for node in nodes}
    names = [each["metadata"]["name"] for each in probe_pods(facts, lans("a", "a-b", "l" * 57), "k3x9a")]
    assert len(set(names)) == 9
    assert max(map(len, names)) <= 63


def test_the_pods_say_which_run_they_belong_to():
    (made,) = probe_pods({"base": FACTS["base"]}, lans("ros-lan"), "k3x9a")
    assert made["metadata"]["labels"]["rosfleet.io/run"] == "k3x9a"


def made_at(name, time):
    made = {**pod(name, "n"), "apiVersion": "v1", "kind": "Pod"}
    made["metadata"]["creationTimestamp"] = f"2026-11-21T{time}Z"
    return made


@pytest.mark.parametrize(
    "there, removed",
    [
        (["own 07:00:00"], ["own"]),
        (["own 07:00:00", "another-run 06:59:30"], ["own"]),  # at work at the same time
        (["own 07:00:00", "another-run 06:50:00"], ["own"]),  # just as old as a pod may get
        (["own 07:00:00", "killed 06:49:59"], ["own", "killed"]),
        (["own 07:00:00", "later 07:20:00"], ["own"]),
        (["killed 01:00:00"], ["own"]),  # ours were never made: nothing tells how old the other is
        ([], ["own"]),  # the API did not answer
    ],
)
def test_a_run_removes_its_own_pods_and_those_that_nobody_can_use(there, removed):
    planned = [{**made_at("own", "00:00:00"), "status": {}}]
    found = leftovers(planned, [made_at(*each.split()) for each in there])
    assert [each["metadata"]["name"] for each in found] == removed
    assert all(each["metadata"]["namespace"] == "rosfleet" and each["kind"] == "Pod" for each in found)


def test_targets_of_a_host_are_its_nics_and_the_pods_on_its_node():
    pods = [
        pod("probe-1", "base-1"),
        pod("talker-1", "base-1", namespace="ros", workload="talker"),
        pod("multus", "base-1", workload="") | {"metadata": {**pod("multus", "base-1")["metadata"], "labels": {}}},
        pod("elsewhere", "tb1"),
        pod("done", "base-1", phase="Failed"),
        pod("leaving", "base-1", leaving=True),
    ]
    lans = {"ros-lan": {"nic": "enp3s0", "address": "10.88.1.10"}}
    on_lan = {"network": "ros-lan", "subnet": "10.88.1.0/24", "domain_id": 0}
    networks = [{"name": "ros-lan", "subnet": "10.88.1.0/24"}]
    assert discovery_targets(lans, pods, "base-1", networks, {"ros-lan": [0]}) == [
        {"scope": "host", **on_lan, "nic": "enp3s0"},
        {"scope": "pod", **on_lan, "nic": "ros0", "pod": "rosfleet/probe-1", "pod_uid": "uid-probe-1"},
        {
            "scope": "pod",
            "network": "cluster-network",
            "subnet": "",
            "domain_id": 0,
            "nic": "eth0",
            "pod": "rosfleet/probe-1",
            "pod_uid": "uid-probe-1",
        },
        {"scope": "pod", **on_lan, "nic": "ros0", "pod": "ros/talker-1", "pod_uid": "uid-talker-1"},
    ]


def test_a_pod_that_asks_for_networks_in_the_short_form_is_not_ours_to_probe():
    short = pod("talker-1", "base-1", workload="talker")
    short["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"] = "ros-lan@ros0"
    assert discovery_targets({}, [short], "base-1", [], {"ros-lan": [0]}) == []


def in_domain(each, domain):
    container = {"name": "ros", "env": [{"name": "ROS_DOMAIN_ID", "value": domain}]}
    return each | {"spec": {**each["spec"], "containers": [container]}}


def test_hosts_and_probe_pods_are_probed_in_every_domain_of_the_lan_and_workloads_in_their_own():
    pods = [
        pod("probe-1", "base-1"),
        in_domain(pod("arm-1", "base-1", namespace="ros", workload="arm"), "7"),
        in_domain(pod("base-drive", "base-1", namespace="ros", workload="drive"), "3"),
        in_domain(pod("stranger-1", "base-1", namespace="ros", workload="stranger"), "99"),  # of another play
    ]
    targets = discovery_targets({"ros-lan": {"nic": "eth1"}}, pods, "base-1", [], {"ros-lan": [3, 7]})
    assert [(each.get("pod", ""), each["network"], each["domain_id"]) for each in targets] == [
        ("", "ros-lan", 3),
        ("", "ros-lan", 7),
        ("rosfleet/probe-1", "ros-lan", 3),
        ("rosfleet/probe-1", "ros-lan", 7),
        ("rosfleet/probe-1", "cluster-network", 3),
        ("ros/arm-1", "ros-lan", 7),
        ("ros/base-drive", "ros-lan", 3),
    ]


def test_without_a_lan_there_is_nothing_to_probe():
    assert discovery_domains([], [{"domain_id": 7}], []) == {}


@pytest.mark.parametrize(
    ("workloads", "asked", "domains"),
    [
        ([], [], {"ros-lan": [0], "cam-lan": [0]}),
        ([{"name": "a"}], [], {"ros-lan": [0], "cam-lan": [0]}),
        ([{"domain_id": 7}, {"domain_id": 3}, {"domain_id": 7}], [], {"ros-lan": [3, 7], "cam-lan": [0]}),
        ([{"domain_id": 7}, {"domain_id": 9, "lan": "cam-lan"}], [], {"ros-lan": [7], "cam-lan": [9]}),
        ([{"domain_id": 7}], [5, 4, 5], {"ros-lan": [4, 5], "cam-lan": [4, 5]}),
        ([{"domain_id": 7, "discovery": "peers"}], [], {"ros-lan": [0], "cam-lan": [0]}),
        ([{"domain_id": 7, "lan": "vpn"}], [], {"ros-lan": [0], "cam-lan": [0], "vpn": []}),
        (
            [{"lan": "vpn"}, {"domain_id": 7, "lan": "vpn", "discovery": "multicast"}],
            [],
            {"ros-lan": [0], "cam-lan": [0], "vpn": [7]},
        ),
        ([{"lan": "vpn"}], [5], {"ros-lan": [5], "cam-lan": [5], "vpn": []}),
    ],
)
def test_the_domains_of_a_lan_are_those_of_its_workloads(workloads, asked, domains):
    names = ["ros-lan", "cam-lan", *(["vpn"] if "vpn" in domains else [])]
    networks = [{"name": name, **({"discovery": "server"} if name == "vpn" else {})} for name in names]
    assert discovery_domains(networks, workloads, asked) == domains


def test_unready_are_those_planned_and_neither_there_nor_ready():
    planned = [{**pod(name, "n"), "status": {}} for name in "abc"]
    there = [pod("a", "n"), pod("b", "n", ready=False), pod("leftover", "n", ready=False)]
    assert unready(planned, there) == [there[1], planned[2]]
    assert unready(planned[:1], there) == []


WORKLOADS = [
    {"name": "talker", "hosts": ["tb1"]},
    {"name": "listener", "hosts": ["base", "tb2", "tb3"], "expect_log": "I heard: .* from tb1"},
]
NODES = {"base": "base", "tb1": "tb1", "tb2": "tb2"}  # tb3 is absent
PODS = [
    pod("talker-a", "tb1", namespace="ros", workload="talker"),
    pod("listener-old", "base", namespace="ros", workload="listener", leaving=True),
    pod("listener-a", "base", namespace="ros", workload="listener"),
]


def test_a_sample_is_expected_of_every_present_host_of_a_workload_that_says_so():
    expected = expected_samples(WORKLOADS, PODS, NODES)
    assert [(each["workload"], each["host"], each["pod"]) for each in expected] == [
        ("listener", "base", "listener-a"),
        ("listener", "tb2", ""),
    ]


def test_samples_are_matched_to_logs_by_pod_and_the_last_line_is_kept():
    expected = expected_samples(WORKLOADS, PODS, NODES)
    lines = ["[1.000] I heard: [Hello World: 1 from tb1]", "\x1b[2J[2.000] I heard: [Hello World: 2 from tb1]", "other"]
    (base, tb2) = sample_results(expected, {f"ros/{expected[0]['pod']}": lines})
    assert (base["heard"], base["line"]) == (True, "\\x1b[2J[2.000] I heard: [Hello World: 2 from tb1]")
    assert (tb2["heard"], tb2["line"], tb2["log_end"]) == (False, "", [])


def test_a_log_without_the_line_is_kept_as_evidence():
    (sample,) = sample_results(
        [{"workload": "l", "namespace": "ros", "host": "a", "pod": "p", "pattern": "I heard"}],
        {"ros/p": ["1", "2", "3", "4", ""]},
    )
    assert (sample["heard"], sample["log_end"]) == (False, ["2", "3", "4"])


def test_who_has_not_heard_a_sample_yet_and_has_a_log():
    expected = [{"namespace": "ros", "pod": pod, "pattern": "from tb1"} for pod in ("a", "b", "c", "")]
    logs = {"ros/a": ["x", "Hello from tb1"], "ros/b": ["Hello from tb2"]}
    assert unheard(expected, logs) == ["ros/b", "ros/c"]
