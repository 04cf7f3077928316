# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is declared of topics against what was seen: missing, without a publisher, or not looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._finding import Finding
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery import expectations
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.endpoint_findings import of_matching, of_names
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.expectations import (
    Expected,
    Looked,
    of_unasked,
)
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.probes import Probe

from .fleet import LAN, pod
from .topic_graph import CHATTER, HEADER, STRING, graph, reader, speaker, writer

TALKS = Expected("tb1", "talker", "writer", CHATTER, STRING, 0, LAN, "multicast")
HEARS = Expected("tb2", "listener", "reader", CHATTER, "", 0, LAN, "multicast")
TALKER, LISTENER = speaker("tb1", "talker"), speaker("tb2", "listener")
BOTH = [writer(TALKER), reader(LISTENER)]


def findings(wanted, endpoints=(), speakers=(), present=("tb1", "tb2"), **looked):
    seen = graph(*endpoints, speakers=speakers)
    told = [*of_matching(seen), *of_names(seen, {each.declared for each in wanted})]
    return list(
        expectations.of_expected(wanted, seen, told, Looked(probed={(host, LAN, 0) for host in present}, **looked))
    )


def test_what_is_declared_and_seen_is_well():
    assert findings([TALKS, HEARS], BOTH) == []
    assert findings([replace(HEARS, type=STRING)], BOTH) == []
    assert findings([], []) == []


@pytest.mark.parametrize(
    "wanted, endpoints, speakers, programs, said",
    [
        (
            TALKS,
            [writer(TALKER, type_=HEADER)],
            (),
            {},
            "talker on tb1 is declared to publish /chatter (std_msgs/msg/String) and is not seen to: its type is "
            "std_msgs/msg/Header and not std_msgs/msg/String.",
        ),
        (TALKS, [writer(TALKER, "rt/Chatter")], (), {}, "it publishes /Chatter instead."),
        (TALKS, [writer(TALKER, "rt/tb1/chatter")], (), {}, "it publishes /tb1/chatter instead."),
        (
            TALKS,
            [writer(TALKER, "rt/scan"), writer(TALKER, "rt/rosout")],
            (),
            {},
            "it was asked, and publishes /rosout and /scan.",
        ),
        (HEARS, [writer(LISTENER)], (), {}, "it was asked, and subscribes to nothing."),
        (HEARS, (), (), {}, "no participant of it was heard, so nobody could be asked."),
        (HEARS, (), [speaker("tb1", "listener")], {}, "no participant of it was heard"),  # on another host
        (
            HEARS,
            [reader(speaker("tb2", "listener", domain_id=5))],
            (),
            {},
            "its program is in domain 5 and not in 0.",
        ),
        (HEARS, (), (), {("tb2", "listener"): {5, 7}}, "its program is in domain 5 and 7 and not in 0."),
        (HEARS, (), (), {("tb2", "listener"): {0}}, "a program there is in domain 0 and answers no announcement"),
        (HEARS, (), (), {("tb2", "listener"): set()}, "no participant of it was heard"),
        (HEARS, (), [speaker("tb2", "listener", asked="no", tag="blue")], {}, "has the domain tag blue and hears no"),
        (replace(HEARS, runs=False), (), (), {}, "it has no pod there."),
    ],
)
def test_what_was_seen_instead(wanted, endpoints, speakers, programs, said):
    (found,) = findings([wanted], endpoints, speakers, programs=programs)
    assert (found.code, found.severity, found.network) == ("endpoint-missing", "error", LAN)
    assert said in found.message
    assert found.fix


def test_one_finding_for_all_hosts_that_lack_the_same():
    wanted = [replace(HEARS, host=f"tb{number}") for number in (1, 2, 3)]
    found = findings(wanted, [reader(speaker("tb3", "listener")), writer(TALKER)], present=("tb1", "tb2", "tb3"))
    assert [(each.code, each.hosts) for each in found] == [("endpoint-missing", ["tb1", "tb2"])]


def test_absent_hosts_are_not_held_against_the_rest():
    assert findings([TALKS, HEARS], [reader(LISTENER)], present=("tb2",)) == []


@pytest.mark.parametrize(
    "endpoints",
    [
        [writer(TALKER, reliability="best-effort"), reader(LISTENER)],
        [writer(TALKER), reader(LISTENER, type_=HEADER)],
        [writer(TALKER), reader(LISTENER, "chatter")],
        [writer(TALKER), reader(LISTENER, "rt/Chatter")],
    ],
)
def test_what_does_not_match_is_told_once(endpoints):
    assert findings([TALKS, HEARS, replace(HEARS, type=STRING)], endpoints) == []


@pytest.mark.parametrize(
    "endpoints, speakers, severity, said",
    [
        ([], [], "error", "nobody that it can hear publishes that."),
        ([writer(speaker("tb1", domain_id=5))], [], "error", "publishes that: tb1 does in domain 5."),
        ([writer(speaker("tb1", tag="blue"))], [], "error", "tb1 does with the domain tag blue."),
        ([writer(speaker("tb1", networks=("cam-lan",)))], [], "error", "tb1 does on cam-lan."),
        # Whom nobody asked may publish it.
        ([], [speaker("", asked="no")], "warning", "; what 10.0.0.77 may publish is not known."),
        ([], [speaker("", asked="no", domain_id=5)], "error", "nobody that it can hear publishes that."),
        ([writer(TALKER, "rt/scan")], [], "error", "nobody that it can hear publishes that."),
    ],
)
def test_a_declared_subscription_without_a_publisher(endpoints, speakers, severity, said):
    (found,) = findings([HEARS], [reader(LISTENER), *endpoints], speakers)
    assert (found.code, found.severity, found.hosts) == ("unpublished", severity, ["tb2"])
    assert said in found.message and found.message.startswith(
        "listener on tb2 subscribes to /chatter, as declared, and"
    )


