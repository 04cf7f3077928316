# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a NIC's network namespace shows of DDS without a packet: its UDP ports, who has joined the group, what the kernel drops.

Private to this collection. Parsers are pure; reading is at the end. Sources: proc(5), ip-sysctl.rst of the kernel;
the columns are those of net/ipv4/udp.c and net/ipv4/igmp.c.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import sys
from dataclasses import dataclass, field
from typing import Iterator, Mapping, Optional

from ._port_indexes import indexes
from ._programs import Owner, read_programs
from ._rtps import ports
from ._rtps.parameters import printable
from ._rtps.sockets import GROUP
from ._zenoh_sockets import parse_tcp, zenoh_sockets

MOST_SOCKETS = 64
THREAD_NET = "/proc/thread-self/net"  # of the thread, which may have entered another network namespace than its process
SYSCTL = "/proc/sys/net/ipv4"
# Dropped for a sender that would not be answered by that NIC; dropped as a program did not read in time.
REVERSE_PATH, OVERFLOWS = ("TcpExt", "IPReversePathFilter"), ("Udp", "RcvbufErrors")
_UDP_LINE = re.compile(r"^\s*\d+: ([0-9A-F]{8}):([0-9A-F]{4}) .*$", re.MULTILINE)
_INODE_COLUMN = 9
_SOCKET_LINK = re.compile(r"socket:\[(\d+)\]")


@dataclass(frozen=True)
class UdpSocket:
    """A UDP socket of IPv4 that is bound to a port."""

    address: str
    port: int
    inode: int


@dataclass
class Around:
    """What was there before the probe spoke; with what was counted meanwhile, once `finish` was called."""

    sockets: list[dict] = field(default_factory=list)
    zenoh: list[dict] = field(default_factory=list)
    programs: list[dict] = field(default_factory=list)  # those of DDS and Zenoh
    indexes: Optional[dict] = None
    groups: list[str] = field(default_factory=list)  # NICs on which DDS's group is joined
    rp_filter: Optional[int] = None
    ephemeral_ports: Optional[list[int]] = None
    reserved_ports: list[list[int]] = field(default_factory=list)  # of those, not given to programs
    counters: Optional[Counters] = None
    counted: dict[str, int] = field(default_factory=dict)
    firewall: Optional[dict] = None
    error: str = ""

    def finish(self) -> None:
        """Count what was dropped since it was read."""
        if self.counters:
            self.counted = self.counters.since()
            self.counters.close()

    def as_result(self) -> dict:
        return {
            "sockets": self.sockets,
            "zenoh": self.zenoh,
            "programs": self.programs,
            "indexes": self.indexes,
            "firewall": self.firewall,
            "groups": self.groups,
            "rp_filter": self.rp_filter,
            "ephemeral_ports": self.ephemeral_ports,
            "reserved_ports": self.reserved_ports,
            "reverse_path_drops": self.counted.get(REVERSE_PATH[1]),
            "buffer_overflows": self.counted.get(OVERFLOWS[1]),
            "error": self.error,
        }


class Counters:
    """The kernel's counters of one network namespace. An open file stays with the namespace that it was opened in."""

    def __init__(self, folder: str = THREAD_NET) -> None:
        """Raises OSError. Call it inside the network namespace."""
        self._files = [open(os.path.join(folder, name)) for name in ("snmp", "netstat")]  # noqa: SIM115 - closed by close()
        self._before = self._now()

    def since(self) -> dict[str, int]:
        """What was counted since, of those that the kernel has."""
        now = self._now()
        return {name: now[name] - before for name, before in self._before.items() if name in now}

    def close(self) -> None:
        for each in self._files:
            each.close()

    def _now(self) -> dict[str, int]:
        values: dict[str, int] = {}
        for each in self._files:
            each.seek(0)
            groups = parse_counters(each.read())
            for group, name in (REVERSE_PATH, OVERFLOWS):
                if name in groups.get(group, {}):
                    values[name] = groups[group][name]
        return values


def parse_ranges(text: str) -> list[list[int]]:
    """[first, last] of each range in `8080,9148-9200`. Raises ValueError."""
    bounds = (word.partition("-") for word in text.strip().split(",") if word)
    return [[int(first), int(last or first)] for first, _dash, last in bounds]


def parse_udp(text: str) -> list[UdpSocket]:
    """The sockets in /proc/net/udp."""
    found = []
    for line in _UDP_LINE.finditer(text):
        columns = line.group(0).split()
        inode = columns[_INODE_COLUMN] if len(columns) > _INODE_COLUMN else ""
        found.append(UdpSocket(_address(line.group(1)), int(line.group(2), 16), int(inode) if inode.isdigit() else 0))
    return found


