# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom pods ask that do not find each other by multicast, and what silence is worth."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.report import build_report
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.table import table_lines
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.targets import pod_targets

from .fleet import LAN, evidence, hosts, pod, target

NODES = ("base", "tb1", "tb2")


def workload(name, node, number=None, *, way="", domain="0", servers="", server="", peers=()):
    """A workload's pod, or with `server` that of a discovery server; `number`: of its address that stays, as are `peers`."""
    made = pod(f"{name}-{node}", node, namespace="ros", workload=name)
    labels = made["metadata"]["labels"]
    labels.update({"rosfleet.io/discovery": way} if way else {})
    labels.update({"rosfleet.io/discovery-server": server} if server else {})
    attachment = {"name": LAN, "interface": "ros0"}
    if number:
        attachment = {"name": f"{LAN}.fixed", "interface": "ros0", "ips": [f"10.88.1.{number}/24"]}
    made["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"] = json.dumps([attachment])
    if way == "peers":
        made["metadata"]["annotations"]["rosfleet.io/peers"] = ",".join(f"10.88.1.{each}" for each in peers)
    variables = {"ROS_DOMAIN_ID": domain, "ROS_DISCOVERY_SERVER": servers}
    made["spec"]["containers"] = [{"env": [{"name": name, "value": value} for name, value in variables.items()]}]
    return made


PEERS = [
    workload("talker", "tb1", 112, way="peers", peers=(112, 113, 114)),
    workload("listener", "base", 113, way="peers", peers=(112, 113, 114)),
    workload("cyclone", "tb2", 114, way="peers", peers=(112, 113, 114)),
    workload("other", "tb2", 115, way="peers", domain="4", peers=(115,)),
    workload("aside", "tb2"),
]
BOTH = "10.88.1.112:11811;;10.88.1.114:12000"
SERVERS = [
    workload("edge", "base", 112, server="edge"),
    workload("edge", "tb2", 114, server="edge"),
    workload("talker", "tb1", way="server", servers=BOTH),
    workload("listener", "base", way="server", servers=BOTH),
]


def asked(pods, node):
    return {each["pod"]: (each["multicast"], each["ask"]) for each in pod_targets(pods, node, {}) if "ask" in each}


def test_those_peers_are_asked_whom_the_pod_is_told_to_look_for():
    participants = [{"kind": "participant", "address": f"10.88.1.{number}"} for number in (113, 114)]
    assert asked(PEERS, "tb1") == {"ros/talker-tb1": (False, participants)}
    assert asked(PEERS, "tb2")["ros/other-tb2"] == (False, [])


def test_servers_are_asked_as_the_pod_is_told_and_do_not_ask():
    expected = [
        {"kind": "discovery_server", "address": "10.88.1.112", "port": 11811},
        {"kind": "discovery_server", "address": "10.88.1.114", "port": 12000},
    ]
    assert asked(SERVERS, "base") == {"ros/listener-base": (False, expected)}
    assert asked(SERVERS, "tb2") == {}


def test_who_uses_multicast_beside_them_is_probed_by_it():
    (each,) = [each for each in pod_targets(PEERS, "tb2", {LAN: [0]}) if each["pod"] == "ros/aside-tb2"]
    assert "ask" not in each and each["domain_id"] == 0


def report(pods, silent=lambda asker, address: False, domains=(), **more):
    """Of a fleet in which all questions are answered except the silent ones, (pod that asks, last number of the address)."""
    targets = []
    for node in NODES:
        for each in pod_targets(pods, node, {LAN: domains}):
            if "ask" not in each:
                continue
            answers = []
            for question in each["ask"]:
                answered = not silent(each["pod"], int(question["address"].rpartition(".")[2]))
                result = {"answered": answered, "after_s": 0.01 if answered else None, "identity": "", "error": ""}
                answers.append({"port": None, **question, **result})
            name, scope = each.pop("pod"), each.pop("scope")
            targets.append(target(node, scope, each.pop("network"), name, **{**each, "answers": answers}))
    # A host on which nothing asks is in it, too.
    results = {node: {"began": "2026-11-21T07:00:00.000Z", "elapsed_s": 5.0, "targets": []} for node in NODES}
    left = {**hosts([], **results), **hosts(targets)}
    return build_report(evidence(pods=pods, domains={LAN: list(domains)}, hosts=left, **more))


def errors(made):
    return [each["code"] for each in made["diagnoses"] if each["severity"] == "error"]


