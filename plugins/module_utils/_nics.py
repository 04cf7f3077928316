# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network interfaces of the network namespace that the calling thread is in, read by rtnetlink.

Private to this collection. rtnetlink instead of the `ip` program: robots may lack iproute2, and after `setns` a
socket answers for the namespace while /sys still shows the one it was mounted in.
Constants and layouts: linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h; see rtnetlink(7).
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass, replace
from typing import Any, Mapping, Optional

from ._netlink import attributes, dump, opened, text, u32
from ._wireless import access_points, is_wireless

NETLINK_ROUTE = 0
RTM_GETLINK = 18
RTM_GETADDR = 22
IFLA_ADDRESS = 1
IFLA_IFNAME = 3
IFLA_MTU = 4
IFLA_LINK = 5
IFLA_MASTER = 10
IFLA_LINKINFO = 18
IFLA_INFO_KIND = 1
IFLA_PROP_LIST = 52
IFLA_ALT_IFNAME = 53
IFA_ADDRESS = 1
IFA_LOCAL = 2
IFF_UP = 0x1
IFF_LOOPBACK = 0x8
IFF_MULTICAST = 0x1000
IFF_LOWER_UP = 0x10000
ARPHRD_ETHER = 1  # linux/if_arp.h; tunnels have other types

_IFINFO = struct.Struct("=BxHiII")  # family, device type (ARPHRD_*), index, IFF_* flags, change mask
_IFADDR = struct.Struct("=BBBBI")  # family, prefix length, flags, scope, index


@dataclass(frozen=True)
class Nic:
    """One interface as the kernel describes it."""

    index: int
    name: str
    mac: Optional[str]  # "02:00:0a:58:01:15", None where the device has none
    mtu: int  # bytes
    flags: int  # IFF_*
    kind: str = ""  # "" for hardware, else "macvlan", "bridge", "veth", ...
    wireless: bool = False  # best effort: read in /sys, which may show another namespace
    addresses: tuple[str, ...] = ()  # IPv4 with the prefix length of its network: "10.88.1.21/24"
    master: int = 0  # index of the bridge or bond that this NIC belongs to, 0 for none
    link: int = 0  # index of the NIC that this one is made on (a VLAN's), 0 for none
    ethernet: bool = True  # whether it carries Ethernet frames, as a tunnel does not
    alternative_names: tuple[str, ...] = ()  # of `ip link property add` and of systemd.link's AlternativeName=
    access_point: bool = False  # whether others join a Wi-Fi of which this NIC is the access point

    @property
    def loopback(self) -> bool:
        return bool(self.flags & IFF_LOOPBACK)

    @property
    def up(self) -> bool:
        return bool(self.flags & IFF_UP)

    @property
    def carrier(self) -> bool:
        """Whether there is somebody at the other end: a cable that is plugged in, a bridge with a port that is."""
        return bool(self.flags & IFF_LOWER_UP)

    @property
    def multicast(self) -> bool:
        return bool(self.flags & IFF_MULTICAST)


def describe(nic: Nic) -> dict[str, Any]:
    """The NIC as a module returns it."""
    return {
        "name": nic.name,
        "index": nic.index,
        "mac": nic.mac,
        "mtu": nic.mtu,
        "kind": nic.kind,
        "up": nic.up,
        "carrier": nic.carrier,
        "ethernet": nic.ethernet,
        "loopback": nic.loopback,
        "multicast": nic.multicast,
        "wireless": nic.wireless,
        "access_point": nic.access_point,
        "master": nic.master,
        "link": nic.link,
        "addresses": list(nic.addresses),
        "alternative_names": list(nic.alternative_names),
    }


def described(said: Mapping[str, Any]) -> Nic:
    """The NIC that `describe` described."""
    marks = {"up": IFF_UP, "carrier": IFF_LOWER_UP, "loopback": IFF_LOOPBACK, "multicast": IFF_MULTICAST}
    same = ("index", "name", "mac", "mtu", "kind", "wireless", "access_point", "master", "link", "ethernet")
    return Nic(
        **{key: said[key] for key in same},
        flags=sum(flag for mark, flag in marks.items() if said[mark]),
        addresses=tuple(said["addresses"]),
        alternative_names=tuple(said["alternative_names"]),
    )


def read_nics() -> list[Nic]:
    """All interfaces of this network namespace, ordered by index.

    Raises NetlinkError when the kernel answers with an error, OSError when there is no netlink socket to be had.
    """
    with opened(NETLINK_ROUTE) as sock:
        links = dump(sock, RTM_GETLINK, _IFINFO.pack(socket.AF_UNSPEC, 0, 0, 0, 0))
        addresses = dump(sock, RTM_GETADDR, _IFADDR.pack(socket.AF_INET, 0, 0, 0, 0))
    nics = [replace(nic, wireless=is_wireless(nic.name)) for nic in parse_nics(links, addresses)]
    points = access_points() if any(nic.wireless for nic in nics) else set()
    return [replace(nic, access_point=nic.index in points) for nic in nics]


def parse_nics(links: list[bytes], addresses: list[bytes]) -> list[Nic]:
    """Interfaces from the bodies of RTM_NEWLINK and RTM_NEWADDR messages (no I/O)."""
    cidrs: dict[int, list[str]] = {}
    for body in addresses:
        index, cidr = _parse_address(body)
        if cidr:
            cidrs.setdefault(index, []).append(cidr)
    nics = [_parse_link(body) for body in links]
    return sorted((replace(nic, addresses=tuple(cidrs.get(nic.index, ()))) for nic in nics), key=lambda nic: nic.index)


def _parse_link(body: bytes) -> Nic:
    unused_family, device_type, index, flags, unused_change = _IFINFO.unpack_from(body)
    given = dict(attributes(body[_IFINFO.size :]))
    mac = given.get(IFLA_ADDRESS, b"")
    info = dict(attributes(given.get(IFLA_LINKINFO, b"")))
    properties = attributes(given.get(IFLA_PROP_LIST, b""))
    return Nic(
        index=index,
        name=text(given.get(IFLA_IFNAME, b"")),
        mac=":".join(f"{byte:02x}" for byte in mac) if any(mac) else None,
        mtu=u32(given.get(IFLA_MTU, b"")),
        flags=flags,
        kind=text(info.get(IFLA_INFO_KIND, b"")),
        master=u32(given.get(IFLA_MASTER, b"")),
        link=u32(given.get(IFLA_LINK, b"")),
        ethernet=device_type == ARPHRD_ETHER,
        alternative_names=tuple(text(value) for kind, value in properties if kind == IFLA_ALT_IFNAME),
    )


def _parse_address(body: bytes) -> tuple[int, Optional[str]]:
    """Interface index and CIDR; on point-to-point links the own address is IFA_LOCAL, IFA_ADDRESS the far end."""
    family, prefix_length, unused_flags, unused_scope, index = _IFADDR.unpack_from(body)
    given = dict(attributes(body[_IFADDR.size :]))
    raw = given.get(IFA_LOCAL) or given.get(IFA_ADDRESS)
    if family != socket.AF_INET or raw is None:
        return index, None
    return index, f"{socket.inet_ntoa(raw)}/{prefix_length}"
