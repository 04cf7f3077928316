# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that keep to an address which their host no longer has.

Private to this collection. Pure. The codes are listed in roles/discovery/README.md.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any, Iterator, Mapping, Sequence

from ...module_utils._finding import ERROR, WARNING, Finding
from .._and_list import short_list
from .nics import subnet_of
from .probes import Probe

ADDRESS_CHANGED = "address-changed"


def findings(probes: Sequence[Probe]) -> Iterator[Finding]:
    """One for each host or pod and address that was lost; what one NIC shows in several domains is told once."""
    found: dict[tuple[str, str, str, str], tuple[Probe, list[str]]] = {}
    for probe in probes:
        for each in probe.addresses.get("stale") or ():
            if _was_of(probe, each):
                lost = found.setdefault((probe.host, probe.pod, probe.network, each["address"]), (probe, []))
                lost[1].append(each["program"])
    for (host, pod, network, address), (probe, programs) in found.items():
        names = sorted(set(programs))
        keeps = "keeps" if len(names) == 1 else "keep"
        yield Finding(
            ADDRESS_CHANGED,
            f"{short_list(names)} on {probe.label} {keeps} to {address}, which {host} no longer has: its {probe.nic} has "
            f"{probe.address} now. What it sends does not leave, and what others send to {address} does not arrive.",
            "The address has changed since it was started: restart it (a pod: delete it, it is made anew). Give the host one "
            "address that stays, by a reservation for its MAC address in the DHCP server or a fixed one.",
            ERROR if probe.workload else WARNING,
            hosts=[host],
            network=network,
            evidence={"nic": probe.nic, "pod": pod, "address": probe.address, "stale": address, "programs": names},
        )


def _was_of(probe: Probe, stale: Mapping[str, Any]) -> bool:
    """Whether the address is one of the probed LAN, in whose domain the program is, and on which it has no other."""
    subnet = subnet_of(probe)
    if subnet is None or probe.domain_id not in stale["domain_ids"]:
        return False
    return ip_address(stale["address"]) in subnet and not any(ip_address(each) in subnet for each in stale["others"])


def lost_by_hosts(probes: Sequence[Probe]) -> set[str]:
    """The addresses of which `findings` tells."""
    return {each["address"] for probe in probes for each in probe.addresses.get("stale") or () if _was_of(probe, each)}
