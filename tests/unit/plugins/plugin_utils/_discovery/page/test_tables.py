# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Participants, topics and samples as tables; and what nobody looked at is not said to be nothing."""

from __future__ import annotations

from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.page import tables

from .reading import read
from .reports import big_report, failing_report, healthy_report, topics_report


def test_participants_say_who_where_and_on_which_addresses():
    text = read(tables.participants(failing_report())).text
    assert "cameraeProsima Fast DDSunknown, says desk–10.88.1.77ros-lan0base" in text
    assert "2 in all." in text
    assert "Nobody was heard" in tables.participants({"participants": []})


def test_the_box_to_filter_by_is_there_for_the_script_alone():
    source = tables.participants(failing_report())
    assert '<p hidden><label>Show only rows with: <input type="search" name="participants">' in source
    assert 'id="participants"' in source and 'id="participants-shown"' in source


def test_what_is_too_much_is_said(monkeypatch):
    monkeypatch.setattr(tables, "BOUND", 3)
    text = read(tables.participants(big_report(2, 5))).text
    assert "5 in all." in text and "2 more are in discovery.json." in text


def test_topics_say_who_writes_and_reads_them_and_what_does_not_match():
    text = read(tables.topics(topics_report(2))).text
    assert "3 of 3 participants have told what they write and read." in text and "3 in all." in text
    assert "/topic0std_msgs/msg/Stringtb1base, tb2 (process 7)qos-mismatch" in text
    assert "/topic1std_msgs/msg/Stringtb1base, tb2 (process 7)–" in text
    assert text.index("/topic0") < text.index("/topic1") < text.index("/parameter_events")


def test_what_nobody_looked_at_is_not_said_to_be_nothing():
    assert tables.topics({}) is None
    text = read(tables.topics(healthy_report())).text
    assert "0 of 3 participants have told" in text and "No topic was heard of." in text


def test_many_endpoints_are_shown_and_what_is_left_out_is_counted():
    text = read(tables.topics({**topics_report(700), "endpoints_left_out": 17})).text
    assert "701 in all." in text and "17 more writers and readers are left out." in text


def test_samples():
    text = read(tables.samples(failing_report())).text
    assert "listener on base✓ heardI heardI heard: 1" in text
    assert "listener on tb2✗ not heardI heardwaiting for /chatter" in text
    assert "No workload declares" in tables.samples({"samples": []})
    assert "no pod" in tables.samples(
        {"samples": [{**healthy_report()["samples"][0], "pod": "", "line": "", "log_end": []}]}
    )
