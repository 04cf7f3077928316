# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared topics: names and types as ROS has them, each refusal with the line to write."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._workload_topics import topic_findings


@pytest.mark.parametrize(
    "declared",
    [
        {},
        {"publishes": None, "subscribes": []},
        {"publishes": [{"topic": "chatter"}, {"topic": "/tb1/scan_2", "type": "sensor_msgs/msg/LaserScan"}]},
        {"subscribes": ({"topic": "/_hidden", "type": None},)},
        {"subscribes": [{"topic": "/add", "type": "example_interfaces/srv/AddTwoInts_Request"}]},
    ],
)
def test_good_ones(declared):
    assert list(topic_findings(declared)) == []


@pytest.mark.parametrize(
    "entries, code, said",
    [
        ("chatter", "no-list", "publishes has to be a list. Fix: write publishes: [{topic: /chatter}]"),
        ({"topic": "/a"}, "no-list", "publishes has to be a list"),
        (["chatter"], "no-topic", "publishes has an entry without a topic. Fix: write publishes: [{topic: /chatter}]"),
        ([{"type": "a/msg/B"}], "no-topic", "without a topic"),
        ([{"topic": 7}], "no-topic", "without a topic"),
        ([{"topic": "rt/chatter"}], "invalid-topic", "as DDS does. Fix: as ROS does, topic: /chatter"),
        ([{"topic": "~/scan"}], "invalid-topic", "its whole name, as `ros2 topic list` shows it"),
        ([{"topic": "/{node}/scan"}], "invalid-topic", "which is none that verify can look for"),
        ([{"topic": "/1st"}], "invalid-topic", "which is none"),
        ([{"topic": "/a//b"}], "invalid-topic", "which is none"),
        ([{"topic": "/a/"}], "invalid-topic", "which is none"),
        ([{"topic": "/a\n"}], "invalid-topic", "which is none"),
        ([{"topic": ""}], "invalid-topic", "which is none"),
        ([{"topic": "/a", "type": "std_msgs/String"}], "invalid-type", "Fix: type: std_msgs/msg/String"),
        ([{"topic": "/a", "type": "std_msgs::msg::dds_::String_"}], "invalid-type", "Fix: type: std_msgs/msg/String"),
        ([{"topic": "/a", "type": "std_msgs::msg::String"}], "invalid-type", "Fix: type: std_msgs/msg/String"),
        ([{"topic": "/a", "type": "String"}], "invalid-type", "such as std_msgs/msg/String"),
        ([{"topic": "/a", "type": ["x"]}], "invalid-type", "gives /a the type ['x'], which is none"),
    ],
)
def test_what_is_refused(entries, code, said):
    (found,) = topic_findings({"publishes": entries})
    assert (found.code, found.severity) == (code, "error")
    assert said in found.sentence


def test_both_keys_are_looked_at():
    assert [each.message[:10] for each in topic_findings({"publishes": "x", "subscribes": "y"})] == [
        "publishes ",
        "subscribes",
    ]
