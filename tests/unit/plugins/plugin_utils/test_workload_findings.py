# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with declared workloads, each with the line to write."""

from __future__ import annotations

import re

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._finding import WARNING
from ansible_collections.rosfleet.cluster.plugins.plugin_utils import _workload_findings
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._workload_findings import listening_findings
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._workloads import Plan

LANS = {
    "ros-lan": {"name": "ros-lan", "subnet": "10.88.1.0/24", "pool": "10.88.1.128/30", "fixed": "10.88.1.112/29"},
    "cam-lan": {"name": "cam-lan", "subnet": "10.9.0.0/16", "pool": "10.9.0.0/16"},
    "far": {"name": "far", "subnet": "10.99.1.0/24", "pool": "10.99.1.128/25", "hosts": ["base", "tb1"]},
}
NODES = {host: f"{host}-node" for host in ("base", "tb1", "tb2")}
GOOD = {"name": "talker", "image": "lab/ros:1", "command": ["lab-talker"], "hosts": ["tb1", "tb2"]}


def workload(**changes):
    return {**GOOD, **changes}


def findings(declared, lans=LANS, nodes=NODES, groups=(), servers=()):
    return _workload_findings.findings(Plan(declared, lans, nodes, servers), groups)


@pytest.mark.parametrize(
    "declared",
    [
        [],
        [GOOD],
        [workload(domain_id="42", rmw="fastrtps", namespace="drive")],
        [GOOD, workload(name="listener")],
        [
            workload(
                command=["ros2", "run"], args=["--rate", 2, 0.5, True], entrypoint=[], env={"A": "", "B": 1, "C": False}
            )
        ],
        [workload(command=None, env=None, expect_log="I heard: .* from tb1")],
        [workload(publishes=[{"topic": "/chatter", "type": "std_msgs/msg/String"}], subscribes=[{"topic": "go"}])],
        [workload(name="t" * 54)],  # with "-tb1-node" as long as it may be
    ],
)
def test_good_declarations_have_no_findings(declared):
    assert findings(declared) == []


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"name": "Talker_1"}, "workload Talker_1: name 'Talker_1' is not usable in Kubernetes"),
        ({"name": ""}, "workload (without a name): name '' is not usable"),
        ({"namespace": "ROS"}, "workload talker: namespace 'ROS' is not usable"),
        ({"image": " "}, "workload talker: image is empty"),
        ({"image": ["ros:jazzy"]}, "workload talker: image ['ros:jazzy'] is no name of one"),
        ({"image": "ros jazzy"}, "image 'ros jazzy' is no name of one"),
        (
            {"lan": "far"},
            "workload talker: tb2 is not on its LAN far. Fix: another one for tb2, with lan: ros-lan or cam-lan, or name",
        ),
        (
            {"publishes": [{"topic": "rt/a"}]},
            "workload talker: publishes names the topic 'rt/a' as DDS does. Fix: as ROS",
        ),
        ({"subscribes": "a"}, "workload talker: subscribes has to be a list"),
        ({"lan": "ros-lna"}, "unknown LAN 'ros-lna'. Fix: one of those in ros_lan_networks: ros-lan, cam-lan, far"),
        ({"domain_id": 233}, "domain_id 233 is no number from 0 to 232"),
        ({"domain_id": -1}, "domain_id -1 is no number from 0 to 232"),
        ({"domain_id": "x"}, "domain_id 'x' is no number"),
        ({"domain_id": 1.5}, "domain_id 1.5 is no number"),
        ({"domain_id": True}, "domain_id True is no number"),
        ({"rmw": "fastrtps", "lan": "cam-lan"}, "the pool 10.9.0.0/16 of cam-lan has 65536 addresses"),
        ({"rmw": "connext"}, "unknown rmw 'connext'. Fix: one of cyclonedds, fastrtps, zenoh"),
        ({"rmw": "zenoh"}, "its discovery is zenoh, and there is none to ask. Fix: declare a Zenoh router on ros-lan"),
        ({"rmw": "rmw_cyclonedds_cpp"}, "unknown rmw 'rmw_cyclonedds_cpp'. Fix: write rmw: cyclonedds"),
        ({"rmw": "Fast DDS"}, "Fix: write rmw: fastrtps"),
        ({"env": {"ROS_DOMAIN_ID": 42}}, "workload talker: env has ROS_DOMAIN_ID 42, and without domain_id"),
        ({"hosts": ["robots"]}, "unknown host 'robots', which is a group. Fix: write hosts: \"{{ groups.robots }}\""),
        (
            {"hosts": "robots"},
            "hosts is the text 'robots' and has to be a list. Fix: write hosts: \"{{ groups.robots }}\"",
        ),
        ({"hosts": ["tb9"]}, "unknown host 'tb9'. Fix: one of base, tb1, tb2"),
        ({"hosts": []}, "no hosts to run on"),
        ({"hosts": ["tb1", "tb1"]}, "hosts names tb1 more than once"),
        # Text where a list is wanted would become a word for each letter.
        (
            {"command": "ros2 run a talker"},
            "command is the text 'ros2 run a talker' and has to be a list. Fix: write command: [ros2, run, a, talker]",
        ),
        ({"args": "--rate 2 _topic:=x"}, "and has to be a list. Fix: write args: ['--rate', '2', '_topic:=x']"),
        ({"args": "say 'a b' true"}, "Fix: write args: [say, 'a b', 'true']"),
        ({"args": "it's"}, "Fix: write args: ['it''s']"),
        ({"command": "sleep 1 && talk"}, "Fix: write command: [bash, '-c', 'sleep 1 && talk']"),
        (
            {"entrypoint": "/bin/env"},
            "entrypoint is the text '/bin/env' and has to be a list. Fix: write entrypoint: [/bin/e",
        ),
        ({"hosts": "tb1"}, "hosts is the text 'tb1' and has to be a list. Fix: write hosts: [tb1]"),
        ({"hosts": "tb1,tb2"}, "Fix: write hosts: [tb1, tb2]"),
        ({"hosts": {"tb1": {}}}, "hosts is a mapping and has to be a list. Fix: write hosts: [tb1]"),
        ({"hosts": [7]}, "hosts: entry 1 is the number 7 and has to be text. Fix: put it into quotes"),
        ({"command": 7}, "command is the number 7 and has to be a list. Fix: write command: ['7']"),
        ({"args": [{"a": "b"}]}, "args: entry 1 is a mapping and has to be text. Fix: put it into quotes"),
        ({"args": [None]}, "args: entry 1 is empty and has to be text"),
        ({"env": "A=b"}, "env is text and has to be a mapping. Fix: write env: {A: …}"),
        ({"env": [{"name": "A"}]}, "env is a list and has to be a mapping. Fix: write env: {A: …}"),
        ({"env": {1: "a"}}, "env has the name 1, which no variable can have"),
        ({"env": {"A B": "a"}}, "env has the name 'A B', which no variable can have"),
        ({"env": {"A": None}}, "env A is None, which is no text. Fix: A: 'text', or '' for an empty one"),
        ({"env": {"A": ["b"]}}, "env A is ['b'], which is no text"),
        # What `verify` could not look for, or would find in any log.
        ({"expect_log": "["}, "expect_log '[' is no regular expression: unterminated character set at position 0"),
        ({"expect_log": "I heard ("}, "Fix: expect_log: 'I heard \\(' for just this text"),
        ({"expect_log": ["I heard"]}, "expect_log is ['I heard'], and text is wanted"),
        ({"expect_log": ""}, "expect_log is '', and text is wanted"),
        ({"expect_log": ".*"}, "expect_log '.*' matches every line, so it proves no sample"),
        # Together with the host's, the name is that of a Deployment.
        (
            {"name": "t" * 60, "hosts": ["tb1"]},
            "its Deployment on tb1 would be " + "t" * 60 + "-tb1-node, 69 characters",
        ),
    ],
)
def test_what_is_wrong_with_a_workload(changes, said):
    (finding,) = findings([workload(**changes)], groups={"robots"})
    assert said in finding.sentence
    assert finding.fix


