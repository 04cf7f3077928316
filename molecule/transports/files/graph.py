# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run in a pod: whether a node there comes to see, and goes on to see, so many publishers of each topic ({topic: number})."""

import json
import os
import sys
import time

# A client of a discovery server is told what it matches, such a one all that its servers know.
os.environ["ROS_SUPER_CLIENT"] = "TRUE"
import rclpy  # noqa: E402 - it reads the environment as it is loaded

DEADLINE_S, STEADY_S = 20, 3

wanted = json.loads(sys.argv[1])
rclpy.init()
node = rclpy.create_node("onlooker")
began = right_since = time.monotonic()
while True:
    seen = {topic: node.count_publishers(topic) for topic in wanted}
    now = time.monotonic()
    if seen != wanted:
        right_since = now
    elif now - right_since > STEADY_S:
        break
    if now - began > DEADLINE_S:
        sys.exit(f"{seen} and not {wanted}; nodes: {sorted(node.get_node_names())}")
    time.sleep(0.1)
