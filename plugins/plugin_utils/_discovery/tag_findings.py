# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Participants of one domain that a domain tag keeps apart.

Private to this collection. Pure.
"""

from __future__ import annotations

from typing import Collection, Iterator, Mapping, Sequence

from ...module_utils._finding import ERROR, WARNING, Finding
from .._and_list import and_list, short_list
from .endpoints import Graph, Speaker

TAG = "domain-tag"
# With ROS_AUTOMATIC_DISCOVERY_RANGE=OFF, Cyclone DDS gets a tag of its own in each process.
_OFF = "ros_discovery_off_"


def of_tags(graph: Graph, domains: Mapping[str, Collection[int]]) -> Iterator[Finding]:
    """One finding for each LAN and domain. `domains`: {host: the domains that are declared for it}."""
    places = sorted({(network, each.domain_id) for each in graph.speakers for network in each.networks})
    for network, domain in places:
        groups: dict[str, list[Speaker]] = {}
        for each in graph.speakers:
            meant = each.tag.startswith(_OFF) and not each.place.workload
            if (network in each.networks, each.domain_id, meant) == (True, domain, False):
                groups.setdefault(each.tag, []).append(each)
        ours = [tag for tag, those in groups.items() if any(_is_ours(each, domains) for each in those)]
        if len(groups) > 1:
            yield _finding(network, domain, groups, ERROR if len(ours) > 1 else WARNING)


def _is_ours(speaker: Speaker, domains: Mapping[str, Collection[int]]) -> bool:
    place = speaker.place
    return bool(place.workload) or speaker.domain_id in domains.get(place.host, ())


def _finding(network: str, domain: int, groups: Mapping[str, Sequence[Speaker]], severity: str) -> Finding:
    by_size = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    said = {tag: short_list(sorted({each.label for each in those})) for tag, those in by_size}
    odd = list(said)[1:]  # all but the tag that most have
    return Finding(
        TAG,
        f"Participants of domain {domain} on {network} have different domain tags and do not hear each other: "
        + "; ".join(f"{who} {f'with the tag {tag}' if tag else 'without a tag'}" for tag, who in said.items())
        + ".",
        f"If they are to hear each other, give {and_list([said[tag] for tag in odd])} the tag of the others. In Cyclone DDS it "
        "is <Discovery><Tag> of CYCLONEDDS_URI, and ROS_AUTOMATIC_DISCOVERY_RANGE=OFF sets one.",
        severity,
        hosts=sorted({each.place.host for tag in odd for each in groups[tag] if each.place.host}),
        network=network,
        evidence={"domain_id": domain, "tags": [f"{tag or 'no tag'}: {who}" for tag, who in said.items()]},
    )