@pytest.mark.parametrize(
    ("line", "pattern"),
    [
        ("I heard: [Hello World: 1]", r"'I heard: \[Hello World: \d+\]'"),
        ("Got reply (1/10)", r"'Got reply \(\d+/\d+\)'"),
    ],
)
def test_a_line_as_it_was_printed_is_told_of(line, pattern):
    (finding,) = findings([workload(expect_log=line)])
    assert finding.severity == WARNING
    assert f"expect_log {line!r} is a line as it was printed once" in finding.message
    assert f"write expect_log: {pattern} for" in finding.fix
    assert re.search(pattern.strip("'"), line) and re.search(pattern.strip("'"), line.replace("1", "57"))
    assert listening_findings([workload(expect_log=line)]) == []


@pytest.mark.parametrize(
    "pattern",
    [
        *("I heard: [0-9]", r"I heard: \[Hello World: \d+\]", "I heard: [Hello World]", "(heard|got) 1", "a [aa]+ 1"),
        *(r"count (\d+) of 3", "^I heard 1", "I heard: .* 1"),
    ],
)
def test_a_pattern_is_not_taken_for_a_printed_line(pattern):
    assert findings([workload(expect_log=pattern)]) == []


def test_names_are_unique_in_the_fleet():
    (finding,) = findings([GOOD, workload(namespace="other")])
    assert "workload talker: declared 2 times" in finding.message


