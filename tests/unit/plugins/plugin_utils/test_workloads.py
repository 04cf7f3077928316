# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What declared workloads become."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._lan import LanError
from ansible_collections.rosfleet.cluster.plugins.plugin_utils import _fixed_addresses, _rmw, _workloads
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._rmw import Wiring
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._workloads import Plan

LANS = {
    "ros-lan": {"name": "ros-lan", "subnet": "10.88.1.0/24", "pool": "10.88.1.128/30"},
    "cam-lan": {"name": "cam-lan", "subnet": "10.9.0.0/16", "pool": "10.9.0.0/16"},
}
NODES = {host: f"{host}-node" for host in ("base", "tb1", "tb2")}
GOOD = {"name": "talker", "image": "lab/ros:1", "command": ["lab-talker"], "hosts": ["tb1", "tb2"]}


def workload(**changes):
    return {**GOOD, **changes}


def deployment(**changes):
    return _workloads.deployments(Plan([workload(**changes)], LANS, NODES))[0]


def pod(**changes):
    return deployment(**changes)["spec"]["template"]["spec"]


def environment(**changes):
    return {entry["name"]: entry.get("value") for entry in pod(**changes)["containers"][0]["env"]}


def test_one_deployment_per_host_each_on_its_node():
    made = _workloads.deployments(Plan([GOOD], LANS, NODES))
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
    (config_map,) = _workloads.config_maps(Plan([GOOD, workload(rmw="cyclonedds")], LANS, NODES))
    assert variables["RMW_IMPLEMENTATION"] == "rmw_fastrtps_cpp"
    assert variables["FASTDDS_DEFAULT_PROFILES_FILE"] == variables["FASTRTPS_DEFAULT_PROFILES_FILE"]
    assert variables["FASTDDS_DEFAULT_PROFILES_FILE"] == mount["mountPath"] + "/" + next(iter(config_map["data"]))
    assert spec["volumes"] == [{"name": "fastdds", "configMap": {"name": config_map["metadata"]["name"]}}]
    assert _workloads.config_maps(Plan([workload(rmw="cyclonedds")], LANS, NODES)) == []


def test_fast_dds_may_use_the_pools_addresses_and_no_other():
    profile = ElementTree.fromstring(_rmw.fast_dds_profile(Wiring("ros-lan", ("10.88.1.128/31", "10.88.1.112/31"))))
    space = "{http://www.eprosima.com/XMLSchemas/fastRTPS_Profiles}"
    assert [entry.text for entry in profile.iter(space + "address")] == [
        "10.88.1.128",
        "10.88.1.129",
        "10.88.1.112",
        "10.88.1.113",
    ]


def test_another_pool_is_another_config_map():
    one, other = (_rmw.fast_dds_config_map(Wiring("ros-lan", (pool,))) for pool in ("10.88.1.0/30", "10.88.1.4/30"))
    assert one != other


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
    made = _workloads.namespaces(Plan([GOOD, workload(name="b"), workload(name="c", namespace="drive")], LANS, NODES))
    assert [manifest["metadata"]["name"] for manifest in made] == ["drive", "ros"]


PEERS_LAN = {"ros-lan": {**LANS["ros-lan"], "fixed": "10.88.1.112/29"}}
NETWORKS = "k8s.v1.cni.cncf.io/networks"


def planned(declared, servers=(), existing=(), lans=PEERS_LAN):
    plan = Plan(declared, lans, NODES, servers)
    return replace(plan, addresses=_fixed_addresses.hand_out(_workloads.claims(plan), lans, existing))


def attachments(made):
    annotations = {
        each["metadata"]["name"]: each["spec"]["template"]["metadata"]["annotations"][NETWORKS] for each in made
    }
    return {name: json.loads(text)[0] for name, text in annotations.items()}


def variables_of(made, name):
    (deployment,) = [each for each in made if each["metadata"]["name"] == name]
    return {each["name"]: each.get("value") for each in deployment["spec"]["template"]["spec"]["containers"][0]["env"]}


