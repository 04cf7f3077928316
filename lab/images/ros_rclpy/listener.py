# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print every text heard on the topic of ROS 2's demo talker."""

from __future__ import annotations

import manners
from rclpy.node import Node
from std_msgs.msg import String

DEPTH = 10


def set_up(node: Node) -> None:
    """Listen."""
    node.create_subscription(String, "/chatter", lambda message: manners.log("I heard", message.data), DEPTH)
