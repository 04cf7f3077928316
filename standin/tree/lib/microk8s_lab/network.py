# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of this host, as MicroK8s sees them."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterable, Mapping
from typing import Any

LOOPBACK = "127.0.0.1"
# Interfaces of pod networks, whose addresses are not the host's.
POD_INTERFACES = ("vxlan.calico", "flannel.1", "cni0", "ovn0")


def node_name() -> str:
    """The Node's name: the hostname in lower case."""
    return socket.gethostname().lower()


def outside_pod_networks(addresses: Iterable[str], links: Iterable[Mapping[str, Any]]) -> list[str]:
    """Those of the addresses that are neither link-local nor on a pod network; ``links`` is ``ip -json address``."""
    of_pods = {
        entry["local"]
        for link in links
        if link.get("ifname") in POD_INTERFACES
        for entry in link.get("addr_info", ())
        if "local" in entry
    }
    return [address for address in addresses if address not in of_pods and not address.startswith("169.254.")]


def host_addresses() -> list[str]:
    """This host's addresses in the order of ``hostname -I``, without those of pod networks."""
    words = _output("hostname", "-I").split()
    return outside_pod_networks(words, json.loads(_output("ip", "-json", "address", "show") or "[]"))


def default_address() -> str | None:
    """The source address of the IPv4 default route; None when there is no such route."""
    routes = json.loads(_output("ip", "-json", "-4", "route", "show", "default") or "[]")
    if not routes:
        return None
    if "prefsrc" in routes[0]:
        return routes[0]["prefsrc"]
    # A connected datagram socket sends nothing: it asks the routing table.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((routes[0].get("gateway", "192.0.2.1"), 9))
        return probe.getsockname()[0]


def delete_link(name: str) -> None:
    """Remove an interface; fine when it is not there."""
    subprocess.run(["ip", "link", "delete", name], stderr=subprocess.DEVNULL, check=False)


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
