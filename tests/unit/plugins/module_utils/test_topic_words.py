# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person reads of topics."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._topic_words import (
    MAX_LINES,
    WIDTH,
    ros_type,
    topic_lines,
)

STRING, TWIST = "std_msgs::msg::dds_::String_", "geometry_msgs::msg::dds_::Twist_"
WHOLE, PART = {"guid_prefix": "01", "complete": True}, {"guid_prefix": "02", "complete": False}


def writer(topic, kind=STRING):
    return {"kind": "writer", "topic": topic, "type": kind}


def reader(topic, kind=STRING):
    return {**writer(topic, kind), "kind": "reader"}


def said(*endpoints, asked=(WHOLE,), dropped=0):
    return topic_lines({"endpoints": list(endpoints), "endpoints_asked": list(asked), "endpoints_dropped": dropped})


@pytest.mark.parametrize(
    "endpoints, line",
    [
        ((), "topics of 1 asked: none"),
        ((writer("rt/chatter"),), "topics of 1 asked: /chatter (std_msgs/msg/String) 1 writer"),
        (
            (writer("rt/chatter"), reader("rt/chatter"), reader("rt/chatter"), reader("rt/cmd_vel", TWIST)),
            "topics of 1 asked: /chatter (std_msgs/msg/String) 1 writer, 2 readers; "
            "/cmd_vel (geometry_msgs/msg/Twist) 1 reader",
        ),
        (
            (writer("rt/chatter"), reader("rt/chatter", TWIST)),
            "topics of 1 asked: /chatter (geometry_msgs/msg/Twist or std_msgs/msg/String) 1 writer, 1 reader",
        ),
        ((writer("chatter", "Text"),), "topics of 1 asked: DDS topic chatter (Text) 1 writer"),
        (
            (writer("rt/rosout"), reader("rq/get/addRequest"), writer("rr/get/addReply")),
            "topics of 1 asked: 1 service; and those of every ROS node",
        ),
    ],
)
def test_topics_in_the_names_of_ros(endpoints, line):
    assert said(*endpoints) == [line]


def test_who_was_not_asked_is_no_word_worth_and_who_did_not_give_all_is():
    assert said(writer("rt/chatter"), asked=()) == []
    assert said(asked=(WHOLE, PART, PART), dropped=7) == [
        "topics of 3 asked, of which 2 not all: 7 writers and readers too many to keep"
    ]


def test_many_topics_take_few_lines():
    lines = said(*(writer(f"rt/{number:03}{'n' * 60}") for number in range(100)))
    assert len(lines) == MAX_LINES and max(map(len, lines)) <= WIDTH
    assert lines[-1] == "… and more: see endpoints."


@pytest.mark.parametrize(
    "name, shown",
    [
        (STRING, "std_msgs/msg/String"),
        ("example_interfaces::srv::dds_::AddTwoInts_Request_", "example_interfaces/srv/AddTwoInts_Request"),
        ("HelloWorld", "HelloWorld"),
    ],
)
def test_types_in_the_names_of_ros(name, shown):
    assert ros_type(name) == shown
