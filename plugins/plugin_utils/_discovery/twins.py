# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two participants with one GUID prefix: what tells them from one that has several NICs, has moved or is repeated.

Private to this collection. Pure. The codes are listed in roles/discovery/README.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Iterator, Mapping, Sequence

from ...module_utils._finding import ERROR, WARNING, Finding
from .._and_list import and_list, short_list
from .nics import owners_of_addresses
from .probes import Probe

# Discovery servers have a GUID prefix made from their number, so that those of two fleets are alike by design.
_OF_SERVER = re.compile("4453..5f4550524f53494d41")
_ADDRESS = re.compile(r"UDPv4:([0-9.]+):")


@dataclass
class Twins:
    """One GUID prefix, and the addresses that several participants have it at."""

    guid_prefix: str
    network: str
    vendor: str
    addresses: set[str] = field(default_factory=set)
    locators: dict[str, list[str]] = field(default_factory=dict)  # by address
    heard_by: set[str] = field(default_factory=set)


def find_twins(probes: Sequence[Probe]) -> list[Twins]:
    """All that are proven: each names itself and not the other, both at the same time, and not from one host."""
    owners = owners_of_addresses(probes)
    own = {probe.guid_prefix for probe in probes}
    found: dict[tuple[str, str], Twins] = {}
    for probe in probes:
        for prefix, heard in probe.heard.items():
            if prefix in own or _OF_SERVER.fullmatch(prefix):
                continue
            for one, other in combinations(heard.get("sources") or (), 2):
                if _are_two(one, other) and not _on_one_host(one, other, owners):
                    twins = found.setdefault((prefix, probe.network), Twins(prefix, probe.network, heard["vendor"]))
                    twins.heard_by.add(probe.label)
                    for source in (one, other):
                        twins.addresses.add(source["address"])
                        twins.locators[source["address"]] = source["locators"]
    return list(found.values())


def _are_two(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether they take turns, which one that moved does not, and say different things, which one that is repeated does not."""
    take_turns = one["first_s"] < other["last_s"] and other["first_s"] < one["last_s"]
    return take_turns and _names_itself_alone(one, other) and _names_itself_alone(other, one)


def _names_itself_alone(source: Mapping[str, Any], beside: Mapping[str, Any]) -> bool:
    named = {match.group(1) for match in map(_ADDRESS.match, source["locators"]) if match}
    return source["address"] in named and beside["address"] not in named


def _on_one_host(one: Mapping[str, Any], other: Mapping[str, Any], owners: Mapping[str, Probe]) -> bool:
    places = [owners.get(source["address"]) for source in (one, other)]
    return bool(places[0] and places[1] and (places[0].host, places[0].pod) == (places[1].host, places[1].pod))


def findings(twins: Sequence[Twins], probes: Sequence[Probe]) -> Iterator[Finding]:
    """An error between hosts of the fleet; a stranger may claim any GUID prefix, and does not fail the run."""
    owners = owners_of_addresses(probes)
    for each in twins:
        known = {address: owners[address] for address in sorted(each.addresses) if address in owners}
        names = [
            f"{known[address].label} ({address})" if address in known else address for address in sorted(each.addresses)
        ]
        yield Finding(
            "guid-twice",
            f"{and_list(names)} speak at the same time as one participant of {each.vendor}, GUID prefix {each.guid_prefix}. "
            "Each names its own address alone, so it is not one that has moved or has several NICs, nor one that somebody "
            "repeats.",
            "Others take the two for one, and what they send reaches the one that spoke last. Restart the program on all but "
            "one of them: a snapshot of a virtual machine, or a container restored from a checkpoint, runs on with the GUID of "
            "its original. If it comes back, a profile gives it a fixed GUID prefix: give each host its own.",
            ERROR if len({probe.host for probe in known.values()}) > 1 else WARNING,
            hosts=[probe.host for probe in known.values()],
            network=each.network,
            evidence={
                "guid_prefix": each.guid_prefix,
                "locators": {address: list(named) for address, named in sorted(each.locators.items())},
                "heard_by": short_list(sorted(each.heard_by)),
            },
        )