def parse_groups(text: str) -> dict[str, list[str]]:
    """{NIC: the groups joined on it} in /proc/net/igmp."""
    found: dict[str, list[str]] = {}
    nic = ""
    for line in text.splitlines()[1:]:
        words = line.split()
        if line[:1].isdigit() and len(words) > 1:
            nic = words[1].rstrip(":")
        elif words and nic:
            with contextlib.suppress(ValueError):
                found.setdefault(nic, []).append(_address(words[0]))
    return found


def parse_counters(text: str) -> dict[str, dict[str, int]]:
    """{group: {name: value}} of /proc/net/snmp and /proc/net/netstat: a line of names, then one of values."""
    found: dict[str, dict[str, int]] = {}
    lines = [line.split() for line in text.splitlines() if line.strip()]
    for names, values in zip(lines[::2], lines[1::2]):
        if names[0] == values[0]:
            found[names[0].rstrip(":")] = {name: int(value) for name, value in zip(names[1:], values[1:])}
    return found


def dds_sockets(sockets: list[UdpSocket], owners: Mapping[int, Owner]) -> list[dict]:
    """Those of DDS programs, each with what it is for by RTPS' numbers, and the program that owns it where that is known.

    Most ports are some domain's: they count for a program that listens for announcements in that domain, or has the two ports
    beside each other that a participant has.
    """
    placed = [(each, use) for each in sockets for use in [ports.use_of(each.port)] if use]
    bound = {(owners.get(each.inode), each.port) for each, _use in placed}
    participants = {
        (owners.get(each.inode), domain_id)
        for each, (domain_id, use) in placed
        if use == ports.DISCOVERY_MULTICAST
        or (use == ports.DISCOVERY_UNICAST and (owners.get(each.inode), each.port + 1) in bound)
    }
    found = [
        {
            "address": each.address,
            "port": each.port,
            "domain_id": domain_id,
            "use": use,
            "program": str(owners.get(each.inode, "")),
        }
        for each, (domain_id, use) in sorted(placed, key=lambda pair: (pair[0].port, pair[0].address))
        if (owners.get(each.inode), domain_id) in participants
    ]
    return found[:MOST_SOCKETS]


def _address(text: str) -> str:
    """An address as the kernel prints it, a number in the machine's own order of bytes."""
    return socket.inet_ntoa(int(text, 16).to_bytes(4, sys.byteorder))


def read_around(nic: str, owners: Mapping[int, Owner], domain_id: int = 0) -> Around:
    """What the network namespace of the calling thread shows, for the NIC and the domain of a target. It sends nothing."""
    try:
        udp = parse_udp(_read(os.path.join(THREAD_NET, "udp")))
        bound = [(each.port, each.inode) for each in udp]
        sockets = dds_sockets(udp, owners)
        zenoh = zenoh_sockets(parse_tcp(_tcp()), bound, owners)
        named = {each["program"] for each in (*sockets, *zenoh)}
        joined = parse_groups(_read(os.path.join(THREAD_NET, "igmp")))
        return Around(
            sockets=sockets,
            zenoh=zenoh,
            programs=read_programs(owner for owner in owners.values() if str(owner) in named),
            indexes=indexes(bound, owners, domain_id),
            groups=[name for name, groups in joined.items() if GROUP in groups],
            rp_filter=max(_number("conf", "all", "rp_filter"), _number("conf", nic, "rp_filter")),
            ephemeral_ports=[int(word) for word in _read(os.path.join(SYSCTL, "ip_local_port_range")).split()],
            reserved_ports=parse_ranges(_read(os.path.join(SYSCTL, "ip_local_reserved_ports"))),
            counters=Counters(),
        )
    except (OSError, ValueError) as error:
        return Around(error=f"its ports and counters cannot be read: {error}")


def socket_owners(proc: str = "/proc") -> dict[int, Owner]:
    """{inode of a socket: who has it} of all processes that the caller may look into."""
    found: dict[int, Owner] = {}
    for pid in filter(str.isdigit, os.listdir(proc)):
        for inode in _sockets_of(os.path.join(proc, pid, "fd")):
            if inode not in found:
                found[inode] = Owner(int(pid), _program(os.path.join(proc, pid, "comm")))
    return found


def _sockets_of(folder: str) -> Iterator[int]:
    with contextlib.suppress(OSError):  # processes and their files come and go
        for name in os.listdir(folder):
            with contextlib.suppress(OSError):
                link = _SOCKET_LINK.fullmatch(os.readlink(os.path.join(folder, name)))
                if link:
                    yield int(link.group(1))


def _program(path: str) -> str:
    try:
        return printable(_read(path).strip())
    except OSError:
        return "?"


def _tcp() -> str:
    """The tables of both families, of which a kernel may lack the second."""
    found = _read(os.path.join(THREAD_NET, "tcp"))
    with contextlib.suppress(OSError):
        found += _read(os.path.join(THREAD_NET, "tcp6"))
    return found


def _number(*parts: str) -> int:
    return int(_read(os.path.join(SYSCTL, *parts)))


def _read(path: str) -> str:
    with open(path, errors="replace") as file:
        return file.read()