def test_a_lan_without_multicast_passes_when_everybody_answers_and_says_by_what():
    made = report(PEERS[:3])
    assert (made["verdict"], errors(made)) == ("pass", [])
    assert {(row["from"], row["to"], row["way"], row["heard"]) for row in made["matrix"]} == {
        (one, other, "peers", True) for one in NODES for other in NODES if one != other
    }
    text = table_lines(made)
    assert text[:3] == [
        "ros-lan, pods: each row is answered by the peers in the columns (domain 0)",
        "                 base/listener  tb1/talker  tb2/cyclone",
        "  base/listener        ·            ✓            ✓",
    ]
    assert text[-1] == "✓ PASS: 6 of 6 peers answered, 1 of 1 listeners have their sample"
    made = report(SERVERS)
    assert made["verdict"] == "pass"
    assert table_lines(made)[1:4] == [
        "                 base/edge  tb2/edge",
        "  base/listener      ✓         ✓",
        "  tb1/talker         ✓         ✓",
    ]
    assert table_lines(made)[-1].startswith("✓ PASS: 4 of 4 discovery servers answered")


def test_a_lan_on_which_nobody_asks_anybody_is_no_pass():
    made = report([])
    assert made["verdict"] == "unknown"
    (finding,) = [each for each in made["diagnoses"] if each["code"] == "nothing-compared"]
    assert "no pod was there to ask a peer or a server" in finding["message"]


def test_one_that_is_cut_off_is_told_once():
    made = report(PEERS[:3], lambda pod, number: "cyclone" in pod or number == 114)
    (finding,) = [each for each in made["diagnoses"] if each["severity"] == "error"]
    assert (finding["code"], finding["hosts"]) == ("peer-silent", ["base", "tb1", "tb2"])
    assert finding["message"] == (
        "The peer tb2/cyclone (10.88.1.114) on ros-lan does not answer base/listener and tb1/talker, and gets no answer itself."
    )


def test_who_answers_some_is_told_with_these():
    made = report(PEERS[:3], lambda pod, number: "listener" in pod and number == 114)
    (finding,) = [each for each in made["diagnoses"] if each["severity"] == "error"]
    assert finding["message"].endswith("does not answer base/listener, and does answer tb1/talker.")
    assert "What lies between them drops UDP" in finding["fix"]


@pytest.mark.parametrize(
    ("silent", "verdict", "severities"),
    [
        (lambda pod, number: number == 114, "pass", ["warning"]),
        (lambda pod, number: True, "fail", ["error", "error"]),
    ],
)
def test_of_several_servers_of_a_name_one_is_enough(silent, verdict, severities):
    made = report(SERVERS, silent)
    found = [each for each in made["diagnoses"] if each["code"] == "server-silent"]
    assert (made["verdict"], [each["severity"] for each in found]) == (verdict, severities)


def test_one_server_does_not_make_up_for_one_of_another_name():
    pods = [SERVERS[0], workload("cloud", "tb2", 114, server="cloud"), *SERVERS[2:]]
    made = report(pods, lambda pod, number: number == 114)
    (finding,) = [each for each in made["diagnoses"] if each["code"] == "server-silent"]
    assert (made["verdict"], finding["severity"]) == ("fail", "error")


def test_a_server_whose_pod_is_gone_is_named_by_its_address():
    made = report(SERVERS[1:], lambda pod, number: number == 112)
    (finding,) = [each for each in made["diagnoses"] if each["code"] == "server-silent"]
    assert finding["severity"] == "error"  # what it was called is not known any more
    assert "The discovery server 10.88.1.112 on ros-lan does not answer" in finding["message"]
    assert "No pod has the address 10.88.1.112: run `rosfleet.cluster.site`" in finding["fix"]


def test_what_nobody_could_ask_is_not_taken_for_an_answer():
    """A host whose probe came back without a result has asked nobody."""
    questions = [{**each, "host": "tb1"} for each in pod_targets(PEERS[:3], "tb1", {LAN: []})]
    left = hosts([])
    left["tb1"] = {"node": "tb1", "image": "i", "refused": {}, "targets": questions, "result": {"msg": "no python"}}
    made = build_report(evidence(pods=PEERS[:3], domains={LAN: []}, hosts=left))
    assert (made["verdict"], errors(made)) == ("fail", ["probe-failed"])
    assert [(row["heard"], row["probed"]) for row in made["matrix"]] == [(False, False), (False, False)]


def test_a_zenoh_node_asks_the_router_of_its_host():
    pods = [workload("router", "tb1", 112, server="router"), workload("talker", "tb1", way="zenoh")]
    settings = 'mode="client";connect/endpoints=["tcp/10.88.1.112:7447"];connect/timeout_ms=-1'
    pods[1]["spec"]["containers"] = [{"env": [{"name": "ZENOH_CONFIG_OVERRIDE", "value": settings}]}]
    question = {"kind": "zenoh_router", "address": "10.88.1.112", "port": 7447}
    assert asked(pods, "tb1") == {"ros/talker-tb1": (False, [question])}
    assert table_lines(report(pods))[-1].startswith("✓ PASS: 1 of 1 Zenoh routers answered")
    made = report(pods, lambda pod, number: True)
    assert (made["verdict"], errors(made)) == ("fail", ["router-silent"])
