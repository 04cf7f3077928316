# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is where: hosts with their LANs, whether they hear all there, and the participants on them.

Private to this collection. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Sequence

from ..pods import CLUSTER_NETWORK
from ..topics import summed_up

NOWHERE = "place unknown"


@dataclass
class Place:
    """A host, or where those participants are whose host nobody knows."""

    name: str
    absent: bool = False
    lans: dict[str, tuple[int, int]] = field(
        default_factory=dict
    )  # {LAN: pairs with it that are heard, and all of them}
    participants: list[tuple[str, str]] = field(default_factory=list)  # its name, and what it is
    topics: list[tuple[str, bool]] = field(default_factory=list)  # what is done with which, and whether that matches


def places(report: Mapping[str, Any]) -> list[Place]:
    """All hosts of the report, those that were absent last, and NOWHERE where somebody is there."""
    found = {name: Place(name) for name in report["hosts"]}
    found.update({name: Place(name, absent=True) for name in report["absent"]})
    for row in report["matrix"]:
        if row["network"] == CLUSTER_NETWORK:
            continue
        for name in {row["from"], row["to"]} - {""}:
            place = found.setdefault(name, Place(name))
            heard, pairs = place.lans.get(row["network"], (0, 0))
            place.lans[row["network"]] = (heard + row["heard"], pairs + 1)
    for each in report["participants"]:
        place = found.setdefault(each["host"] or NOWHERE, Place(each["host"] or NOWHERE))
        place.lans.setdefault(each["network"], (0, 0))
        place.participants.append(_names(each))
    for topic in summed_up(report):
        # What every node has says nothing of a host, but where it does not match.
        if topic.of_every_node and not topic.codes:
            continue
        for does, hosts in (("writes", topic.written_on), ("reads", topic.read_on)):
            for host in sorted(hosts):
                place = found.setdefault(host or NOWHERE, Place(host or NOWHERE))
                place.topics.append((f"{does} {topic.name}", not topic.codes))
    return list(found.values())


def lans(places_: Sequence[Place]) -> list[str]:
    return list(dict.fromkeys(lan for place in places_ for lan in place.lans))


def _names(each: Mapping[str, Any]) -> tuple[str, str]:
    """What people know a participant by, its pod or its own name; and what it is."""
    name = each["pod"] or each["name"] or ", ".join(each["addresses"])
    return name, f"{each['vendor']}, domain {each['heard_in_domain_id']}"
