# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts are on which LAN, where a fleet has several sites, and which LANs a router leads to.

Private to this collection. Pure; runs on the controller.
"""

from __future__ import annotations

from typing import Any, Iterable, Mapping, Sequence

from ._addresses import network


def hosts_on(lan: Mapping[str, Any], hosts: Iterable[str]) -> list[str]:
    """Those of `hosts` that are on a declared LAN: all of them, where it does not name its own."""
    own = lan.get("hosts")
    return [host for host in hosts if own is None or host in own]


def lans_of_host(lans: Sequence[Mapping[str, Any]], host: str) -> list[Mapping[str, Any]]:
    """Those of the declared LANs that a host is on."""
    return [lan for lan in lans if hosts_on(lan, [host])]


def leads_to(lan: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether what is on a LAN reaches the other by its routes, or both are one."""
    if lan["name"] == other["name"]:
        return True
    return any(network(other["subnet"]) in network(route["to"]) for route in lan.get("routes") or ())
