#!/usr/bin/python3
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take part in a DDS domain by Dust DDS, with a reader on the topic of ROS 2's demo talker, until SIGTERM.

It stands for a middleware that the others discover and that discovers them, and no more: the Python binding (0.16) hands over
no text of a string, and its writers wait in vain for Cyclone DDS.
"""

from dataclasses import make_dataclass

import dust_dds
import manners

TOPIC = "rt/chatter"
# The binding takes the name of the type from the class.
String = make_dataclass("std_msgs::msg::dds_::String_", [("data", str)])


def main() -> None:
    """Be there; the reader lives as long as this function."""
    end = manners.EndSignal()
    participant = dust_dds.DomainParticipantFactory.get_instance().create_participant(domain_id=manners.domain_id())
    topic = participant.create_topic(topic_name=TOPIC, type_=String)
    reader = participant.create_subscriber().create_datareader(topic)
    manners.log("Taking part", topic.get_name())
    end.wait()
    del reader


if __name__ == "__main__":
    main()
