# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Zenoh sessions: configured by the variables of rmw_zenoh, and opened without missing the signal to end."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from typing import Any

import manners
import zenoh

# What rmw_zenoh's own configuration files say, but that nodes are clients, which wait for a router as long as it takes:
# in a pod each is alone, so that all that it says has to go by a router.
COMMON: dict[str, Any] = {"scouting": {"multicast": {"enabled": False}}, "timestamping": {"enabled": True}}
NODE = {**COMMON, "mode": "client", "connect": {"endpoints": ["tcp/localhost:7447"], "timeout_ms": -1}}
ROUTER = {**COMMON, "mode": "router", "listen": {"endpoints": ["tcp/[::]:7447"]}}

WAITING = {"connect": "Waiting for a router", "listen": "Waiting for an address"}
LOOK_S = 0.1
LOOKS_IN_SILENCE = 10


def of_node(end: manners.EndSignal) -> zenoh.Session:
    """The session of a ROS node. Ends the program when its configuration does not let it wait for a router."""
    config = configuration("ZENOH_SESSION_CONFIG_URI", NODE)
    try:
        return opened(config, end, "connect")
    except zenoh.ZError as exc:
        sys.exit(f"There is no router at {endpoints(config, 'connect')}: {exc}")


def configuration(variable: str, default: dict[str, Any]) -> zenoh.Config:
    """What the file in ``variable`` says, else ``default``, with ``ZENOH_CONFIG_OVERRIDE`` on top.

    Ends the program when it cannot be, also where rmw_zenoh only leaves out what it does not understand in the latter.
    """
    path = os.environ.get(variable)
    try:
        config = zenoh.Config.from_file(path) if path else zenoh.Config.from_json5(json.dumps(default))
    except zenoh.ZError as exc:
        sys.exit(f"{variable} is {path!r}: {exc}")
    for setting in filter(None, os.environ.get("ZENOH_CONFIG_OVERRIDE", "").split(";")):
        name, _, value = setting.partition("=")
        try:
            config.insert_json5(name, value)
        except zenoh.ZError as exc:
            sys.exit(f"ZENOH_CONFIG_OVERRIDE has {setting!r}: {exc}")
    return config


def endpoints(config: zenoh.Config, kind: str) -> str:
    """The addresses to ``connect`` to or ``listen`` on, as a configuration writes them."""
    return config.get_json(f"{kind}/endpoints")[1:-1]


def opened(config: zenoh.Config, end: manners.EndSignal, kind: str) -> zenoh.Session:
    """A session that can ``connect`` to a router or ``listen``, however long that takes if it is configured to wait.

    Raises ZError; ends the program when told to end. Opened in a thread of its own, as nothing interrupts Zenoh in it.
    """
    outcome: queue.SimpleQueue[zenoh.Session | zenoh.ZError] = queue.SimpleQueue()

    def attempt() -> None:
        try:
            outcome.put(zenoh.open(config))
        except zenoh.ZError as exc:
            outcome.put(exc)

    threading.Thread(target=attempt, daemon=True).start()
    looks = 0
    while outcome.empty():
        if end.within(LOOK_S):
            sys.exit()
        looks += 1
        if looks == LOOKS_IN_SILENCE:
            manners.log(WAITING[kind], endpoints(config, kind))
    found = outcome.get()
    if isinstance(found, zenoh.ZError):
        raise found
    return found
