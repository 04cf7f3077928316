# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables that are one for the whole fleet, and that an inventory gives to some of its hosts only.

Private to this collection. Pure.
"""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ...module_utils._finding import Finding
from .._and_list import and_list

# Read once for all hosts, by whichever host comes first.
FLEET_WIDE = (
    "fleet_address_book",
    "identity_domain",
    "identity_extra_hosts",
    "identity_resolution",
    "membership_control_plane",
    "membership_kubeconfig",
    "membership_workers",
    "ros_discovery_servers",
    "ros_lan_hosts",
    "ros_lan_networks",
    "ros_workloads",
)


def disagreements(declared: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    """A finding for each fleet-wide variable that is not the same on all hosts, {host: its variables}."""
    found = []
    for name in FLEET_WIDE:
        holders: list[tuple[Any, list[str]]] = []
        for host, variables in declared.items():
            value = variables.get(name)
            same = next((names for other, names in holders if other == value), None)
            if same is None:
                holders.append((value, [host]))
            else:
                same.append(host)
        if len(holders) > 1:
            found.append(_finding(name, holders))
    return found


def _finding(name: str, holders: Sequence[tuple[Any, list[str]]]) -> Finding:
    without = next((hosts for value, hosts in holders if value is None), [])
    having = [hosts for value, hosts in holders if value is not None]
    if len(having) == 1:
        what = f"is declared for {and_list(having[0])} and not for {and_list(without)}"
    else:
        what = f"is one thing for {', another for '.join(and_list(hosts) for hosts in having)}"
        what += f", and not declared for {and_list(without)}" if without else ""
    return Finding(
        "fleet-disagrees",
        f"{name}: {what}, and it is one for the whole fleet",
        "declare it once for all hosts (under all: vars:, or in group_vars/all.yml).",
    )
