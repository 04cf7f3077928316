# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who speaks in a case: real programs of the lab's images, and how they are configured."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lab.bench.probing.images import FIXED_GUID, ONLY_LOCALHOST

CYCLONE, JAZZY, KILTED, ZENOH = "cyclone", "jazzy", "kilted", "zenoh"
URI = "CYCLONEDDS_URI"
SERVER_PORT = 11811
_TOLD = re.compile("ROS_DISCOVERY_SERVER|<Peer |STATIC_PEERS")
# Runs the image's own program of Cyclone DDS after a change to what it shares with the others.
_CHANGED = (
    "import sys; sys.path.insert(0, '/opt/lab-ros'); import chatter; {change}; import {program}; {program}.main()"
)
BEST_EFFORT = (
    "from cyclonedds.core import Policy, Qos; from cyclonedds.topic import Topic; "
    "chatter.topic = lambda p: Topic(p, chatter.TOPIC, chatter.String, qos=Qos(Policy.Reliability.BestEffort))"
)
OTHER_TOPIC = "chatter.TOPIC = 'chatter'"
OTHER_TYPE = "chatter.String.__idl__.idl_transformed_typename = 'std_msgs::msg::dds_::Header_'"
# What `cyclonedds ps` and `ls` show, from the same topics of the middleware.
PS = """
import collections, os, time
from cyclonedds.builtin import BuiltinDataReader, BuiltinTopicDcpsParticipant, BuiltinTopicDcpsPublication
from cyclonedds.builtin import BuiltinTopicDcpsSubscription
from cyclonedds.domain import DomainParticipant
own = DomainParticipant(0)
kinds = (BuiltinTopicDcpsParticipant, BuiltinTopicDcpsPublication, BuiltinTopicDcpsSubscription)
readers = [BuiltinDataReader(own, kind) for kind in kinds]
time.sleep(1.5)
people, writers, listeners = (reader.take(N=100) for reader in readers)
count = lambda them: collections.Counter(each.topic_name for each in them if not each.topic_name.startswith("ros_"))
says = [f"{len(people) - 1} participants"]
for name in sorted({*count(writers), *count(listeners)}):
    if name.split("/")[-1] in ("chatter", "large"):
        says.append(f"{name}: {count(writers)[name]} writers, {count(listeners)[name]} readers")
print("ps:", "; ".join(says), flush=True)
"""


@dataclass(frozen=True)
class Part:
    """One program on a host; `ready` is what it prints when it is at work."""

    host: str
    image: str
    command: Sequence[str]
    settings: Mapping[str, str] = field(default_factory=dict)
    ready: str = ""
    listens: bool = False
    own_shm: bool = False  # as a container that shares no memory with the others of its host

    @property
    def serves(self) -> bool:
        """Whether it is a discovery server or a router, and no node."""
        return "server" in self.command[0] or "router" in self.command[0]

    @property
    def topic(self) -> tuple[str, str]:
        """What it is declared to do, and with which topic of DDS."""
        return "reader" if self.listens else "writer", "rt/large" if "large" in self.command[0] else "rt/chatter"

    @property
    def by_multicast(self) -> bool:
        """Whether it is a node that is told of no server and no peers."""
        return not self.serves and not _TOLD.search(f"{self.settings}")


def talker(host: str, image: str = CYCLONE, size: str = "", own_shm: bool = False, **settings: str) -> Part:
    """A talker of `/chatter`, or with size "large-" of 256 kB."""
    return Part(host, image, [f"lab-{size}talker"], settings, ready="Publishing", own_shm=own_shm)


def listener(host: str, image: str = CYCLONE, size: str = "", own_shm: bool = False, **settings: str) -> Part:
    """Who hears it."""
    return Part(host, image, [f"lab-{size}listener"], settings, listens=True, own_shm=own_shm)


def changed(host: str, program: str, change: str) -> Part:
    """The talker or listener of Cyclone DDS, changed."""
    command = ["python3", "-c", _CHANGED.format(change=change, program=program)]
    listens = program == "listener"
    return Part(host, CYCLONE, command, ready="" if listens else "Publishing", listens=listens)


def cyclone(nic: str = "", peers: Sequence[str] = (), tag: str = "") -> str:
    """A configuration of Cyclone DDS."""
    general = f'<Interfaces><NetworkInterface name="{nic}"/></Interfaces>' if nic else ""
    discovery = f"<Tag>{tag}</Tag>" if tag else ""
    if peers:
        general += "<AllowMulticast>false</AllowMulticast>"
        named = "".join(f'<Peer Address="{peer}"/>' for peer in peers)
        discovery += f"<Peers>{named}</Peers>"
    inside = f"<General>{general}</General><Discovery>{discovery}</Discovery>"
    return f'<CycloneDDS><Domain Id="any">{inside}</Domain></CycloneDDS>'


def server(host: str, address: str) -> Part:
    """A discovery server of Fast DDS."""
    return Part(host, JAZZY, ["lab-discovery-server", "-i", "0", "-l", address, "-p", str(SERVER_PORT)], ready=address)


def asking(address: str, port: int = SERVER_PORT) -> dict[str, str]:
    """The setting of a client of a discovery server."""
    return {"ROS_DISCOVERY_SERVER": f"{address}:{port}"}


def router(host: str) -> Part:
    """A Zenoh router on all addresses of a host."""
    return Part(host, ZENOH, ["lab-router"], ready="Listening")


def by_router(address: str) -> dict[str, str]:
    """The setting of a Zenoh session by a router at an address."""
    return {"ZENOH_CONFIG_OVERRIDE": f'connect/endpoints=["tcp/{address}:7447"]'}


WHITELIST, FIXED = ({"FASTRTPS_DEFAULT_PROFILES_FILE": profile} for profile in (ONLY_LOCALHOST, FIXED_GUID))
DEFAULT = (talker("h1", JAZZY), listener("h2"), listener("h3"))
