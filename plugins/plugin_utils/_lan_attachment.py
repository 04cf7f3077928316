# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The attachment files of one host and LAN, which Multus reads there for definitions without spec.config.

Private to this collection. Pure; runs on the controller. What is on a host is read by module_utils/_attachments.py.
"""

from __future__ import annotations

from typing import Any, Mapping

from ..module_utils._attachments import OWNER_KEY
from ._addresses import network, usable_range
from ._manifests import fixed_lan


def attachment(lan: Mapping[str, Any], host: Mapping[str, Any]) -> dict[str, Any]:
    """The CNI configuration by which one host puts pods on a declared LAN, with addresses of its slice.

    `host` is the host's entry in ros_lan_host: nic (name), mtu (bytes), slice (CIDR).
    """
    first, last = usable_range(network(lan["subnet"]), network(host["slice"]))
    ranges = [[{"subnet": lan["subnet"], "rangeStart": first, "rangeEnd": last}]]
    ipam = {"type": "host-local", "ranges": ranges, **_routes(lan)}
    return {**_macvlan(lan["name"], host), "ipam": ipam, OWNER_KEY: {"slice": host["slice"]}}


def fixed_attachment(lan: Mapping[str, Any], host: Mapping[str, Any]) -> dict[str, Any]:
    """The same for pods that bring their address along, in Multus' annotation.

    The plugin `static` keeps no record: one of a pod that went without a word would keep its successor out.
    """
    ipam = {"type": "static", **_routes(lan)}
    named = _macvlan(fixed_lan(lan["name"]), host)
    return {**named, "capabilities": {"ips": True}, "ipam": ipam, OWNER_KEY: {"fixed": lan["name"]}}


def _routes(lan: Mapping[str, Any]) -> dict[str, Any]:
    """Those to other sites alone: the pod's default route stays on the cluster network."""
    routes = [{"dst": route["to"], "gw": route["via"]} for route in lan.get("routes") or ()]
    return {"routes": routes} if routes else {}


def _macvlan(name: str, host: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cniVersion": "1.0.0",
        "name": name,
        "type": "macvlan",
        "master": host["nic"],
        "mode": "bridge",
        "mtu": host["mtu"],
    }
