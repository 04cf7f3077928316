# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Topics in the report, and summed up for people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery import topics
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.report import build_report, failure

from .fleet import LAN, evidence, healthy, heard, pod, target
from .topic_graph import CHATTER, ask, said

SUBSCRIBES = {"name": "listener", "hosts": ["b"], "subscribes": [{"topic": "/chatter"}]}


def fleet(reliability="reliable", kind="reader"):
    """A talker on the host a and a listener in a pod on b."""
    targets = healthy("a", "b")
    inside = target("b", "pod", LAN, "ros/listener-b", "ros0", address="10.0.0.9")
    ask(targets[0], "0a", said("0a", reliability=reliability), said("0a", topic="rt/rosout", number=4))
    ask(inside, "0b", said("0b", kind, number=5))
    for each in targets[0], targets[3]:
        each["heard"] += [heard("0c", vendor_id="01.0f", address="10.0.0.77")]
    return [*targets, inside], [pod("listener-b", "b", namespace="ros", workload="listener")]


def report(reliability="reliable", kind="reader", **more):
    targets, pods = fleet(reliability, kind)
    # The pod is one of its own that hears nobody else.
    made = build_report(evidence(targets, pods=pods, samples=[], **{"workloads": [SUBSCRIBES], **more}))
    return {**made, "diagnoses": [each for each in made["diagnoses"] if each["code"] in topics.SEVERITIES]}


def codes(made):
    return [(each["code"], each["severity"]) for each in made["diagnoses"]]


def test_who_writes_and_reads_what_is_in_the_report():
    made = report()
    assert codes(made) == []
    assert [(each["topic"], each["kind"], each["host"], each["pod"]) for each in made["endpoints"]] == [
        (CHATTER, "reader", "b", "ros/listener-b"),
        (CHATTER, "writer", "a", None),
        ("rt/rosout", "writer", "a", None),
    ]
    assert made["endpoints_left_out"] == 0
    assert made["endpoints_asked"] == {"complete": 2, "partly": 0, "not_asked": 1}
    asked = {each["guid_prefix"]: each["topics_asked"] for each in made["participants"]}
    assert asked == {"0a": "complete", "0b": "complete", "0c": "no"}
    json.dumps(made)


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"reliability": "best-effort"}, [("qos-mismatch", "error")]),
        ({"kind": "writer"}, [("endpoint-missing", "error")]),
    ],
)
def test_what_does_not_match_fails_the_fleet(changes, expected):
    made = report(**changes)
    assert (made["verdict"], codes(made)) == ("fail", expected)


def test_what_nobody_looked_at_is_not_in_the_report():
    targets, pods = fleet()
    for each in targets:
        each.update(endpoints=[], endpoints_asked=[])
    made = build_report(evidence(targets, pods=pods, workloads=[SUBSCRIBES], ask_endpoints=False))
    made["diagnoses"] = [each for each in made["diagnoses"] if each["code"] in topics.SEVERITIES]
    assert codes(made) == [("endpoint-unproven", "warning"), ("topics-unasked", "info")]
    assert not [key for key in made if key.startswith("endpoints")]


def test_what_was_not_looked_at_though_declared_is_no_pass():
    targets, pods = fleet()
    made = build_report(
        evidence(targets[:-1], pods=pods, samples=[], workloads=[{**SUBSCRIBES, "discovery": "server"}])
    )
    assert (made["verdict"], [each["code"] for each in made["diagnoses"]]) == (
        "unknown",
        ["no-listener", "endpoint-unproven"],
    )
    assert ["endpoint-unproven" in line for line in failure(made)] == [True]


def test_summed_up_by_topic_with_what_does_not_match_first():
    made = report("best-effort")
    made["endpoints"].append(
        {**made["endpoints"][0], "topic": "rt/a", "name": "/a", "host": None, "label": "10.0.0.77"}
    )
    first, second, third = topics.summed_up(made)
    assert (first.name, first.type, first.writers, first.readers) == (
        "/chatter",
        "std_msgs/msg/String",
        ["a"],
        ["b/listener"],
    )
    assert (first.codes, first.written_on, first.read_on) == (["qos-mismatch"], {"a"}, {"b"})
    assert (second.name, second.read_on, second.codes) == ("/a", {""}, [])
    assert (third.name, third.of_every_node) == ("/rosout", True)
    assert topics.summed_up({"diagnoses": []}) == []


def test_many_that_do_not_match_are_told_in_short():
    targets = healthy("a")
    ends = [
        said("0a", kind, f"rt/t{number}", number=number, reliability=reliability)
        for number in range(topics.MOST_TOLD + 7)
        for kind, reliability in (("writer", "best-effort"), ("reader", "reliable"))
    ]
    ask(targets[0], "0a", *({**each, "guid": f"{each['guid']}{each['kind']}"} for each in ends))
    made = build_report(evidence(targets))
    found = [each for each in made["diagnoses"] if each["code"] == "qos-mismatch"]
    assert len(found) == topics.MOST_TOLD + 1 and found[-1]["message"].startswith("7 more topics have publishers")
    assert all(each.codes == ["qos-mismatch"] for each in topics.summed_up(made))


@pytest.mark.parametrize(
    "counts, text",
    [
        ((0, 0, 0), "No participant was there to be asked for its topics."),
        ((3, 0, 0), "3 of 3 participants have told what they write and read."),
        (
            (3, 1, 2),
            "3 of 6 participants have told what they write and read, 1 not all of it; not asked: 2, so what these have is not "
            "known.",
        ),
    ],
)
def test_of_how_many_the_topics_are_known(counts, text):
    named = dict(zip(("complete", "partly", "not_asked"), counts))
    assert topics.asked_text({"endpoints_asked": named}) == text


def test_the_page_for_people_has_a_row_for_each_code():
    page = (Path(__file__).parents[5] / "docs/troubleshooting.md").read_text()
    assert [code for code in topics.SEVERITIES if f"\n| `{code}`" not in page] == []
