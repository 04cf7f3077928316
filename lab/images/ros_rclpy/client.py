# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask the lab's ROS 2 service once a second and print what it answers."""

from __future__ import annotations

import manners
from rclpy.client import Client
from rclpy.node import Node
from rclpy.task import Future
from std_srvs.srv import Trigger

PERIOD_S = 1.0


def set_up(node: Node) -> None:
    """Ask whenever there is somebody to answer."""
    client = node.create_client(Trigger, "/answer")
    node.create_timer(PERIOD_S, lambda: _ask(client))


def _ask(client: Client) -> None:
    if client.service_is_ready():
        client.call_async(Trigger.Request()).add_done_callback(_tell)


def _tell(answer: Future) -> None:
    manners.log("Answered", answer.result().message)
