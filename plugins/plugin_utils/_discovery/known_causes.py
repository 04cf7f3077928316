# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deaf pairs of which it is known why: their NICs are in different subnets, one is made on the other, or they hardly met.

Private to this collection. Pure. The codes are listed in roles/discovery/README.md.
"""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv4Network
from typing import Collection, Iterator, Optional, Sequence

from ...module_utils._finding import INFO, Finding
from .._and_list import and_list, short_list
from .causes import Pair
from .diagnoses import SCOPES
from .nics import in_other_subnets, own_nic, subnet_of
from .probes import Probe
from .unicast import ARRIVES, LOST, Unicast

OTHER_SUBNET = "other-subnet"
APART = "windows-apart"
# A probe says that it is there once a second, and at once to who has just begun.
ENOUGH_TOGETHER_S = 1.5
MACVLAN = "macvlan-isolation"
# Kinds of NICs made on another, with which they exchange nothing.
_MADE_ON = ("macvlan", "ipvlan")
_ROUTER = "A router is between them, or nothing at all."
_BETWEEN = {
    ARRIVES: "A router is between them: unicast arrives.",
    LOST: "No unicast arrives either: they are in different VLANs, or the router between them passes nothing.",
}


def is_made_on(one: Probe, other: Probe) -> bool:
    """Whether the NIC of `one` is a macvlan or ipvlan on that of `other`, as far as numbers of NICs tell.

    None is on another such: the kernel makes it on what that one is on.
    """
    upper, lower = own_nic(one), own_nic(other)
    if not upper or not lower or upper["kind"] not in _MADE_ON or lower["kind"] in _MADE_ON:
        return False
    return bool(upper["link"]) and upper["link"] == lower["index"]


def across_subnets(deaf: Collection[Pair]) -> set[Pair]:
    """The deaf pairs whose NICs are in different subnets."""
    return {pair for pair in deaf if in_other_subnets(*pair)}


def with_one_address(deaf: Collection[Pair]) -> set[Pair]:
    """The deaf pairs that have one address, of which `address-twice` tells: neither takes what seems to come from itself."""
    return {pair for pair in deaf if pair[0].address == pair[1].address}


def hardly_met(deaf: Collection[Pair]) -> set[Pair]:
    """The pairs that are deaf one way only, and were probed together for so short that nothing need have been said.

    Who hears nothing of each other either way did perhaps not meet at all, or the clocks are wrong: that is for a hint.
    """
    return {
        (listener, speaker)
        for listener, speaker in deaf
        if (speaker, listener) not in deaf and _is_short(listener.together_s(speaker))
    }


def of_hardly_met(pairs: Collection[Pair], network: str) -> Iterator[Finding]:
    """One finding for two hosts, whatever of them was probed."""
    told: dict[frozenset[str], Pair] = {}
    for pair in sorted(pairs, key=lambda pair: [probe.label for probe in pair]):
        told.setdefault(frozenset(probe.host for probe in pair), pair)
    for listener, speaker in told.values():
        together_s = listener.together_s(speaker) or 0.0
        yield Finding(
            APART,
            f"By their clocks, {listener.host} and {speaker.host} were probed together for {together_s:.1f} s only, too "
            f"short to tell whether {listener.host} hears {speaker.host}.",
            "The hosts start slowly: raise discovery_duration, and run verify again.",
            hosts=[listener.host, speaker.host],
            network=network,
            evidence={"together_s": round(together_s, 1)},
        )


def _is_short(together_s: Optional[float]) -> bool:
    return together_s is not None and 0 <= together_s < ENOUGH_TOGETHER_S


def on_own_host(deaf: Collection[Pair], unicast: Unicast) -> set[Pair]:
    """The pairs that are deaf both ways, and get no unicast either, of which one is made on the other's NIC.

    Between hosts of different names one is a container or a virtual machine. Numbers of NICs are alike on many hosts: who is
    deaf with several whose NIC it could be made on is deaf for another reason.
    """
    mutual = {
        pair for pair in deaf if (pair[1], pair[0]) in deaf and unicast.of_pairs([pair, pair[::-1]]) in ("", LOST)
    }
    made_on = {pair for pair in mutual if is_made_on(*pair)}
    candidates = Counter(upper for upper, _lower in made_on)
    one_way = {pair for pair in made_on if candidates[pair[0]] == 1}
    return one_way | {(lower, upper) for upper, lower in one_way}


def of_subnets(
    pairs: Collection[Pair], probes: Sequence[Probe], network: str, scope: str, unicast: Unicast
) -> Iterator[Finding]:
    """One finding for all pairs across subnets; `probes` gives the order."""
    if not pairs:
        return
    concerned = [probe for probe in probes if any(probe in pair for pair in pairs)]
    groups: dict[IPv4Network, list[Probe]] = {}
    for probe in concerned:
        groups.setdefault(subnet_of(probe), []).append(probe)  # type: ignore[arg-type]
    by_size = sorted(groups, key=lambda subnet: -len(groups[subnet]))
    main = by_size[0]
    apart = [probe for subnet in by_size[1:] for probe in groups[subnet]]
    # Where most are is where all should be, if there is a most.
    named = apart if len(groups[main]) > len(groups[by_size[1]]) else concerned
    state = unicast.of_pairs(pairs)
    shown = "; ".join(f"{short_list([each.label for each in group])} in {subnet}" for subnet, group in groups.items())
    yield Finding(
        OTHER_SUBNET,
        f"The {SCOPES[scope]} on {network} are in different subnets and do not hear each other across them: {shown}. "
        f"{_BETWEEN.get(state, _ROUTER)}",
        f"It is neither IGMP snooping nor a firewall: DDS's multicast has a TTL of 1, and no router passes it on. Give "
        f"{short_list([f'{probe.nic} of {probe.label}' for probe in apart])} an address in {main}, on the same switch or "
        "access point as the others; or let nodes find each other by `peers`, `server` or `zenoh`, which a router passes on.",
        hosts=[probe.host for probe in named],
        network=network,
        evidence={
            "scope": scope,
            "subnets": {str(subnet): [each.label for each in group] for subnet, group in groups.items()},
            "nics": {probe.pod or probe.host: probe.nic for probe in concerned},
            **({"unicast": state} if state else {}),
        },
    )


def of_made_on(pairs: Collection[Pair], network: str, scope: str) -> Iterator[Finding]:
    """An error for each two that are declared to hear each other."""
    for upper, lower in sorted(
        {pair for pair in pairs if is_made_on(*pair)}, key=lambda pair: [each.label for each in pair]
    ):
        kind = own_nic(upper)["kind"]  # type: ignore[index]
        yield Finding(
            MACVLAN,
            f"{upper.label} and {lower.label} do not hear each other on {network} ({SCOPES[scope]}): {upper.nic} of "
            f"{upper.label} is a {kind} on {lower.nic} of {lower.label}, and a NIC exchanges nothing with its own {kind}s. "
            "Neither a switch nor a firewall does this.",
            "Run both in pods, or both in the host's own network; or give the host a macvlan of its own on that NIC, with an "
            "address of the LAN, and bind its programs to it.",
            hosts=[upper.host, lower.host],
            network=network,
            evidence={"scope": scope, "kind": kind, "nics": {each.label: each.nic for each in (upper, lower)}},
        )


def of_own_pods(probes: Sequence[Probe], network: str) -> Iterator[Finding]:
    """That programs of hosts and the hosts' own pods do not hear each other, which nobody has declared that they should.

    Where no program of the host takes part in DDS, nobody misses it, and nothing is said.
    """
    hosts = [probe for probe in probes if probe.network == network and probe.scope == "host" and probe.works]
    pods = [probe for probe in probes if probe.network == network and probe.scope == "pod" and probe.works]
    pairs = [
        (pod, host)
        for host in hosts
        for pod in pods
        if (pod.host, pod.domain_id) == (host.host, host.domain_id) and is_made_on(pod, host) and _programs(host)
    ]
    deaf = [(pod, host) for pod, host in pairs if pod.hears(host) is None and host.hears(pod) is None]
    if not deaf:
        return
    programs = {host.host: _programs(host) for _pod, host in sorted(deaf, key=lambda pair: pair[1].host)}
    named = and_list([f"{short_list(names)} of {host}" for host, names in programs.items()])
    kinds = sorted({own_nic(pod)["kind"] for pod, _host in deaf})  # type: ignore[index]
    yield Finding(
        MACVLAN,
        f"Pods on {network} and DDS programs of their own host ({named}) do not hear each other: pods are on the LAN by "
        f"{and_list(kinds)}, and a NIC exchanges nothing with its own.",
        "Nothing, while programs that have to talk on one host all run in pods, or all outside. Otherwise put them into pods; "
        "or give the host a macvlan of its own on that NIC, with an address of the LAN, and bind its programs to it.",
        INFO,
        hosts=list(programs),
        network=network,
        evidence={"compared": len(pairs), "deaf": len(deaf), "kinds": kinds},
    )


def _programs(host: Probe) -> list[str]:
    """The DDS programs of a host's own namespace in the probe's domain."""
    there = [each for each in host.around.get("sockets") or () if each["domain_id"] == host.domain_id]
    return sorted({each["program"] or "a program" for each in there})
