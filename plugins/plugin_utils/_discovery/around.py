# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts and pods show without a packet: programs in another domain or on another NIC, and what the kernel drops.

Private to this collection. Pure.
"""

from __future__ import annotations

from typing import Any, Iterator, Mapping, Sequence

from ...module_utils._finding import WARNING, Finding
from .._and_list import and_list
from . import ephemeral, programs
from .probes import Probe

STRICT = 1
_LOCAL = ("ROS_AUTOMATIC_DISCOVERY_RANGE", "ROS_LOCALHOST_ONLY", "ROS_DISCOVERY_SERVER", "ROS_STATIC_PEERS")
_PROFILES = ("FASTRTPS_DEFAULT_PROFILES_FILE", "FASTDDS_DEFAULT_PROFILES_FILE")
_BINDING = ("ROS_AUTOMATIC_DISCOVERY_RANGE", "ROS_LOCALHOST_ONLY", "CYCLONEDDS_URI", *_PROFILES)


def findings(probes: Sequence[Probe]) -> Iterator[Finding]:
    """All of them. What was not read is no finding."""
    seen = [probe for probe in probes if probe.around and not probe.around["error"]]
    for probe in seen:
        if probe.workload:
            yield from _of_workload(probe) if probe.multicast else programs.of_asking(probe)
    for probe in {(each.host, each.pod, each.domain_id): each for each in reversed(seen)}.values():
        yield from programs.of_namespace(probe)
    told: set[tuple[str, str]] = set()
    for probe in seen:
        # What a namespace counts is the same for each of its NICs and domains.
        if (probe.host, probe.pod) not in told:
            told.add((probe.host, probe.pod))
            yield from _of_kernel(probe)
    yield from ephemeral.findings(seen)


def _of_workload(probe: Probe) -> Iterator[Finding]:
    """Whether the program of a workload's pod listens where it is declared to."""
    listening = probe.listens_in
    sockets = [_line(each) for each in probe.around["sockets"]]
    evidence = {"pod": probe.pod, "sockets": sockets, **programs.settings(probe)}
    where: dict[str, Any] = {"hosts": [probe.host], "network": probe.network, "evidence": evidence}
    if not sockets and probe.around.get("zenoh"):
        yield programs.of_zenoh(probe)
    elif not sockets:
        yield Finding(
            "no-participant",
            f"No program in the pod of {probe.label} has ports of DDS open.",
            "Look into its log: it may not have come so far, may have ended, may use another middleware than `rmw` says, or "
            "is no ROS node, and then needs no LAN.",
            WARNING,
            **where,
        )
    elif not listening:
        yield Finding(
            "local-only",
            f"{probe.label} takes part in DDS and does not listen for announcements: it is told to stay on its own host, or "
            f"to look for named peers alone, so it is not found by multicast.{programs.told(probe, *_LOCAL)}",
            "ROS_AUTOMATIC_DISCOVERY_RANGE (LOCALHOST) or ROS_LOCALHOST_ONLY is set in its image, its command or a launch "
            "file, or a profile of its own is: take that out; where it is meant, write discovery: peers or server.",
            **where,
        )
    elif probe.domain_id not in listening:
        domains = and_list([str(domain) for domain in sorted(listening)])
        yield Finding(
            "wrong-domain",
            f"{probe.label} listens in domain {domains} and is declared for domain {probe.domain_id}, so nodes there and it do "
            f"not find each other.{programs.told(probe, 'ROS_DOMAIN_ID')}",
            "Something in its image or command sets ROS_DOMAIN_ID after the pod's environment did (an entrypoint, a .bashrc, a "
            "launch file): take that out, or declare domain_id as it is.",
            **where,
        )
    elif probe.nic not in probe.around["groups"]:
        names = ["lo, the loopback," if nic == "lo" else nic for nic in probe.around["groups"]]
        joined = and_list(names) if names else "none"
        yield Finding(
            "off-lan-program",
            f"{probe.label} listens for announcements on {joined} and not on {probe.nic}, the NIC of its pod on "
            f"{probe.network}: it hears nobody there.{programs.told(probe, *_BINDING)}",
            f"Its own configuration of the middleware wins over the pod's: let that name {probe.nic}, or take it out "
            "(CYCLONEDDS_URI, a Fast DDS profile, ROS_LOCALHOST_ONLY, ROS_AUTOMATIC_DISCOVERY_RANGE, set in the image or "
            "command).",
            **where,
        )


def _of_kernel(probe: Probe) -> Iterator[Finding]:
    dropped, overflows = probe.around["reverse_path_drops"], probe.around["buffer_overflows"]
    where: dict[str, Any] = {"hosts": [probe.host], "network": probe.network}
    if dropped:
        strict = " strictly" if probe.around["rp_filter"] == STRICT else ""
        yield Finding(
            "reverse-path",
            f"The kernel of {probe.label} dropped {dropped} packets during the probe, as their senders would be answered by "
            f"another NIC than the one that they came by (rp_filter looks{strict}).",
            f"Where {probe.label} is deaf, this is why: it has several NICs in one subnet, or no route to the sender by "
            f"{probe.nic}. Give each network one NIC and a subnet of its own, or set `sysctl "
            f"net.ipv4.conf.{probe.nic}.rp_filter=2` (and `all`).",
            WARNING,
            **where,
            evidence={"rp_filter": probe.around["rp_filter"], "dropped": dropped},
        )
    if overflows:
        yield Finding(
            "buffer-overflow",
            f"{probe.label} lost {overflows} datagrams during the probe, as a program there did not read them in time.",
            "Large messages and many nodes need larger buffers: `sysctl net.core.rmem_max=2147483647`, and the middleware "
            "told to use them (Cyclone DDS: SocketReceiveBufferSize; Fast DDS: receiveBufferSize). Or the host is short of "
            "processor.",
            WARNING,
            **where,
            evidence={"lost": overflows},
        )


def _line(each: Mapping[str, Any]) -> str:
    program = f" {each['program']}" if each["program"] else ""
    return f"{each['address']}:{each['port']} domain {each['domain_id']}, {each['use'].replace('_', ' ')}{program}"
