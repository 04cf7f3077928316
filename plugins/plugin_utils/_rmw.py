# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a ROS middleware in a pod is told to use the attachment's interface and nothing else, and whom to look for there.

Private to this collection. Pure. Sources: rmw_cyclonedds and Cyclone's configuration reference (General/Interfaces,
Discovery/Peers); Fast DDS' interfaceWhiteList, tried on 2.9.1 and 3.1.2, and its initialPeersList, on 2.14.5 and 3.2.3.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Mapping, Optional, Sequence

from ._addresses import network
from ._manifests import LAN_NIC

# Of one pod, by whose numbers it is found by unicast: what rmw_cyclonedds allows.
MOST_PARTICIPANTS = 32
IMPLEMENTATIONS = {"cyclonedds": "rmw_cyclonedds_cpp", "fastrtps": "rmw_fastrtps_cpp", "zenoh": "rmw_zenoh_cpp"}

# What else the two are called, RMW_IMPLEMENTATION's names among it.
_NAMES = {
    "cyclonedds": ("cyclone", "cyclonedds", "rmw_cyclonedds", "rmw_cyclonedds_cpp"),
    "fastrtps": (
        *("fastdds", "fastrtps", "rmw_fastdds", "rmw_fastrtps", "rmw_fastrtps_cpp", "rmw_fastrtps_dynamic_cpp"),
    ),
    "zenoh": ("zenoh", "rmw_zenoh", "rmw_zenoh_cpp"),
}

# An image may bring other values along, such as ROS_LOCALHOST_ONLY=1. In a pod they are those that ROS has without them:
# it looks on the LAN that it is bound to. The second one is what the first became with ROS 2 Iron.
ON_THE_LAN = {"ROS_LOCALHOST_ONLY": "0", "ROS_AUTOMATIC_DISCOVERY_RANGE": "SUBNET"}
# Where it looks for named peers, the middleware's own configuration says whom, with every ROS 2: Humble does not know
# ROS_STATIC_PEERS yet. By this value the later ones leave that configuration alone.
AS_CONFIGURED = {"ROS_LOCALHOST_ONLY": "0", "ROS_AUTOMATIC_DISCOVERY_RANGE": "SYSTEM_DEFAULT"}

# ParticipantIndex auto and 32: what rmw_cyclonedds sets, so that ports are those of a ROS node outside a pod.
_CYCLONE_URI = (
    '<CycloneDDS><Domain Id="any">'
    f'<General><Interfaces><NetworkInterface name="{LAN_NIC}"/></Interfaces>%s</General>'
    "<Discovery><ParticipantIndex>auto</ParticipantIndex>"
    f"<MaxAutoParticipantIndex>{MOST_PARTICIPANTS}</MaxAutoParticipantIndex>%s</Discovery>"
    "</Domain></CycloneDDS>"
)

# rmw_zenoh's variable for settings that differ from its defaults, for a session as for a router.
ZENOH_VARIABLE = "ZENOH_CONFIG_OVERRIDE"
# Without the first, a session ends at once where its router is not there yet. And a router that is back is found in a second.
_ZENOH_WAITS = {
    "connect/timeout_ms": -1,
    "connect/exit_on_failure": False,
    "connect/retry": {"period_init_ms": 1000, "period_max_ms": 1000, "period_increase_factor": 1},
    "scouting/multicast/enabled": False,
}

FAST_DDS_FILE = "profile.xml"
FAST_DDS_MOUNT = "/etc/rosfleet/fastdds"
# A ConfigMap holds 1 MiB; this many addresses take a sixth of it.
FAST_DDS_MOST_ADDRESSES = 4096

# Only UDP: two pods of one host do not share memory, and a shared-memory locator between them would lose samples.
_FAST_DDS_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<profiles xmlns="http://www.eprosima.com/XMLSchemas/fastRTPS_Profiles">
  <transport_descriptors>
    <transport_descriptor>
      <transport_id>rosfleet</transport_id>
      <type>UDPv4</type>
{most}      <interfaceWhiteList>
{addresses}
      </interfaceWhiteList>
    </transport_descriptor>
  </transport_descriptors>
  <participant profile_name="rosfleet" is_default_profile="true">
    <rtps>
{peers}      <userTransports>
        <transport_id>rosfleet</transport_id>
      </userTransports>
      <useBuiltinTransports>false</useBuiltinTransports>
    </rtps>
  </participant>
