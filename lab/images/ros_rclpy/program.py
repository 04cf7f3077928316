#!/usr/bin/python3
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One ROS 2 node, of the kind that the name of the command says: ``lab-talker`` is what talker.py sets up."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import manners

END_NOTICED_S = 0.25


def main() -> None:
    """Be that node until told to end.

    Spun in turns with a look at the signals rather than by rclpy's own handlers, which end the context in the middle
    of a callback, so that what it publishes next would fail.
    """
    end = manners.EndSignal()
    domain_id = manners.domain_id()
    import rclpy  # takes a second or more, in which the end has to be kept already
    from rclpy.executors import SingleThreadedExecutor
    from rclpy.signals import SignalHandlerOptions

    name = Path(sys.argv[0]).name.removeprefix("lab-").replace("-", "_")
    rclpy.init(domain_id=domain_id, signal_handler_options=SignalHandlerOptions.NO)
    node = rclpy.create_node(name)
    importlib.import_module(name).set_up(node)
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    while not end.within(0):
        executor.spin_once(timeout_sec=END_NOTICED_S)
    rclpy.shutdown()


if __name__ == "__main__":
    main()
