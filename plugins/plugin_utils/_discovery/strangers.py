# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the probes could not follow: datagrams that came too fast, and participants that left meanwhile.

Private to this collection. Pure. The codes are listed in roles/discovery/README.md.
"""

from __future__ import annotations

from typing import Iterator, Sequence

from ...module_utils._finding import WARNING, Finding
from ...module_utils._rtps.ports import discovery_multicast
from .diagnoses import where
from .nics import owners_of_addresses
from .probes import Probe


def of_overflow(probes: Sequence[Probe]) -> Iterator[Finding]:
    """Probes whose sockets overflowed: who is deaf there may not be."""
    for probe in probes:
        if probe.dropped:
            yield Finding(
                "probe-overflow",
                f"{where(probe)} lost {probe.dropped} datagrams, as more came than it could read: who was not heard there may "
                "have been, and announcements of others were dropped.",
                f"Find who sends so much (`tcpdump -ni {probe.nic} udp port {discovery_multicast(probe.domain_id)}`), or what "
                "keeps the host busy, and run this again. Programs there lose announcements in the same way.",
                WARNING,
                hosts=[probe.host],
                network=probe.network,
                evidence={"dropped": probe.dropped, "forgotten": probe.forgotten},
            )


def of_departed(probes: Sequence[Probe]) -> Iterator[Finding]:
    """Workloads whose participant has said that it leaves, and of which no other is there."""
    owners = owners_of_addresses(probes)
    own = {probe.guid_prefix for probe in probes}
    left: dict[tuple[str, str, int], str] = {}
    staying = set()
    for probe in probes:
        for prefix, heard in probe.heard.items():
            place = owners.get(heard["address"])
            if prefix in own or not place or not place.workload:
                continue
            key = (place.pod, probe.network, probe.domain_id)
            if heard.get("departed"):
                left[key] = prefix
            else:
                staying.add((*key, prefix))
    gone = {
        key: prefix
        for key, prefix in left.items()
        if not any(each[:3] == key and each[3] != prefix for each in staying)
    }
    by_pod = {probe.pod: probe for probe in probes}
    for (pod, network, domain_id), prefix in gone.items():
        yield Finding(
            "participant-left",
            f"The program of {by_pod[pod].label} took leave of domain {domain_id} on {network} during the probe, and no other "
            "of it was heard: it ended, or starts anew.",
            "Look into the log of its pod (`microk8s kubectl logs --previous`), and at how often it was restarted.",
            WARNING,
            hosts=[by_pod[pod].host],
            network=network,
            evidence={"pod": pod, "guid_prefix": prefix},
        )
