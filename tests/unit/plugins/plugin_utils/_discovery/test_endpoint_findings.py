# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writers and readers that find each other and are not matched: what is said, how loudly, and when nothing is."""

from __future__ import annotations

import time

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.endpoint_findings import (
    Declared,
    of_matching,
    of_names,
)

from .topic_graph import CHATTER, HEADER, STRING, graph, reader, speaker, writer

H1, H2, H3 = speaker("h1", "talker"), speaker("h2", "listener"), speaker("h3", "listener")
BEST = {"reliability": "best-effort"}


def matching(*endpoints):
    return [each.finding for each in of_matching(graph(*endpoints))]


def brief(findings):
    return [(each.code, each.severity, list(each.hosts)) for each in findings]


def test_a_reader_that_no_writer_fits_is_an_error_and_told_with_what_to_change():
    (found,) = matching(writer(H1, **BEST), reader(H2))
    assert brief([found]) == [("qos-mismatch", "error", ["h1", "h2"])]
    assert found.message == (
        "/chatter: h1/talker offers reliability best-effort, and h2/listener asks for reliable, so h2/listener gets nothing."
    )
    assert "`--qos-reliability best_effort`" in found.fix and "let h1/talker offer reliable" in found.fix
    assert found.network == "ros-lan"
    assert found.evidence == {
        "domain_id": 0,
        "topic": CHATTER,
        "policy": "reliability",
        "writers": ["h1/talker offers best-effort"],
        "readers": ["h2/listener asks for reliable"],
    }


@pytest.mark.parametrize(
    "endpoints, expected",
    [
        ([writer(H1), reader(H2)], []),
        ([writer(H1, **BEST), reader(H2, **BEST)], []),
        ([writer(H1), reader(H2, **BEST)], []),
        ([writer(H1), reader(H2, durability="transient-local")], [("qos-mismatch", "error", ["h1", "h2"])]),
        # Another writer fits: it gets something.
        ([writer(H1, **BEST), writer(H3), reader(H2)], [("qos-mismatch", "warning", ["h1", "h2"])]),
        ([writer(H1, type_=HEADER), writer(H3), reader(H2)], [("type-mismatch", "warning", ["h1", "h2"])]),
        ([writer(H1, type_=HEADER), reader(H2)], [("type-mismatch", "error", ["h1", "h2"])]),
        # One topic and cause, many pairs: one finding.
        ([writer(H1, **BEST), reader(H2), reader(H3)], [("qos-mismatch", "error", ["h1", "h2", "h3"])]),
        # Each cause is told.
        (
            [writer(H1, **BEST), reader(H2, durability="transient-local")],
            [("qos-mismatch", "error", ["h1", "h2"]), ("qos-mismatch", "error", ["h1", "h2"])],
        ),
        # What one cannot hear is no matter of QoS.
        ([writer(speaker("h1", domain_id=5), **BEST), reader(H2)], []),
        ([writer(speaker("h1", tag="blue"), **BEST), reader(H2)], []),
        ([writer(speaker("h1", networks=("cam-lan",)), **BEST), reader(H2)], []),
        # No writer at all, no reader at all.
        ([reader(H2)], []),
        ([writer(H1, **BEST)], []),
        # What ROS makes by itself fails no fleet.
        ([writer(H1, "rt/rosout", **BEST), reader(H2, "rt/rosout")], [("qos-mismatch", "warning", ["h1", "h2"])]),
    ],
)
def test_what_is_said_of_whom(endpoints, expected):
    assert brief(matching(*endpoints)) == expected


def test_in_two_domains_it_is_told_for_each():
    there = [speaker(host, domain_id=5) for host in ("h1", "h2")]
    found = matching(writer(H1, **BEST), reader(H2), writer(there[0], **BEST), reader(there[1]))
    assert [each.evidence["domain_id"] for each in found] == [0, 5]


def test_who_is_starved_and_who_hears_others_is_told_apart():
    readers = [reader(H2), reader(H3, durability="transient-local")]
    found = matching(writer(H1, **BEST), writer(speaker("h4")), *readers)
    assert [each.message.partition(", so ")[2] for each in found if each.evidence["policy"] == "reliability"] == [
        "h3/listener gets nothing, and h2/listener gets only what others publish."
    ]


