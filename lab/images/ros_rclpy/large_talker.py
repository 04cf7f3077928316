# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Publish a message of 256 kB every second."""

from __future__ import annotations

import itertools

import large
import manners
from rclpy.node import Node
from std_msgs.msg import UInt8MultiArray

PERIOD_S = 1.0
DEPTH = 10


def set_up(node: Node) -> None:
    """Publish every PERIOD_S, whoever listens."""
    publisher = node.create_publisher(UInt8MultiArray, "/large", DEPTH)
    host, numbers = manners.host_name(), itertools.count(1)

    def publish() -> None:
        number = next(numbers)
        publisher.publish(UInt8MultiArray(data=large.content(number, host)))
        manners.log("Publishing", f"{large.SIZE} bytes, number {number} from {host}")

    node.create_timer(PERIOD_S, publish)
