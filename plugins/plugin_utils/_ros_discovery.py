# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How ROS nodes find each other: the ways that can be declared, for a LAN or for one workload on it.

Private to this collection. Pure. Sources: REP-2003 of ROS's networking variables; Fast DDS' documentation of the discovery
server; Cyclone DDS' configuration reference (Discovery/Peers). What each of them does was run with ROS 2 Jazzy and Kilted.
"""

from __future__ import annotations

from typing import Any, Mapping

MULTICAST, PEERS, SERVER = "multicast", "peers", "server"
# What each middleware can do; Cyclone DDS has no discovery servers.
WAYS = {"fastrtps": (MULTICAST, PEERS, SERVER), "cyclonedds": (MULTICAST, PEERS)}
ALL_WAYS = (MULTICAST, PEERS, SERVER)


def way_of(workload: Mapping[str, Any], network: Mapping[str, Any]) -> str:
    """How the workload finds others: as it says itself, else as its LAN does, else by multicast."""
    return str(workload.get("discovery") or network.get("discovery") or MULTICAST)
