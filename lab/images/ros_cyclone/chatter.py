# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab's talker and listener share: the message, the topic and the manners of ROS 2's demo nodes.

A ROS 2 node hears these programs: topic and type carry the names that ROS 2 gives them in DDS, the QoS is that of
``rclcpp::QoS(10)`` and the participant's user data names the enclave. Which NICs are used is said by
``CYCLONEDDS_URI`` alone, as for rmw_cyclonedds_cpp.
"""

# No "from __future__ import annotations" here: cyclonedds reads the types of String's fields, not their names.
import os
from dataclasses import dataclass

import manners
from cyclonedds.core import Policy, Qos
from cyclonedds.domain import DomainParticipant
from cyclonedds.idl import IdlStruct
from cyclonedds.topic import Topic
from cyclonedds.util import duration

TOPIC = "rt/chatter"
TYPE = "std_msgs::msg::dds_::String_"
DEPTH = 10

# rmw_cyclonedds_cpp puts the same in front of the user's configuration: predictable unicast ports 7410 + 2n.
AS_RMW = (
    '<CycloneDDS><Domain Id="any"><Discovery><ParticipantIndex>auto</ParticipantIndex>'
    "<MaxAutoParticipantIndex>32</MaxAutoParticipantIndex></Discovery></Domain></CycloneDDS>"
)


@dataclass
class String(IdlStruct, typename=TYPE):
    """``std_msgs/msg/String``."""

    data: str


def join() -> DomainParticipant:
    """Enter the DDS domain as a ROS 2 context does."""
    os.environ["CYCLONEDDS_URI"] = ",".join(filter(None, (AS_RMW, os.environ.get("CYCLONEDDS_URI"))))
    qos = Qos(Policy.Userdata(b"enclave=/;"), Policy.EntityName("/"))
    return DomainParticipant(manners.domain_id(), qos=qos)


def topic(participant: DomainParticipant) -> Topic:
    """The chatter topic, reliable, volatile, keeping the last DEPTH samples."""
    qos = Qos(
        Policy.Reliability.Reliable(duration(milliseconds=100)),
        Policy.Durability.Volatile,
        Policy.History.KeepLast(DEPTH),
    )
    return Topic(participant, TOPIC, String, qos=qos)