def test_peers_have_addresses_that_stay_and_look_for_those_of_their_domain():
    declared = [
        workload(discovery="peers"),
        workload(name="listener", hosts=["base"], discovery="peers", rmw="cyclonedds"),
        workload(name="other", hosts=["base"], discovery="peers", rmw="cyclonedds", domain_id=4),
        workload(name="aside", hosts=["base"]),
    ]
    plan = planned(declared)
    made = _workloads.deployments(plan)
    attached = attachments(made)
    assert attached["talker-tb1-node"] == {
        "name": "ros-lan.fixed",
        "namespace": "ros",
        "interface": "ros0",
        "ips": ["10.88.1.114/24"],
    }
    assert "ips" not in attached["aside-base-node"] and attached["aside-base-node"]["name"] == "ros-lan"
    (uri,) = [variables_of(made, "listener-base-node")["CYCLONEDDS_URI"]]
    assert re.findall(r'<Peer Address="([0-9.]+)"/>', uri) == ["10.88.1.114", "10.88.1.115", "10.88.1.112"]
    assert "<AllowMulticast>false</AllowMulticast>" in uri
    assert re.findall(r'<Peer Address="([0-9.]+)"/>', variables_of(made, "other-base-node")["CYCLONEDDS_URI"]) == [
        "10.88.1.113"
    ]
    assert variables_of(made, "talker-tb1-node")["ROS_AUTOMATIC_DISCOVERY_RANGE"] == "SYSTEM_DEFAULT"
    of_peers, of_multicast = sorted(
        (each["data"]["profile.xml"] for each in _workloads.config_maps(plan)), key=len, reverse=True
    )
    assert "initialPeersList" in of_peers and "initialPeersList" not in of_multicast


def test_an_address_outlives_everything_but_its_deployment():
    before = _workloads.deployments(planned([workload(name="b", discovery="peers"), workload(discovery="peers")]))
    after = [workload(name="a", discovery="peers"), workload(discovery="peers")]
    was, now = attachments(before), attachments(_workloads.deployments(planned(after, existing=before)))
    assert [now[name]["ips"] for name in ("talker-tb1-node", "talker-tb2-node")] == [
        was[name]["ips"] for name in ("talker-tb1-node", "talker-tb2-node")
    ]
    # Nobody's before those of pods that are still to go.
    assert now["a-tb1-node"]["ips"] == ["10.88.1.116/24"]


def test_too_few_addresses_are_said():
    lans = {"ros-lan": {**LANS["ros-lan"], "fixed": "10.88.1.112/31"}}
    with pytest.raises(LanError, match=r"fixed 10.88.1.112/31 has 2 addresses, and 3 are needed"):
        planned([workload(discovery="peers", hosts=["base", "tb1", "tb2"])], lans=lans)


ROBOT = {"name": "robot", "image": "ros:jazzy", "each_host": True}
EDGE = {"name": "edge", "image": "ros:jazzy", "hosts": ["base", "tb2"], "port": 12000}
CLOUD = {"name": "cloud", "image": "ros:jazzy", "hosts": ["base"], "separate": True, "command": ["serve"]}


def test_a_server_runs_where_it_is_declared_at_an_address_that_is_its_number():
    made = _workloads.deployments(planned([workload(discovery="server")], [ROBOT, EDGE]))
    arguments = {
        each["metadata"]["name"]: each["spec"]["template"]["spec"]["containers"][0]["args"]
        for each in made
        if each["metadata"]["labels"].get("rosfleet.io/discovery-server")
    }
    assert arguments == {
        "robot-base-node": ["fastdds", "discovery", "-i", "2", "-l", "10.88.1.114", "-p", "11811"],
        "robot-tb1-node": ["fastdds", "discovery", "-i", "3", "-l", "10.88.1.115", "-p", "11811"],
        "robot-tb2-node": ["fastdds", "discovery", "-i", "4", "-l", "10.88.1.116", "-p", "11811"],
        "edge-base-node": ["fastdds", "discovery", "-i", "0", "-l", "10.88.1.112", "-p", "12000"],
        "edge-tb2-node": ["fastdds", "discovery", "-i", "1", "-l", "10.88.1.113", "-p", "12000"],
    }


