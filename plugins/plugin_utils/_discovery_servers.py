# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fast DDS discovery servers and Zenoh routers as they are declared: which of them run, and which a workload asks.

Private to this collection. Pure. Sources: rmw_zenoh's README; Fast DDS' documentation (discovery server,
ROS_DISCOVERY_SERVER). That a client of two servers sees the union of both, and one of the other server alone nothing, was run
with Jazzy and Kilted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator, Mapping, Sequence

from ..module_utils import _zenoh
from ..module_utils._rtps import server_check
from ._ros_discovery import SERVER, ZENOH

FAST_DDS, ROUTER = "fastdds", "zenoh"
KINDS = {SERVER: FAST_DDS, ZENOH: ROUTER}  # by the way that goes through them
PORTS = {FAST_DDS: server_check.PORT, ROUTER: _zenoh.PORT}
COMMANDS = {FAST_DDS: ("fastdds", "discovery"), ROUTER: ("ros2", "run", "rmw_zenoh_cpp", "rmw_zenohd")}
# The number of a server is a byte of its GUID prefix, and its place in ROS_DISCOVERY_SERVER.
MOST_NUMBERS = 256


@dataclass(frozen=True)
class Instance:
    """One server that runs: `server` as it is declared, on `host`, for the nodes of `client` alone where that is a host."""

    server: str
    host: str
    client: str = ""

    @property
    def name(self) -> str:
        """What its Deployment is called, before the Node's name."""
        return f"{self.server}-{self.client}" if self.client else self.server


def instances(
    servers: Sequence[Mapping[str, Any]], hosts: Mapping[str, Sequence[str]], users: Mapping[str, Sequence[str]]
) -> list[Instance]:
    """All that have to run. By a server's name, `hosts` are those on its LAN, and `users` those whose workloads ask it."""
    return [
        instance
        for server in servers
        for instance in _of_server(server, hosts[server["name"]], users.get(server["name"], ()))
    ]


def _of_server(server: Mapping[str, Any], hosts: Sequence[str], users: Sequence[str]) -> Iterator[Instance]:
    name = str(server["name"])
    for host in places(server, hosts):
        if server.get("separate"):
            yield from (Instance(name, host, user) for user in users if user not in places(server, hosts))
        else:
            yield Instance(name, host)


def places(server: Mapping[str, Any], hosts: Sequence[str]) -> list[str]:
    """The hosts that a server runs on; `hosts` are those on its LAN."""
    return list(hosts) if server.get("each_host") else list(server.get("hosts") or [])


def asked(
    workload: Mapping[str, Any],
    host: str,
    servers: Sequence[Mapping[str, Any]],
    running: Sequence[Instance],
) -> list[Instance]:
    """Those of `running` that the workload asks on one host: its own of each host, and all of one that has several.

    Of a separate server a host asks those for its own nodes. On the server's own host somebody may want to know them all.
    """
    found = []
    for server in servers_of(workload, servers):
        everyone = [each for each in running if each.server == server["name"]]
        if server.get("each_host"):
            found += [each for each in everyone if each.host == host]
        elif server.get("separate") and host not in server["hosts"]:
            found += [each for each in everyone if each.client == host]
        else:
            found += everyone
    return found


def kind_of(server: Mapping[str, Any]) -> str:
    """Which of KINDS it is."""
    return str(server.get("kind") or FAST_DDS)


def servers_of(workload: Mapping[str, Any], servers: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those of the declared servers that the workload names; all of them when it names none."""
    names = workload.get("discovery_servers")
    return [server for server in servers if names is None or server["name"] in names]


def variable(places_by_number: Mapping[int, str]) -> str:
    """ROS_DISCOVERY_SERVER: `address:port` at the place that is the server's number, by which Fast DDS 2 knows it."""
    last = max(places_by_number, default=-1)
    return ";".join(places_by_number.get(number, "") for number in range(last + 1))
