# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Publish "Hello World: <n> from <host>" as ROS 2's demo talker does, but twice a second."""

from __future__ import annotations

import itertools

import manners
from rclpy.node import Node
from std_msgs.msg import String

PERIOD_S = 0.5
DEPTH = 10


def set_up(node: Node) -> None:
    """Publish at once and then every PERIOD_S, whoever listens."""
    publisher = node.create_publisher(String, "/chatter", DEPTH)
    host, numbers = manners.host_name(), itertools.count(1)

    def publish() -> None:
        text = f"Hello World: {next(numbers)} from {host}"
        publisher.publish(String(data=text))
        manners.log("Publishing", text)

    publish()
    node.create_timer(PERIOD_S, publish)
