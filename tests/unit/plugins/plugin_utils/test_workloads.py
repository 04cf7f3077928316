# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What declared workloads become."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils import _rmw, _workloads

POOLS = {"ros-lan": "10.88.1.128/30", "cam-lan": "10.9.0.0/16"}
NODES = {host: f"{host}-node" for host in ("base", "tb1", "tb2")}
GOOD = {"name": "talker", "image": "lab/ros:1", "command": ["lab-talker"], "hosts": ["tb1", "tb2"]}


def workload(**changes):
    return {**GOOD, **changes}


def deployment(**changes):
    return _workloads.deployments([workload(**changes)], POOLS, NODES)[0]


def pod(**changes):
    return deployment(**changes)["spec"]["template"]["spec"]


def environment(**changes):
    return {entry["name"]: entry.get("value") for entry in pod(**changes)["containers"][0]["env"]}


def test_one_deployment_per_host_each_on_its_node():
    made = _workloads.deployments([GOOD], POOLS, NODES)
    assert [manifest["metadata"]["name"] for manifest in made] == ["talker-tb1-node", "talker-tb2-node"]
    assert [manifest["spec"]["template"]["spec"]["nodeSelector"] for manifest in made] == [
        {"kubernetes.io/hostname": "tb1-node"},
        {"kubernetes.io/hostname": "tb2-node"},
    ]
    assert all(manifest["spec"]["replicas"] == 1 for manifest in made)
    assert all(manifest["spec"]["strategy"] == {"type": "Recreate"} for manifest in made)


def test_labels_tell_whose_a_deployment_is():
    labels = {
        "app.kubernetes.io/managed-by": "rosfleet",
        "app.kubernetes.io/part-of": "ros-workloads",
        "app.kubernetes.io/name": "talker",
        "rosfleet.io/workload": "talker",
        "rosfleet.io/host": "tb1-node",
    }
    made = deployment()
    assert made["metadata"]["labels"] == made["spec"]["template"]["metadata"]["labels"] == labels
    assert made["spec"]["selector"]["matchLabels"].items() <= labels.items()


@pytest.mark.parametrize("changes, lan", [({}, "ros-lan"), ({"lan": "cam-lan"}, "cam-lan")])
def test_the_pod_is_attached_to_its_lan_as_ros0(changes, lan):
    annotations = deployment(**changes)["spec"]["template"]["metadata"]["annotations"]
    assert json.loads(annotations["k8s.v1.cni.cncf.io/networks"]) == [
        {"name": lan, "namespace": "ros", "interface": "ros0"}
    ]


def test_the_pod_has_one_container_and_no_more_rights_or_network_than_it_needs():
    spec = pod()
    assert len(spec["containers"]) == 1
    assert "hostNetwork" not in spec
    assert spec["automountServiceAccountToken"] is False
    assert spec["containers"][0]["imagePullPolicy"] == "IfNotPresent"
    assert "securityContext" not in spec["containers"][0]


@pytest.mark.parametrize(
    "changes, command, args",
    [
        ({}, None, ["lab-talker"]),
        ({"args": ["--rate", 2, True]}, None, ["lab-talker", "--rate", "2", "true"]),
        ({"command": None}, None, None),
        ({"entrypoint": ["/bin/env"]}, ["/bin/env"], ["lab-talker"]),
    ],
    ids=["the image's entrypoint stays", "arguments are appended", "the image's own command", "another entrypoint"],
)
def test_what_the_container_runs(changes, command, args):
    container = pod(**changes)["containers"][0]
    assert (container.get("command"), container.get("args")) == (command, args)


def test_the_middleware_is_bound_to_the_attachment():
    variables = environment(domain_id=7, rmw="cyclonedds")
    assert variables["ROS_DOMAIN_ID"] == "7"
    assert variables["RMW_IMPLEMENTATION"] == "rmw_cyclonedds_cpp"
    assert '<NetworkInterface name="ros0"/>' in variables["CYCLONEDDS_URI"]
    assert "volumes" not in pod(rmw="cyclonedds")


def test_fast_dds_reads_its_profile_from_a_file():
    spec = pod()
    variables = environment()
    (mount,) = spec["containers"][0]["volumeMounts"]
    (config_map,) = _workloads.config_maps([GOOD, workload(rmw="cyclonedds")], POOLS)
    assert variables["RMW_IMPLEMENTATION"] == "rmw_fastrtps_cpp"
    assert variables["FASTDDS_DEFAULT_PROFILES_FILE"] == variables["FASTRTPS_DEFAULT_PROFILES_FILE"]
    assert variables["FASTDDS_DEFAULT_PROFILES_FILE"] == mount["mountPath"] + "/" + next(iter(config_map["data"]))
    assert spec["volumes"] == [{"name": "fastdds", "configMap": {"name": config_map["metadata"]["name"]}}]
    assert _workloads.config_maps([workload(rmw="cyclonedds")], POOLS) == []


def test_fast_dds_may_use_the_pools_addresses_and_no_other():
    profile = ElementTree.fromstring(_rmw.fast_dds_profile("10.88.1.128/30"))
    space = "{http://www.eprosima.com/XMLSchemas/fastRTPS_Profiles}"
    assert [entry.text for entry in profile.iter(space + "address")] == [
        "10.88.1.128",
        "10.88.1.129",
        "10.88.1.130",
        "10.88.1.131",
    ]


def test_another_pool_is_another_config_map():
    assert _rmw.fast_dds_config_map("ros-lan", "10.88.1.0/30") != _rmw.fast_dds_config_map("ros-lan", "10.88.1.4/30")


def test_the_users_variables_win_and_are_text():
    variables = environment(env={"DEBUG": True, "RATE": 2, "ROS_DOMAIN_ID": "9"})
    assert (variables["DEBUG"], variables["RATE"], variables["ROS_DOMAIN_ID"]) == ("true", "2", "9")


@pytest.mark.parametrize("rmw", ["cyclonedds", "fastrtps"])
def test_what_an_image_has_of_its_own_does_not_keep_it_off_the_lan(rmw):
    variables = environment(rmw=rmw)
    assert (variables["ROS_LOCALHOST_ONLY"], variables["ROS_AUTOMATIC_DISCOVERY_RANGE"]) == ("0", "SUBNET")
    assert environment(rmw=rmw, env={"ROS_LOCALHOST_ONLY": 1})["ROS_LOCALHOST_ONLY"] == "1"


def test_the_pod_knows_its_host():
    entry = pod()["containers"][0]["env"][-1]
    assert entry == {"name": "ROSFLEET_HOST", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}


def test_nothing_evicts_the_pods_of_a_robot_out_of_reach():
    assert {(each["key"], each["effect"]) for each in pod()["tolerations"] if "tolerationSeconds" not in each} == {
        ("node.kubernetes.io/unreachable", "NoExecute"),
        ("node.kubernetes.io/not-ready", "NoExecute"),
    }


def test_namespaces_once_each():
    made = _workloads.namespaces([GOOD, workload(name="b"), workload(name="c", namespace="drive")])
    assert [manifest["metadata"]["name"] for manifest in made] == ["drive", "ros"]
