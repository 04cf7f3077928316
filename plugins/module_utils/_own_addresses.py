# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which addresses a target's network namespace has, and which DDS programs there still send from one that it has no more.

A DDS program binds a socket to each address from which it sends when it starts, and names those addresses to the others; one
that goes away later leaves it mute, and what others send for it goes nowhere. Private to this collection. Parsing is pure.
"""

from __future__ import annotations

import os
from typing import Collection, Mapping, Sequence

from ._around import THREAD_NET, UdpSocket, dds_sockets, parse_udp
from ._netlink import NetlinkError
from ._netns import NetnsError
from ._nics import Nic, read_nics
from ._programs import Owner
from ._targets import Target, namespace_of

MOST_NICS = 32
MOST_STALE = 16
ANY = "0.0.0.0"


def look_at_addresses(target: Target, owners: Mapping[int, Owner]) -> dict:
    """{"nics", "stale", "error"} of the target's namespace; `owners` gives the program of a socket's inode."""
    try:
        with namespace_of(target):
            nics = read_nics()
            with open(os.path.join(THREAD_NET, "udp")) as file:
                sockets = parse_udp(file.read())
    except (NetnsError, NetlinkError, OSError) as error:
        return {"nics": [], "stale": [], "error": str(error)}
    held = {address.split("/")[0] for nic in nics for address in nic.addresses}
    return {"nics": with_addresses(nics), "stale": stale_programs(sockets, owners, held), "error": ""}


def with_addresses(nics: Sequence[Nic]) -> list[dict]:
    """The NICs that have one, but the loopback."""
    return [
        {
            "nic": nic.name,
            "kind": nic.kind,
            "index": nic.index,
            "link": nic.link,
            "addresses": list(nic.addresses),
        }
        for nic in nics
        if nic.addresses and not nic.loopback
    ][:MOST_NICS]


def stale_programs(sockets: Sequence[UdpSocket], owners: Mapping[int, Owner], held: Collection[str]) -> list[dict]:
    """Each DDS program with a socket bound to an address that is not among those `held`, once for each such address."""
    domains: dict[str, set] = {}
    for each in dds_sockets(list(sockets), owners):
        if each["program"]:
            domains.setdefault(each["program"], set()).add(each["domain_id"])
    bound: dict[str, set] = {}
    for each in sockets:
        program = str(owners.get(each.inode, ""))
        if program in domains and _is_of_one_nic(each.address):
            bound.setdefault(program, set()).add(each.address)
    return [
        {
            "program": program,
            "domain_ids": sorted(domains[program]),
            "address": address,
            "others": sorted(addresses & set(held)),
        }
        for program, addresses in sorted(bound.items())
        for address in sorted(addresses - set(held))
    ][:MOST_STALE]


def _is_of_one_nic(address: str) -> bool:
    """Neither any address, nor the loopback's, nor a group's."""
    first = int(address.split(".")[0])
    return address != ANY and first != 127 and not 224 <= first <= 239
