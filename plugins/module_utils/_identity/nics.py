# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which NICs lead out of a host, and by which it leaves by default. PRIVATE, may change at any time."""

from __future__ import annotations

import ipaddress
import re
import socket
import struct
from typing import Any, Optional, Sequence

from .._files import Files
from .._nics import Nic

# Ends of pods and of containers, and what CNI plugins, MicroK8s, Docker, libvirt and VPNs make.
_INNER_NAME = re.compile(
    r"(cali|veth|cni|flannel|cilium|lxc|lxd|docker|br-|virbr|vnet|vxlan|tap|tun|wg|kube|nodelocaldns|dummy|tailscale|zt)"
)
_CONTAINER_KINDS = ("", "veth", "macvlan", "ipvlan")
CALICO_MAC = "ee:ee:ee:ee:ee:ee"  # of the host's end of every pod, on every host
RTF_UP, RTF_REJECT = 0x1, 0x200


def read_identity_nics(files: Files, nics: Sequence[Nic]) -> list[dict[str, Any]]:
    """The NICs except loopback, each with its name, MAC ("" for none), addresses and whether it leads out of the host."""
    with_device = {nic.name for nic in nics if files.exists(f"/sys/class/net/{nic.name}/device")}
    return [
        {
            "name": nic.name,
            "mac": nic.mac or "",
            "physical": leads_out(nic, with_device),
            "addresses": list(nic.addresses),
        }
        for nic in nics
        if not nic.loopback
    ]


def leads_out(nic: Nic, with_device: set[str]) -> bool:
    """Whether other hosts see this NIC's MAC: it is hardware, or in a container that has none, its own way out.

    `with_device`: names of the NICs behind which the kernel knows a device. A VLAN, bond or bridge shows the MAC of
    the hardware below it, which is judged itself.
    """
    if with_device:
        return nic.name in with_device
    inner = nic.master or nic.mac == CALICO_MAC or _INNER_NAME.match(nic.name)
    return bool(nic.mac) and nic.kind in _CONTAINER_KINDS and not inner


def default_routes(table: str, nics: Sequence[Nic]) -> list[dict[str, str]]:
    """The IPv4 default routes in /proc/net/route, the one that the kernel prefers first.

    `gateway` is "" on a point-to-point link. `source` is the NIC's address in the gateway's network, else its first. A route
    by a NIC of `nics` without carrier leads nowhere, and is left out.
    """
    dead = {nic.name for nic in nics if not nic.carrier}
    routes = []
    for line in table.splitlines()[1:]:
        fields = line.split()
        if len(fields) < 8:
            continue
        name, destination, gateway, flags, metric, mask = (fields[i] for i in (0, 1, 2, 3, 6, 7))
        live = int(flags, 16) & (RTF_UP | RTF_REJECT) == RTF_UP and name not in dead
        if live and int(destination, 16) == 0 and int(mask, 16) == 0:
            routes.append((int(metric), name, _address(gateway)))
    addresses = {nic.name: nic.addresses for nic in nics}
    return [
        {"nic": name, "gateway": gateway, "source": _source(addresses.get(name, ()), gateway)}
        for _metric, name, gateway in sorted(routes, key=lambda route: route[0])
    ]


def _address(hexadecimal: str) -> str:
    """An address as the kernel prints it there: the four bytes of the network read as a number of this machine."""
    raw = struct.pack("=I", int(hexadecimal, 16))
    return socket.inet_ntoa(raw) if any(raw) else ""


def _source(addresses: Sequence[str], gateway: str) -> str:
    interfaces = [ipaddress.IPv4Interface(address) for address in addresses]
    near: Optional[ipaddress.IPv4Interface] = next(
        (one for one in interfaces if gateway and ipaddress.IPv4Address(gateway) in one.network), None
    )
    chosen = near or next(iter(interfaces), None)
    return str(chosen.ip) if chosen else ""