</profiles>
"""


@dataclass(frozen=True)
class Wiring:
    """What the middleware of a pod has to be told.

    `ranges` (CIDR) hold the addresses that a pod of the LAN may have. `peers` are those of the nodes to look for, by unicast
    alone; None where multicast finds everybody. `servers` is ROS_DISCOVERY_SERVER, or empty; `router` the place of the Zenoh
    router ("address:port"), or empty.
    """

    lan: str
    ranges: tuple[str, ...]
    peers: Optional[tuple[str, ...]] = None
    servers: str = ""
    router: str = ""


def fast_dds_profile(wiring: Wiring) -> str:
    """A profile for every pod of a LAN: of the addresses each pod has one, and that is the one it uses.

    By address, as interface names are understood from Fast DDS 2.13 on only: an older one (2.6 of ROS 2 Humble) throws
    the whole profile away at a name, and announces itself on the cluster network as well.
    """
    addresses = (f"        <address>{address}</address>" for each in wiring.ranges for address in network(each))
    most = f"      <maxInitialPeersRange>{MOST_PARTICIPANTS}</maxInitialPeersRange>\n"
    return _FAST_DDS_PROFILE.format(
        addresses="\n".join(addresses),
        most="" if wiring.peers is None else most,
        peers="" if wiring.peers is None else _initial_peers(wiring.peers),
    )


def _initial_peers(peers: tuple[str, ...]) -> str:
    """Any takes the place of multicast, so that the list is never empty: a pod that is alone looks for itself."""
    locators = "".join(
        f"          <locator><udpv4><address>{address}</address></udpv4></locator>\n" for address in peers
    )
    return f"      <builtin>\n        <initialPeersList>\n{locators}        </initialPeersList>\n      </builtin>\n"


def fast_dds_config_map(wiring: Wiring) -> str:
    """The name carries the content, so that a new profile is a new pod template and the pods start again with it."""
    return f"rosfleet-fastdds-{wiring.lan}-{hashlib.sha256(fast_dds_profile(wiring).encode()).hexdigest()[:8]}"


def named(word: str) -> str:
    """Which of IMPLEMENTATIONS is called so; "" when it is none of them."""
    known = word.strip().lower().replace("-", "_").replace(" ", "")
    return next((rmw for rmw, names in _NAMES.items() if known in names), "")


def environment(rmw: str, wiring: Wiring) -> dict[str, str]:
    """The variables that choose the middleware, bind it to the attachment's interface, and say whom to look for."""
    variables = {"RMW_IMPLEMENTATION": IMPLEMENTATIONS[rmw], **(ON_THE_LAN if wiring.peers is None else AS_CONFIGURED)}
    if rmw == "cyclonedds":
        return {**variables, "CYCLONEDDS_URI": _cyclone_uri(wiring)}
    if rmw == "zenoh":
        return {**variables, ZENOH_VARIABLE: zenoh_session(wiring.router)}
    if wiring.servers:
        variables["ROS_DISCOVERY_SERVER"] = wiring.servers
    profile = f"{FAST_DDS_MOUNT}/{FAST_DDS_FILE}"
    # The first name is read by Fast DDS 3, the second by 2.
    return {**variables, "FASTDDS_DEFAULT_PROFILES_FILE": profile, "FASTRTPS_DEFAULT_PROFILES_FILE": profile}


def zenoh_session(router: str) -> str:
    """What a node's session has other than rmw_zenoh's defaults: it is a client of one router, and waits for it."""
    return _zenoh({"mode": "client", "connect/endpoints": [f"tcp/{router}"], **_ZENOH_WAITS})


def zenoh_router(own: str, others: Sequence[str]) -> str:
    """The same of a router: it listens on its own address alone, and is linked to all others."""
    linked = {"connect/endpoints": [f"tcp/{each}" for each in others], **_ZENOH_WAITS}
    return _zenoh({"listen/endpoints": [f"tcp/{own}"], "listen/timeout_ms": -1, **linked})


def _zenoh(settings: Mapping[str, Any]) -> str:
    return ";".join(f"{key}={json.dumps(value)}" for key, value in settings.items())


def _cyclone_uri(wiring: Wiring) -> str:
    if wiring.peers is None:
        return _CYCLONE_URI % ("", "")
    peers = "".join(f'<Peer Address="{address}"/>' for address in wiring.peers)
    return _CYCLONE_URI % ("<AllowMulticast>false</AllowMulticast>", f"<Peers>{peers}</Peers>")


def volumes(rmw: str, wiring: Wiring) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The pod's volumes and the container's mounts that the middleware's configuration needs."""
    if rmw != "fastrtps":
        return [], []
    return (
        [{"name": "fastdds", "configMap": {"name": fast_dds_config_map(wiring)}}],
        [{"name": "fastdds", "mountPath": FAST_DDS_MOUNT, "readOnly": True}],
    )