def test_types_in_words():
    (found,) = matching(writer(H1, type_=STRING), reader(H2, type_=HEADER))
    assert found.message == (
        "/chatter: h1/talker publishes it as std_msgs/msg/String, and h2/listener subscribes to it as std_msgs/msg/Header, so "
        "h2/listener gets nothing."
    )


def test_many_are_named_in_short():
    names = [speaker(f"h{number}", "listener") for number in range(20)]
    (found,) = matching(writer(H1, **BEST), *(reader(each) for each in names))
    assert "15 others ask for reliable" in found.message
    assert len(found.evidence["readers"]) == 6 and found.evidence["readers"][-1] == "and 15 more"
    assert len(found.hosts) == 20


def test_a_thousand_nodes_are_looked_at_quickly():
    nodes = [speaker(f"h{number % 50}", f"w{number}") for number in range(1000)]
    ends = [make(each, "rt/parameter_events") for each in nodes for make in (reader, writer)]
    began = time.process_time()
    assert matching(*ends) == []
    assert time.process_time() - began < 5


def names(*endpoints, declared=()):
    return [each.finding for each in of_names(graph(*endpoints), declared)]


@pytest.mark.parametrize(
    "endpoints, declared, severity",
    [
        ([writer(H1), reader(H3), reader(H2, "chatter")], (), "warning"),
        ([writer(H1, "chatter"), reader(H2)], (), "warning"),
        ([writer(H1, "chatter", type_="Chatter"), reader(H2)], (), "warning"),
        ([writer(H1), reader(H2, "rt/Chatter")], (), "warning"),
        ([writer(H1), reader(H2, "rt/Chatter", type_=HEADER)], (), None),
        ([writer(H1), reader(H2, "rt/tb1/chatter")], (), "warning"),
        # Somebody reads what is written, so that a robot's own topic of that name just has no writer.
        ([writer(H1), reader(H3), reader(H2, "rt/tb1/chatter")], (), None),
        ([writer(H1, "rt/tb2/chatter"), reader(H2, "rt/tb1/chatter")], (), None),
        # What is declared tells that one is meant.
        ([writer(H1), reader(H2, "chatter")], [Declared("h2", "listener", "reader", CHATTER)], "error"),
        ([writer(H1), reader(H2, "rt/Chatter")], [Declared("h2", "listener", "reader", "rt/Chatter")], "error"),
        ([writer(H1), reader(H2, "rt/Chatter")], [Declared("h1", "talker", "writer", "rt/Chatter")], "error"),
        (
            [writer(H1), reader(H3), reader(H2, "rt/tb1/chatter")],
            [Declared("h2", "listener", "reader", CHATTER)],
            "error",
        ),
        ([writer(H1), reader(H2, "chatter")], [Declared("h1", "talker", "writer", CHATTER)], "warning"),
        # It has a writer.
        ([writer(H1), writer(H3, "chatter"), reader(H2, "chatter")], (), None),
        ([writer(H1), writer(speaker("h3", domain_id=5), "chatter"), reader(H2, "chatter")], (), "warning"),
        # It could not hear the other either.
        ([writer(speaker("h1", domain_id=5)), reader(H2, "chatter")], (), None),
        ([reader(H2, "chatter")], (), None),
        ([writer(H1, "rt/rosout"), reader(H2, "rt/tb1/rosout")], (), None),
        ([writer(H1, "rr/addReply"), reader(H2, "rr/tb1/addReply")], (), None),
    ],
)
def test_names_that_are_almost_the_same(endpoints, declared, severity):
    found = names(*endpoints, declared=declared)
    assert [(each.code, each.severity) for each in found] == ([("topic-mismatch", severity)] if severity else [])


def test_what_to_do_about_a_name():
    (found,) = names(writer(H1), reader(H2, "chatter"))
    assert found.message == (
        "h2/listener subscribes to the topic chatter (no topic of ROS, without rt/), which nobody publishes, and h1/talker "
        "publishes /chatter (rt/ in DDS): the names are almost the same, and nothing flows."
    )
    assert "let the program without ROS name it rt/chatter" in found.fix
    assert (found.hosts, found.evidence["almost"]) == (["h1", "h2"], CHATTER)
    (found,) = names(writer(H1), reader(H2, "rt/tb1/chatter"))
    assert "`--ros-args -r /tb1/chatter:=/chatter`" in found.fix