def test_a_workload_asks_the_server_of_its_own_host_and_all_of_one_that_has_several():
    made = _workloads.deployments(planned([workload(discovery="server")], [ROBOT, EDGE]))
    asked = variables_of(made, "talker-tb1-node")["ROS_DISCOVERY_SERVER"]
    assert asked == "10.88.1.112:12000;10.88.1.113:12000;;10.88.1.115:11811"
    only = [workload(discovery="server", discovery_servers=["robot"])]
    made = _workloads.deployments(planned(only, [ROBOT, EDGE]))
    assert [each["metadata"]["name"] for each in made if each["metadata"]["name"].startswith("edge")] == []
    assert variables_of(made, "talker-tb2-node")["ROS_DISCOVERY_SERVER"] == ";;10.88.1.114:11811"


def test_a_separate_server_is_one_for_each_host_and_all_of_them_for_its_own():
    declared = [workload(discovery="server"), workload(name="manager", hosts=["base"], discovery="server")]
    made = _workloads.deployments(planned(declared, [CLOUD]))
    assert [name for name in attachments(made) if name.startswith("cloud")] == [
        "cloud-tb1-base-node",
        "cloud-tb2-base-node",
    ]
    assert variables_of(made, "talker-tb1-node")["ROS_DISCOVERY_SERVER"] == "10.88.1.112:11811"
    assert variables_of(made, "talker-tb2-node")["ROS_DISCOVERY_SERVER"] == ";10.88.1.113:11811"
    assert variables_of(made, "manager-base-node")["ROS_DISCOVERY_SERVER"] == "10.88.1.112:11811;10.88.1.113:11811"


def test_nobody_asks_a_server_by_multicast_so_that_none_runs():
    plan = planned([GOOD], [ROBOT, EDGE])
    assert _workloads.claims(plan) == {}
    assert [each["metadata"]["name"] for each in _workloads.deployments(plan)] == ["talker-tb1-node", "talker-tb2-node"]


def test_a_zenoh_node_is_the_client_of_the_router_of_its_host_and_routers_are_linked():
    router = {"name": "router", "kind": "zenoh", "image": "ros:kilted", "each_host": True}
    made = _workloads.deployments(planned([workload(rmw="zenoh")], [router, EDGE]))
    assert [name for name in attachments(made) if name.startswith("edge")] == []
    (own,) = [each for each in made if each["metadata"]["name"] == "router-tb1-node"]
    (container,) = own["spec"]["template"]["spec"]["containers"]
    assert container["args"] == ["ros2", "run", "rmw_zenoh_cpp", "rmw_zenohd"]
    settings = dict(each.split("=", 1) for each in container["env"][0]["value"].split(";"))
    assert json.loads(settings["listen/endpoints"]) == ["tcp/10.88.1.113:7447"]
    assert json.loads(settings["connect/endpoints"]) == ["tcp/10.88.1.112:7447", "tcp/10.88.1.114:7447"]
    assert settings["scouting/multicast/enabled"] == "false"
    variables = variables_of(made, "talker-tb1-node")
    assert variables["RMW_IMPLEMENTATION"] == "rmw_zenoh_cpp"
    session = dict(each.split("=", 1) for each in variables["ZENOH_CONFIG_OVERRIDE"].split(";"))
    assert session["mode"] == '"client"'
    assert json.loads(session["connect/endpoints"]) == ["tcp/10.88.1.113:7447"]
    assert session["connect/timeout_ms"] == "-1"


NEAR = {**PEERS_LAN["ros-lan"], "routes": [{"to": "10.99.0.0/16", "via": "10.88.1.1"}], "hosts": ["base", "tb1"]}
FAR = {
    "name": "far",
    "subnet": "10.99.1.0/24",
    "pool": "10.99.1.128/25",
    "fixed": "10.99.1.96/28",
    "hosts": ["tb2"],
    "routes": [{"to": "10.88.1.0/24", "via": "10.99.1.1"}],
}
SITES = {"ros-lan": NEAR, "far": FAR}


