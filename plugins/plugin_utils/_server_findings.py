# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with declared discovery servers, and with the addresses that stay, which they and peers need.

Private to this collection. Pure; runs on the controller.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Collection, Iterator, Mapping

from ..module_utils._finding import WARNING, Finding
from . import _fixed_addresses
from ._declared_findings import hosts_findings, image_findings, lan_findings, name_findings
from ._discovery_servers import MOST_NUMBERS, ROUTER, kind_of
from ._inputs import listed
from ._workloads import Plan, claims, lan_of


def of_servers(plan: Plan, groups: Collection[str] = ()) -> list[Finding]:
    """Everything wrong with the servers. `groups` are those of the inventory."""
    found = []
    names = [str(each.get("name", "")) for each in (*plan.servers, *plan.workloads)]
    for name in sorted({str(server.get("name", "")) for server in plan.servers}):
        if names.count(name) > 1:
            message = f"discovery server {name}: another server, or a workload, has this name too"
            found.append(Finding("server-twice", message, "give each a name of its own"))
    for server in plan.servers:
        who = f"discovery server {server.get('name') or '(without a name)'}"
        wrong = [*name_findings(server), *image_findings(server), *lan_findings(server, plan.networks)]
        wrong += [*_places(server, plan, groups), *_port(server), *listed("command", server.get("command"))]
        found += [replace(each, message=f"{who}: {each.message}") for each in wrong]
    return found


def unasked(plan: Plan) -> Iterator[Finding]:
    """Servers that nobody asks, and that therefore do not run."""
    for server in plan.servers:
        if not plan.users[server["name"]]:
            yield Finding(
                "server-unasked",
                f"discovery server {server['name']}: no workload asks it, and it does not run",
                f"discovery: {'zenoh' if kind_of(server) == ROUTER else 'server'} for a LAN or a workload, or take it out",
                WARNING,
            )


def of_addresses(plan: Plan) -> list[Finding]:
    """Where a LAN has not as many `fixed` addresses as are needed. What is declared is sound otherwise."""
    needed: dict[str, int] = {}
    for lan in claims(plan).values():
        needed[lan] = needed.get(lan, 0) + 1
    found = []
    for lan, number in needed.items():
        there = len(_fixed_addresses.addresses(plan.networks[lan]))
        if number > there:
            has = f"fixed has {there}" if there else "fixed is not declared"
            found.append(
                Finding(
                    "fixed-too-small",
                    f"LAN {lan}: {number} addresses that stay are needed, for discovery servers and for workloads that look "
                    f"for peers, and {has}",
                    f"fixed: a part of {plan.networks[lan]['subnet']} in ros_lan_networks, beside the pool, that DHCP and "
                    "hosts leave free",
                )
            )
        elif any(lan_of(server, plan.networks) == lan for server in plan.servers):
            found += _numbers(lan, plan)
    return found


def _numbers(lan: str, plan: Plan) -> Iterator[Finding]:
    """Fast DDS knows a server by a number, which is that of its address."""
    last = _fixed_addresses.addresses(plan.networks[lan])[-1]
    number = _fixed_addresses.number_of(last, plan.networks.values())
    if number >= MOST_NUMBERS:
        yield Finding(
            "fixed-too-large",
            f"LAN {lan}: with the LANs before it there are {number + 1} fixed addresses, and Fast DDS has numbers for "
            f"{MOST_NUMBERS} discovery servers",
            f"smaller parts as fixed, of {MOST_NUMBERS} addresses together, such as one /24; LANs with servers come first",
        )


def _places(server: Mapping[str, Any], plan: Plan, groups: Collection[str]) -> Iterator[Finding]:
    each_host = server.get("each_host")
    if kind_of(server) == ROUTER and not each_host:
        message = (
            "a Zenoh router is one of every host, so that a robot goes on without the network; all of them are linked"
        )
        yield Finding("server-places", message, "each_host: true instead of hosts")
    elif each_host and server.get("hosts") is not None:
        yield Finding("server-places", "it has both each_host and hosts", "one of them")
    elif each_host and server.get("separate"):
        message = "on each host there is one already, and separate makes one for each host that asks"
        yield Finding("server-places", message, "take separate out, or write hosts instead of each_host")
    elif not each_host:
        yield from hosts_findings(server, list(plan.nodes), groups)


def _port(server: Mapping[str, Any]) -> Iterator[Finding]:
    port = server.get("port")
    if port is None or (str(port).isdecimal() and 1024 <= int(port) <= 65535):
        return
    yield Finding(
        "server-port", f"port {port!r} is none that a server can have", "a number from 1024 to 65535, or leave it out"
    )