def test_who_did_not_answer_may_publish_it():
    assert (
        findings([HEARS], [reader(LISTENER)], [speaker("tb1", "talker", asked="partly")]) == []
    )  # which is told there


def unproven(found):
    (one,) = found
    assert (one.code, one.severity) == ("endpoint-unproven", "warning")
    return one.message


@pytest.mark.parametrize("way", ["server", "zenoh"])
def test_who_tells_nothing_is_not_proven(way):
    assert unproven(findings([replace(TALKS, way=way), replace(HEARS, way=way)])) == (
        "Whether talker on tb1 and listener on tb2 has the topics that it is declared to have is not known: its nodes find "
        "others by a server, and answer nobody else."
    )


@pytest.mark.parametrize(
    "asked, said", [("no", "no answer came in time"), ("partly", "not all that it has came in time")]
)
def test_what_did_not_come_in_time_is_not_said_to_be_missing(asked, said):
    silent = speaker("tb2", "listener", asked=asked, prefix="another")
    for endpoints in ((), [writer(LISTENER)]):  # with another participant of the same pod that has told all
        assert said in unproven(findings([HEARS], endpoints, [silent]))


def test_of_a_host_that_is_cut_off_that_is_told_and_not_what_comes_of_it():
    silent = speaker("tb2", "listener", asked="no")
    for speakers in ((), [silent]):
        assert findings([HEARS], speakers=speakers, cut_off={("tb2", LAN)}, programs={("tb2", "listener"): {0}}) == []
    assert [each.code for each in findings([HEARS], [writer(LISTENER)], cut_off={("tb2", LAN)})] == ["endpoint-missing"]


def test_of_peers_that_nobody_heard_nothing_is_known():
    by_peers = replace(HEARS, way="peers")
    assert "its nodes look for named peers alone" in unproven(findings([by_peers]))
    assert [each.code for each in findings([by_peers], [writer(LISTENER)])] == ["endpoint-missing"]
    assert findings([TALKS, by_peers], BOTH) == []


def test_what_is_declared_for_a_domain_that_was_not_probed_is_not_known():
    assert "domain 5 was not probed" in unproven(findings([replace(HEARS, domain_id=5)]))


def test_nothing_is_proven_when_nobody_is_to_be_asked():
    assert "discovery_endpoints is off" in unproven(findings([TALKS], asked=False))
    assert [each.code for each in findings([replace(TALKS, runs=False)], asked=False)] == ["endpoint-missing"]


def test_what_workloads_declare():
    networks = [{"name": LAN}, {"name": "vpn", "discovery": "peers"}]
    workloads = [
        {"name": "talker", "hosts": ["tb1", "tb9"], "publishes": [{"topic": "chatter", "type": "std_msgs/msg/String"}]},
        {"name": "listener", "hosts": ["tb2"], "domain_id": 7, "lan": "vpn", "subscribes": [{"topic": "/chatter"}]},
        {"name": "quiet", "hosts": ["tb1"]},
    ]
    pods = [
        pod("talker-x", "node1", workload="talker"),
        pod("listener-x", "node2", workload="listener", leaving=True),
    ]
    assert expectations.expected(workloads, networks, pods, {"node1": "tb1", "node2": "tb2"}) == [
        TALKS,
        replace(TALKS, host="tb9", runs=False),
        Expected("tb2", "listener", "reader", CHATTER, "", 7, "vpn", "peers", runs=False),
    ]
    assert expectations.expected(workloads, [], pods, {}) == []


@pytest.mark.parametrize("explained, expected", [(("tb2", "listener"), []), (("tb2", "talker"), ["endpoint-missing"])])
def test_why_nobody_finds_a_program_is_told_once(explained, expected):
    assert [each.code for each in findings([HEARS], explained={explained})] == expected


def test_what_the_probes_looked_at():
    sockets = [{"domain_id": 5, "use": "discovery_multicast"}, {"domain_id": 6, "use": "user_unicast"}]
    probe = Probe("tb2", "pod", LAN, "ros/x", "tb2/listener", "ros0", workload="listener", around={"sockets": sockets})
    broken = Probe("tb3", "host", LAN, "", "tb3", "eth0", errors=("down",))
    host = Probe("tb2", "host", "cam-lan", "", "tb2", "eth0", around={"sockets": sockets})
    told = [
        Finding("wrong-domain", "", evidence={"pod": "ros/x"}),
        Finding("pod-not-ready", "", evidence={"pod": ""}),
        Finding("deaf-host", "", hosts=["tb2"], network=LAN),
        Finding("deaf-pair", "", hosts=["tb3"], network=LAN),
        Finding("no-participant", "", severity="warning", evidence={"pod": "ros/y"}),
        Finding("reverse-path", ""),
    ]
    assert expectations.looked([probe, replace(probe, around={}), broken, host], told, asked=True) == Looked(
        asked=True,
        probed={("tb2", LAN, 0), ("tb2", "cam-lan", 0)},
        programs={("tb2", "listener"): {5}},
        explained={("tb2", "listener")},
        cut_off={("tb2", LAN)},
    )


def test_whose_topics_are_not_known_is_said():
    seen = graph(speakers=[TALKER, speaker("tb2", asked="no"), speaker("tb3", asked="partly"), speaker("", asked="no")])
    (found,) = of_unasked(seen, asked=True)
    assert (found.code, found.severity, found.hosts) == ("topics-unasked", "info", ["tb2", "tb3"])
    assert list(of_unasked(graph(speakers=[TALKER]), asked=True)) == []
    (found,) = of_unasked(graph(), asked=False)
    assert "discovery_endpoints is off" in found.message