def test_a_workload_without_any_lan():
    assert "no LAN to attach it to" in findings([GOOD], {})[0].message


def test_two_workloads_that_would_be_one_deployment():
    nodes = {"tb-1": "tb-1", "1": "1"}
    both = [workload(hosts=["tb-1"]), workload(name="talker-tb", hosts=["1"])]
    (finding,) = findings(both, nodes=nodes)
    assert finding.sentence.startswith(
        "talker on tb-1 and talker-tb on 1 would both be the Deployment ros/talker-tb-1. Fix: "
    )
    assert findings([both[0], {**both[1], "namespace": "other"}], nodes=nodes) == []


def test_what_verify_has_to_know():
    good = [GOOD, workload(name="listener", expect_log="I heard")]
    assert listening_findings(good) == []
    wrong = [workload(hosts="tb1"), workload(expect_log="["), workload(subscribes=["chatter"])]
    assert len(listening_findings(wrong)) == 3
    # What only concerns how it runs is no matter of verify.
    assert listening_findings([workload(command="ros2 run", image="")]) == []


SERVERS = [{"name": "robot", "each_host": True}, {"name": "edge", "hosts": ["base"]}, {"name": "cam", "lan": "cam-lan"}]


@pytest.mark.parametrize(
    "changes",
    [
        {"discovery": "multicast"},
        {"discovery": "peers"},
        {"discovery": "peers", "rmw": "cyclonedds"},
        {"discovery": "server"},
        {"discovery": "server", "discovery_servers": ["robot", "edge"]},
    ],
)
def test_every_way_that_the_middleware_has_can_be_declared(changes):
    assert findings([workload(**changes)], servers=SERVERS) == []


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"discovery": "dns"}, "unknown discovery 'dns'. Fix: one of multicast, peers, server, zenoh"),
        (
            {"discovery": "server", "rmw": "cyclonedds"},
            "discovery server is none for rmw cyclonedds: Cyclone DDS cannot ask the discovery servers of Fast DDS. "
            "Fix: rmw: fastrtps, or discovery: peers",
        ),
        ({"discovery": "server", "discovery_servers": "robot"}, "discovery_servers"),
        (
            {"discovery": "server", "discovery_servers": ["cloud"]},
            "discovery_servers names 'cloud', which is no discovery server on ros-lan. Fix: one of robot, edge",
        ),
        ({"discovery": "server", "discovery_servers": ["cam"]}, "'cam', which is no discovery server on ros-lan"),
        ({"discovery": "server", "discovery_servers": []}, "its discovery is server, and there is none to ask"),
        ({"discovery_servers": ["robot"]}, "its discovery is multicast: no server is asked"),
        (
            {"discovery": "server", "publishes": [{"topic": "a"}], "subscribes": [{"topic": "b"}]},
            "publishes and subscribes: with discovery server its nodes tell verify nothing of their topics. Fix: take that out",
        ),
    ],
)
def test_a_way_that_leads_to_nobody_is_refused(changes, said):
    (finding,) = findings([workload(**changes)], servers=SERVERS)
    assert said in finding.sentence


def test_the_way_of_a_lan_is_that_of_its_workloads():
    lans = {"ros-lan": {**LANS["ros-lan"], "discovery": "server"}}
    (finding,) = findings([workload(rmw="cyclonedds")], lans, servers=SERVERS)
    assert "discovery server is none for rmw cyclonedds" in finding.message
    assert findings([workload(rmw="cyclonedds", discovery="peers")], lans, servers=SERVERS) == []


ROUTER = {"name": "router", "kind": "zenoh", "each_host": True}


@pytest.mark.parametrize(
    ("changes", "servers", "said"),
    [
        ({"rmw": "zenoh"}, [*SERVERS, ROUTER], ""),
        ({"rmw": "zenoh", "discovery_servers": ["router"]}, [ROUTER, {**ROUTER, "name": "second"}], ""),
        ({"rmw": "zenoh"}, [ROUTER, {**ROUTER, "name": "second"}], "Fix: discovery_servers: [router]"),
        ({"rmw": "zenoh", "discovery_servers": ["edge"]}, [*SERVERS, ROUTER], "'edge', which is no Zenoh router"),
        ({"rmw": "zenoh", "discovery": "peers"}, [ROUTER], "Zenoh finds others by its routers"),
        ({"discovery": "zenoh"}, [ROUTER], "is none for rmw fastrtps. Fix: rmw: zenoh, or discovery: server"),
        ({"discovery": "server", "discovery_servers": ["router"]}, [*SERVERS, ROUTER], "which is no discovery server"),
    ],
)
def test_zenoh_has_routers_and_nothing_else(changes, servers, said):
    found = [finding.sentence for finding in findings([workload(**changes)], servers=servers)]
    assert [said in sentence for sentence in found] == ([True] if said else [])
