# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of topics and types in ROS and in DDS, and names that are almost the same."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._topic_words import ros_type
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery import topic_names as names


@pytest.mark.parametrize(
    "topic, name, of_every_node",
    [
        ("rt/chatter", "/chatter", False),
        ("rt/tb1/scan", "/tb1/scan", False),
        ("chatter", "chatter", False),
        ("rq/addRequest", "service /add", False),
        ("rr/tb1/addReply", "service /tb1/add", False),
        ("rr/add", "rr/add", False),
        ("rq/node/set_parametersRequest", "service /node/set_parameters", True),
        ("rr/node/get_type_descriptionReply", "service /node/get_type_description", True),
        ("rt/rosout", "/rosout", True),
        ("rt/tb1/rosout", "/tb1/rosout", False),
        ("ros_discovery_info", "ros_discovery_info", True),
    ],
)
def test_topics(topic, name, of_every_node):
    assert (names.ros_name(topic), names.is_of_every_node(topic)) == (name, of_every_node)


@pytest.mark.parametrize(
    "of_dds, of_ros",
    [
        ("std_msgs::msg::dds_::String_", "std_msgs/msg/String"),
        ("example_interfaces::srv::dds_::AddTwoInts_Request_", "example_interfaces/srv/AddTwoInts_Request"),
        ("Chatter", "Chatter"),
    ],
)
def test_types(of_dds, of_ros):
    assert ros_type(of_dds) == of_ros
    assert "/" not in of_ros or names.dds_type(of_ros) == of_dds


def test_a_name_without_a_slash_is_in_the_root_namespace():
    assert names.dds_topic("chatter") == names.dds_topic("/chatter") == "rt/chatter"


@pytest.mark.parametrize(
    "one, other, how",
    [
        ("chatter", "rt/chatter", names.PREFIX),
        ("/chatter", "rt/chatter", names.PREFIX),
        ("rt/Chatter", "rt/chatter", names.CASE),
        ("rt/tb1/chatter", "rt/chatter", names.NAMESPACE),
        ("rt/tb1/arm/chatter", "rt/arm/chatter", names.NAMESPACE),
        ("rt/tb1/chatter", "rt/tb2/chatter", ""),  # two robots
        ("rt/chatter", "rt/chatter", ""),
        ("rt/my_chatter", "rt/chatter", ""),
        ("tb1/chatter", "rt/chatter", ""),
        ("Chatter", "rt/chatter", ""),
        ("rt/rosout", "rt/tb1/rosout", ""),
        ("rq/addRequest", "rq/tb1/addRequest", ""),
    ],
)
def test_names_that_are_almost_the_same(one, other, how):
    assert names.difference(one, other) == names.difference(other, one) == how
