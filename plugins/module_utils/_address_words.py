# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a probe's result says of addresses, in lines for a person: programs that keep to a lost one, or are not on the LAN.

Private to this collection. Pure.
"""

from __future__ import annotations

from ipaddress import ip_interface
from typing import Iterator


def address_lines(result: dict) -> list[str]:
    """Each once, however many targets show it."""
    own = [target["addresses"] for target in result["targets"]]
    networks = {ip_interface(each).network for known in own for nic in known["nics"] for each in nic["addresses"]}
    lines = [line for known in own for line in _of_stale(known)]
    lines += [line for target in result["targets"] for line in _of_sources(target)]
    lines += [line for each in result["elsewhere"] for line in _of_elsewhere(each, networks)]
    return list(dict.fromkeys(lines))


def _of_stale(known: dict) -> Iterator[str]:
    for each in known["stale"]:
        if not each["others"]:
            yield f"{each['program']} keeps to {each['address']}, which is not here any more: restart it, if others need it."


def _of_sources(target: dict) -> Iterator[str]:
    for heard in target["heard"]:
        if heard["sources"]:
            places = " and ".join(source["address"] for source in heard["sources"])
            yield f"GUID prefix {heard['guid_prefix']} comes from {places}: one participant with several NICs, or clones."


def _of_elsewhere(each: dict, networks: set) -> Iterator[str]:
    addresses = [address for nic in each["nics"] for address in nic["addresses"]]
    if each["error"] or any(ip_interface(address).ip in network for address in addresses for network in networks):
        return
    who = ", ".join(each["programs"]) or "A DDS program"
    where = f" in container {each['container']}" if each["container"] else ""
    yield f"{who}{where} ({', '.join(addresses) or 'no address'}) is in a network of its own: nobody finds it from here."
