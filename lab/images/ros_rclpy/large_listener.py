# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check every message of 256 kB that is heard, byte for byte, and print which it is."""

from __future__ import annotations

import large
import manners
from rclpy.node import Node
from std_msgs.msg import UInt8MultiArray

DEPTH = 10


def set_up(node: Node) -> None:
    """Listen."""
    node.create_subscription(UInt8MultiArray, "/large", _check, DEPTH)


def _check(message: UInt8MultiArray) -> None:
    size, title = len(message.data), large.title(message.data)
    if title is None:
        manners.log("Damaged", f"{size} bytes")
    else:
        manners.log("I heard", f"{size} bytes, {title}")
