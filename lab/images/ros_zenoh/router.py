#!/usr/bin/python3
# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Route what Zenoh sessions and other routers say, until SIGTERM."""

from __future__ import annotations

import sys

import manners
import sessions
import zenoh


def main() -> None:
    """Route until told to end."""
    end = manners.EndSignal()
    config = sessions.configuration("ZENOH_ROUTER_CONFIG_URI", sessions.ROUTER)
    addresses = sessions.endpoints(config, "listen")
    try:
        session = sessions.opened(config, end, "listen")
    except zenoh.ZError as exc:
        sys.exit(f"The router cannot listen on {addresses}: {exc}")
    with session:
        manners.log("Listening on", addresses)
        end.wait()


if __name__ == "__main__":
    main()
