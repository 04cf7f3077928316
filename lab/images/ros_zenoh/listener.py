#!/usr/bin/python3
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print every text heard on the topic of ROS 2's demo talker, until SIGTERM."""

from __future__ import annotations

import chatter
import manners
import sessions
import zenoh


def main() -> None:
    """Listen until told to end."""
    end = manners.EndSignal()
    domain = manners.domain_id()
    with sessions.of_node(end) as session:
        _subscriber = session.declare_subscriber(chatter.key(domain), print_heard)
        _endpoint = chatter.Endpoint(session, domain, "listener", chatter.SUBSCRIPTION)
        end.wait()


def print_heard(sample: zenoh.Sample) -> None:
    """Print the text of a sample, in the thread of Zenoh that received it."""
    manners.log("I heard", chatter.decoded(sample.payload.to_bytes()))


if __name__ == "__main__":
    main()