def test_peers_of_another_site_are_looked_for_where_a_route_leads_there():
    declared = [
        workload(hosts=["tb1"], discovery="peers", rmw="cyclonedds"),
        workload(name="there", lan="far", hosts=["tb2"], discovery="peers", rmw="cyclonedds"),
    ]
    made = _workloads.deployments(planned(declared, lans=SITES))
    for name in ("talker-tb1-node", "there-tb2-node"):
        uri = variables_of(made, name)["CYCLONEDDS_URI"]
        assert re.findall(r'<Peer Address="([0-9.]+)"/>', uri) == ["10.88.1.112", "10.99.1.96"]
    annotations = [each["spec"]["template"]["metadata"]["annotations"] for each in made]
    # Of others it would be another pod: it keeps for life what its network was as it started.
    assert annotations[0]["rosfleet.io/routes"] == "10.99.0.0/16 via 10.88.1.1"
    told = [each["rosfleet.io/peers"] for each in annotations]
    assert told == ["10.88.1.112,10.99.1.96"] * 2
    without = {"ros-lan": {**NEAR, "routes": []}, "far": {**FAR, "routes": []}}
    made = _workloads.deployments(planned(declared, lans=without))
    assert [each["spec"]["template"]["metadata"]["annotations"]["rosfleet.io/peers"] for each in made] == [
        "10.88.1.112",
        "10.99.1.96",
    ]


def test_servers_of_another_site_are_asked_and_have_numbers_of_their_own():
    robots = [{**ROBOT, "name": "near"}, {**ROBOT, "name": "there", "lan": "far"}]
    edge = {**EDGE, "hosts": ["base"]}
    declared = [
        workload(hosts=["tb1"], discovery="server"),
        workload(name="listener", lan="far", hosts=["tb2"], discovery="server"),
    ]
    made = _workloads.deployments(planned(declared, [*robots, edge], lans=SITES))
    # One on each host of its own LAN.
    assert [name for name in attachments(made) if name.startswith(("near", "there"))] == [
        "near-base-node",
        "near-tb1-node",
        "there-tb2-node",
    ]
    # Eight numbers are those of the first LAN.
    assert variables_of(made, "listener-tb2-node")["ROS_DISCOVERY_SERVER"] == (
        "10.88.1.112:12000;;;;;;;;10.99.1.96:11811"
    )
    (server,) = [each for each in made if each["metadata"]["name"] == "there-tb2-node"]
    arguments = server["spec"]["template"]["spec"]["containers"][0]["args"]
    assert arguments[arguments.index("-i") + 1] == "8"


def test_zenoh_routers_are_linked_over_sites():
    routers = [
        {"name": name, "kind": "zenoh", "image": "ros:kilted", "each_host": True, "lan": lan}
        for name, lan in (("near", "ros-lan"), ("there", "far"))
    ]
    declared = [
        workload(rmw="zenoh", hosts=["tb1"]),
        workload(name="listener", rmw="zenoh", lan="far", hosts=["tb2"]),
    ]
    made = _workloads.deployments(planned(declared, routers, lans=SITES))
    links = {}
    for each in made:
        if each["metadata"]["labels"].get("rosfleet.io/discovery-server"):
            value = each["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"]
            settings = dict(part.split("=", 1) for part in value.split(";"))
            links[each["metadata"]["name"]] = json.loads(settings["connect/endpoints"])
    assert links == {
        "near-base-node": ["tcp/10.88.1.113:7447", "tcp/10.99.1.96:7447"],
        "near-tb1-node": ["tcp/10.88.1.112:7447", "tcp/10.99.1.96:7447"],
        "there-tb2-node": ["tcp/10.88.1.112:7447", "tcp/10.88.1.113:7447"],
    }
    session = dict(
        part.split("=", 1) for part in variables_of(made, "listener-tb2-node")["ZENOH_CONFIG_OVERRIDE"].split(";")
    )
    assert json.loads(session["connect/endpoints"]) == ["tcp/10.99.1.96:7447"]
