# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Domains whose ports a kernel may give to any program that asks for none: then a participant does not get them.

Private to this collection. Pure. By Linux' default (32768 to 60999) the domains 102 to 214 are such.
"""

from __future__ import annotations

from typing import Any, Iterator, Mapping, Sequence

from ...module_utils._finding import WARNING, Finding
from ...module_utils._rtps import ports
from .._and_list import and_list, short_list
from .._rmw import MOST_PARTICIPANTS
from .probes import Probe


def findings(probes: Sequence[Probe]) -> Iterator[Finding]:
    """One for each domain and range."""
    where: dict[tuple[int, int, int], list[Probe]] = {}
    for probe in probes:
        if _may_be_given_away(probe.domain_id, probe.around):
            where.setdefault((probe.domain_id, *probe.around["ephemeral_ports"]), []).append(probe)
    for (domain_id, first, last), those in where.items():
        needed = _needed(domain_id)
        free = [each for each in range(ports.MAX_DOMAIN + 1) if not _overlap(_needed(each), range(first, last + 1))]
        labels = list(dict.fromkeys(probe.label for probe in those))
        yield Finding(
            "ephemeral-ports",
            f"The ports of domain {domain_id} (UDP {needed[0]} to {needed[-1]}) are among those that the kernel gives to any "
            f"program ({first} to {last}) on {short_list(labels)}: now and then one is taken, and a participant fails or is "
            "looked for where it is not.",
            f"Use a domain whose ports are not: {and_list(_in_ranges(free)) if free else 'there is none'}. Or keep them free: "
            f"`sysctl net.ipv4.ip_local_reserved_ports={needed[0]}-{needed[-1]}` in a file of /etc/sysctl.d.",
            WARNING,
            hosts=list(dict.fromkeys(probe.host for probe in those)),
            evidence={"domain_id": domain_id, "needed": [needed[0], needed[-1]], "ephemeral_ports": [first, last]},
        )


def _needed(domain_id: int) -> range:
    """The ports of so many participants as are found without further configuration."""
    return range(ports.discovery_multicast(domain_id), ports.user_unicast(domain_id, MOST_PARTICIPANTS) + 1)


def _may_be_given_away(domain_id: int, around: Mapping[str, Any]) -> bool:
    if not around.get("ephemeral_ports"):
        return False
    first, last = around["ephemeral_ports"]
    reserved = [range(low, high + 1) for low, high in around.get("reserved_ports") or ()]
    given = (port for port in _needed(domain_id) if first <= port <= last)
    return any(not any(port in each for each in reserved) for port in given)


def _overlap(one: range, other: range) -> bool:
    return one[0] <= other[-1] and other[0] <= one[-1]


def _in_ranges(numbers: Sequence[int]) -> list[str]:
    """ "0 to 101", "215 to 232"."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [f"{first} to {last}" for first, last in found]
