# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts hang on their LANs, as a drawing and as a list; where there are too many, as a list."""

from __future__ import annotations

from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.page.graph import (
    MOST_HOSTS,
    MOST_LISTED,
    MOST_TOPICS,
    graph,
)
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.page.places import NOWHERE, places

from .reading import read
from .reports import big_report, failing_report, healthy_report, topics_report


def test_hosts_their_lans_and_who_is_on_them():
    there = {place.name: place for place in places(failing_report())}
    assert list(there) == ["base", "tb1", "tb2", "tb3", "tb4", "tb9", NOWHERE]
    assert there["tb1"].lans == {"ros-lan": (10, 14)}  # the cluster's own network is none of theirs
    assert (there["tb9"].absent, there["tb9"].lans) == (True, {})
    assert [name for name, _what in there[NOWHERE].participants] == ["camera", "10.88.1.78"]


def test_the_drawing_and_its_list_say_the_same():
    source = graph(healthy_report())
    text = read(source).text
    assert (source.count("<rect"), source.count('class="lan"')) == (3, 1)
    assert source == graph(healthy_report())
    assert "base on ros-lan: 22 of 22 with it heard" in text and "base; ros-lan: 22 of 22 with it heard" in text
    assert (
        text.count("ros/talker-tb1") == 2 and text.count("ros-lan: 22 of 22 with it heard") == 3 * 3
    )  # line, box and list


def test_somebody_deaf_is_seen_by_sign_and_word():
    source = graph(failing_report())
    not_all = [heard for place in places(failing_report()) for heard, pairs in place.lans.values() if heard != pairs]
    assert any(not_all) and source.count('class="bad">✗</text>') == len(not_all)
    assert "tb2; ros-lan: 6 of 14 with it heard" in read(source).text
    assert "tb9; absent" in read(source).text


def test_many_hosts_are_a_list_alone():
    source = graph(big_report(MOST_HOSTS + 1, 70))
    assert "<svg" not in source
    assert f"{MOST_HOSTS + 1} hosts on 1 LANs are too many to be drawn" in read(source).text
    assert "<svg" in graph(big_report(MOST_HOSTS, 0))


def test_topics_are_in_the_boxes_where_somebody_looked():
    text = read(graph(topics_report(9))).text
    assert "✗ reads /topic0" in text and "writes /topic1" in text and "✗ writes /topic1" not in text
    assert "and 3 more topics" in text and "writes /topic8" in text  # in the box, and in the list
    assert "parameter_events" not in text


def test_many_topics_are_counted_in_the_list_too():
    text = read(graph(topics_report(MOST_LISTED + 5))).text
    assert "5 more, in the table of topics" in text and f"and {MOST_LISTED + 5 - MOST_TOPICS} more topics" in text


def test_nobody_there():
    assert "No host was there." in graph({"hosts": [], "absent": [], "matrix": [], "participants": [], "diagnoses": []})
