#!/usr/bin/python3
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Publish "Hello World: <n> from <host>" on the topic of ROS 2's demo talker, twice a second, until SIGTERM."""

from __future__ import annotations

import itertools

import chatter
import manners
import sessions

PERIOD_S = 0.5


def main() -> None:
    """Publish at once and then every PERIOD_S, whoever listens."""
    end = manners.EndSignal()
    domain = manners.domain_id()
    with sessions.of_node(end) as session:
        publisher = session.declare_publisher(chatter.key(domain))
        endpoint = chatter.Endpoint(session, domain, "talker", chatter.PUBLISHER)
        host = manners.host_name()
        for number in itertools.count(1):
            text = f"Hello World: {number} from {host}"
            publisher.put(chatter.encoded(text), attachment=endpoint.attachment())
            manners.log("Publishing", text)
            if end.within(PERIOD_S):
                return


if __name__ == "__main__":
    main()
