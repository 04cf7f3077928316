# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How ROS nodes find each other: the ways that can be declared, for a LAN or for one workload on it.

Private to this collection. Pure. Sources: Fast DDS' documentation of the discovery server; Cyclone DDS' configuration reference
(Discovery/Peers); rmw_zenoh's README. What each does was run: with ROS 2 Jazzy and Kilted, Cyclone DDS, Zenoh.
"""

from __future__ import annotations

from typing import Any, Mapping

MULTICAST, PEERS, SERVER, ZENOH = "multicast", "peers", "server", "zenoh"
# What each middleware can do; Cyclone DDS has no discovery servers, and Zenoh is none of DDS.
WAYS = {"fastrtps": (MULTICAST, PEERS, SERVER), "cyclonedds": (MULTICAST, PEERS), "zenoh": (ZENOH,)}
ALL_WAYS = (MULTICAST, PEERS, SERVER, ZENOH)
# The ways that go through a server.
SERVED = (SERVER, ZENOH)


def way_of(workload: Mapping[str, Any], network: Mapping[str, Any]) -> str:
    """How the workload finds others: as it says itself, by its middleware or as its LAN does, else by multicast."""
    if not workload.get("discovery") and workload.get("rmw") == ZENOH:
        return ZENOH
    return str(workload.get("discovery") or network.get("discovery") or MULTICAST)
