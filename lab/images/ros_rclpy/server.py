# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A ROS 2 service that answers "<n> from <host>"."""

from __future__ import annotations

import itertools

import manners
from rclpy.node import Node
from std_srvs.srv import Trigger


def set_up(node: Node) -> None:
    """Answer whoever asks."""
    host, numbers = manners.host_name(), itertools.count(1)

    def answer(_request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        response.success, response.message = True, f"{next(numbers)} from {host}"
        manners.log("Answering", response.message)
        return response

    node.create_service(Trigger, "/answer", answer)
