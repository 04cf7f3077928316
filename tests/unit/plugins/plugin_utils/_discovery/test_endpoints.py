# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is asked for topics, and from what the probes were told to a graph."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery import endpoints
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.endpoints import (
    addresses_to_ask,
    collect,
)
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.probes import collect_probes

from .fleet import CONTROL, LAN, heard, hosts, pod, target
from .topic_graph import CHATTER, ask, graph, reader, said, speaker, writer

LANS = [{"name": LAN}, {"name": "cam-lan"}]


def with_address(made, address, nic="ros0"):
    status = f'[{{"name": "x", "interface": "{nic}", "ips": ["{address}"]}}]'
    made["metadata"]["annotations"]["k8s.v1.cni.cncf.io/network-status"] = status
    return made


def workload_pod(name, node, address, **more):
    return with_address(pod(f"{name}-{node}", node, namespace="ros", workload=name, **more), address)


def by_peers(name, node, address, **more):
    made = workload_pod(name, node, address, **more)
    made["metadata"]["labels"]["rosfleet.io/discovery"] = "peers"
    return made


def test_a_host_asks_what_is_on_its_nics_and_of_its_pods_those_that_no_other_nic_hears():
    server = by_peers("server", "tb1", "10.0.0.9")
    server["metadata"]["labels"]["rosfleet.io/discovery-server"] = "server"
    pods = [
        workload_pod("multicast", "tb1", "10.0.0.4"),  # is asked by the NIC of its own
        by_peers("talker", "tb1", "10.0.0.5"),
        by_peers("camera", "tb1", "10.0.1.6", lan="cam-lan"),
        by_peers("listener", "tb2", "10.0.0.7"),  # is asked by tb2
        by_peers("leaving", "tb1", "10.0.0.8", leaving=True),
        by_peers("waiting", "tb1", "10.0.0.10", phase="Pending"),
        by_peers("elsewhere", "tb1", "10.0.2.6", lan="undeclared"),
        with_address(pod("probe-x", "tb1"), "10.0.0.11"),  # has no topics
        pod("talker-y", "tb1", namespace="ros", workload="talker"),  # without an address yet
    ]
    assert addresses_to_ask(pods, "tb1", LANS) == ["own", "10.0.0.5", "10.0.1.6"]
    assert addresses_to_ask(pods, "base", LANS) == ["own"]
    assert server["metadata"]["labels"]["rosfleet.io/workload"] and "10.0.0.9" not in addresses_to_ask(
        [server], "tb1", LANS
    )


def collected(targets, pods=()):
    made = hosts(targets)
    return collect(collect_probes(made, list(pods)), pods, {each["node"]: host for host, each in made.items()})


def test_participants_are_where_their_address_is():
    host, probe = target("tb1"), target("tb1", "pod", LAN, "rosfleet/probe-tb1", "ros0")
    inside = target("tb1", "pod", LAN, "ros/talker-tb1", "ros0", address="10.0.0.5")
    pods = [workload_pod("talker", "tb1", "10.0.0.5"), workload_pod("unprobed", "tb1", "10.0.0.6")]
    ask(host, "daemon", process_claimed="rviz2")
    ask(probe, "talker", said("talker"), address="10.0.0.5")
    ask(inside, "talker", said("talker"), said("talker", topic="rt/rosout", number=4))
    ask(probe, "unprobed", address="10.0.0.6", complete=False)
    ask(inside, "second", address="10.0.0.200")  # another address of its own NIC
    probe["heard"].append(heard("stranger", vendor_id="01.0f", address="10.0.0.77"))
    found = collected([host, probe, inside], pods)
    assert [(each.label, each.place.pod, each.asked) for each in found.speakers] == [
        ("tb1 (rviz2)", "", "complete"),
        ("tb1/talker", "ros/talker-tb1", "complete"),
        ("tb1/unprobed", "ros/unprobed-tb1", "partly"),
        ("10.0.0.77", "", "no"),
        ("tb1/talker", "ros/talker-tb1", "complete"),
    ]
    # What two NICs were told is one writer.
    assert [(each.topic, each.label) for each in found.endpoints] == [
        (CHATTER, "tb1/talker"),
        ("rt/rosout", "tb1/talker"),
    ]
    assert [found.asked_of(each) for each in ("talker", "stranger", "nobody")] == ["complete", "no", "no"]


def test_probes_and_who_has_gone_have_no_topics():
    one, other = target("tb1"), target("tb2")
    one["heard"] += [
        heard(other["guid_prefix"]),
        heard("another run", vendor_id="01.ff"),
        heard("gone", vendor_id="01.0f", departed=True),
    ]
    one["endpoints_asked"] = [{"guid_prefix": other["guid_prefix"], "complete": True}]
    control = target("tb1", "pod", CONTROL, "rosfleet/probe")
    control["heard"].append(heard("elsewhere", vendor_id="01.0f"))
    assert collected([one, other, control]).speakers == []


def test_who_was_asked_counts_though_a_flood_has_pushed_it_out():
    one = target("tb1")
    one["endpoints_asked"] = [{"guid_prefix": "0a", "complete": True}]
    one["endpoints"] = [said("0a")]
    (found,) = collected([one]).endpoints
    assert (found.label, found.speaker.networks) == ("tb1", {LAN})


def test_a_participant_in_two_domains_is_two():
    targets = [target("tb1", domain_id=domain, guid_prefix=f"p{domain}") for domain in (0, 5)]
    for each in targets:
        ask(each, "0a", said("0a"), domain_id=None)
    assert sorted(each.speaker.domain_id for each in collected(targets).endpoints) == [0, 5]


def test_names_from_the_wire_are_printable():
    one = target("tb1")
    ask(one, "0a", said("0a", topic="rt/\x1b[31m", type_="\u202e"))
    (found,) = collected([one]).endpoints
    assert found.topic.isprintable() and found.type.isprintable()


@pytest.mark.parametrize(
    "changes, hears",
    [
        ({}, True),
        ({"domain_id": 5}, False),
        ({"tag": "blue"}, False),
        ({"networks": ("cam-lan",)}, False),
        ({"networks": ("cam-lan", LAN)}, True),
    ],
)
def test_who_can_find_whom(changes, hears):
    one, other = speaker("a"), speaker("b", **changes)
    assert (one.hears(other), other.hears(one)) == (hears, hears)
    assert bool(graph(reader(one), writer(other)).audible(reader(one), CHATTER)) == hears


def test_a_report_has_so_many_and_what_every_node_has_is_left_out_first(monkeypatch):
    monkeypatch.setattr(endpoints, "MOST_IN_REPORT", 2)
    one = speaker("tb1", "talker")
    rows = graph(writer(one, "ros_discovery_info"), writer(one, "rt/z"), reader(one, "rt/a")).rows()
    assert [each["topic"] for each in rows] == ["rt/a", "rt/z"]
    assert rows[0] == {
        "topic": "rt/a",
        "type": "std_msgs::msg::dds_::String_",
        "kind": "reader",
        "guid": "tb1/talker-0 reads rt/a",
        "host": "tb1",
        "pod": "ros/talker-tb1",
        "workload": "talker",
        "label": "tb1/talker",
        "name": "/a",
        "ros_type": "std_msgs/msg/String",
        "reliability": "reliable",
        "durability": "volatile",
        "domain_id": 0,
        "networks": [LAN],
    }
