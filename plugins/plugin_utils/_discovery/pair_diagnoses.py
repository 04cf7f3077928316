# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who does not hear whom by multicast, in words: what unicast between the same NICs shows rules causes out.

Private to this collection. Pure. The codes are listed in roles/discovery/README.md.
"""

from __future__ import annotations

from itertools import combinations
from typing import Collection, Iterator, Optional, Sequence

from ...module_utils._finding import WARNING, Finding
from ...module_utils._rtps.sockets import GROUP
from .._and_list import and_list, short_list
from . import causes, known_causes
from .diagnoses import SCOPES
from .probes import Probe
from .unicast import ARRIVES, LOST, Unicast

_SNOOPING = "IGMP snooping without a querier in a switch, or multicast filtering in an access point"
_FIREWALL = "`nft list ruleset`, `ufw status`; UDP 7400 and up must be open"
_RP_FILTER = (
    "strict rp_filter where that host has several NICs (`sysctl net.ipv4.conf.{nic}.rp_filter`; its count of dropped "
    "packets: `nstat -az TcpExtIPReversePathFilter`)"
)
ATTACHMENT = (
    "Hosts reach each other there where their pods do not, so it is not the LAN but the attachment: a switch port, access "
    "point or virtual switch that admits one MAC address per port (macvlan needs several), or a firewall in the pod."
)
_LISTEN = f"`tcpdump -ni {{nic}} host {GROUP}`"
# By the cause, when nothing is known of unicast.
_FIXES = {
    causes.EVERYBODY: f"Most likely multicast to {GROUP} is dropped on the way: {_SNOOPING}, client isolation in an access "
    "point, or a firewall on the hosts. Turn the filter off for this LAN, or give the switch a querier.",
    causes.DEAF: f"A firewall on its input ({_FIREWALL}), a multicast filter at its switch port or access point, or a "
    f"wrong NIC. {_LISTEN} there shows what arrives.",
    causes.MUTE: f"A firewall on its output ({_FIREWALL}), a multicast filter at its switch port or access point, or a "
    f"wrong NIC. {_LISTEN} there shows what leaves.",
    causes.ISOLATED: "Its NIC, cable, VLAN or firewall: is {nic} on the same LAN as the others? "
    "`ping` another host's address on this LAN from there.",
    causes.ONE_WAY: f"A firewall on the deaf side's input or the other's output ({_FIREWALL}), or a filter "
    "between {nics}.",
    causes.PAIR: "What lies between just {nics}: their switch ports, access points or firewalls.",
    causes.PARTITION: "What lies between the groups: the link of two switches or access points, a VLAN that is not on it, or "
    f"a multicast filter there ({_SNOOPING}).",
}
_FIXES_ARRIVES = {
    causes.EVERYBODY: f"Only multicast to {GROUP} is dropped: {_SNOOPING}, or a rule for {GROUP} on the hosts. Turn the filter "
    "off for this LAN, or give the switch a querier.",
    causes.DEAF: f"Only multicast is lost there: an input rule that drops {GROUP} or its port, 7400 and 250 for each domain "
    f"(`nft list ruleset`), {_SNOOPING}, or {_RP_FILTER}. {_LISTEN} there shows whether it arrives: if so, it is dropped in "
    "that host.",
    causes.MUTE: f"Only its multicast is lost: an output rule that drops {GROUP} (`nft list ruleset`), or a multicast filter "
    f"at its switch port or access point. {_LISTEN} there shows what leaves.",
    causes.ISOLATED: f"Only multicast is lost: rules for {GROUP} on that host (`nft list ruleset`), or a multicast filter at "
    f"its switch port or access point. {_LISTEN} there shows what leaves and arrives.",
    causes.ONE_WAY: f"Only multicast is lost: a rule for {GROUP} on the deaf side's input or the other's output, {_SNOOPING}, "
    "or strict rp_filter on the deaf side; between {nics}.",
    causes.PAIR: f"Only multicast is lost: rules for {GROUP} or multicast filters between just {{nics}}.",
    causes.PARTITION: f"Only multicast is lost between the groups: {_SNOOPING}, at the link of two switches or access points.",
}
_FIXES_LOST = {
    causes.EVERYBODY: "No unicast arrives either, so it is not multicast alone that is filtered: client isolation in an access "
    f"point, hosts in different VLANs, or a firewall on the hosts ({_FIREWALL}).",
    causes.DEAF: f"No unicast arrives there either: a firewall on its input ({_FIREWALL}). {_LISTEN} there shows what arrives.",
    causes.MUTE: f"None of its unicast arrives either: a firewall on its output ({_FIREWALL}).",
    causes.ONE_WAY: f"Unicast is lost as well: a firewall on the deaf side's input or the other's output ({_FIREWALL}); "
    "between {nics}.",
    causes.PAIR: "Unicast is lost as well: client isolation in an access point, port isolation in a switch, a VLAN or a "
    "firewall between just {nics}.",
    causes.PARTITION: "Unicast is lost between them as well: the link of two switches or access points, a VLAN that is not on "
    "it, or two networks with the same addresses.",
}


def of_deaf_pairs(
    probes: Sequence[Probe], network: str, scope: str, hearing: Collection[tuple[str, str]], unicast: Unicast
) -> Iterator[Finding]:
    """Pairs of one network and scope that should hear each other and do not.

    `hearing`: (who hears, whom) of the hosts themselves on this network.
    """
    pairs, deaf = causes.compare(probes)
    shown, made_on = known_causes.across_subnets(deaf), known_causes.on_own_host(deaf, unicast)
    yield from known_causes.of_subnets(shown, probes, network, scope, unicast)
    yield from known_causes.of_made_on(made_on, network, scope)
    hardly_met = known_causes.hardly_met(deaf)
    known = shown | made_on | known_causes.with_one_address(deaf) | hardly_met
    for cause in causes.explain_pairs(probes, pairs - known, deaf - known):
        state = unicast.of_pairs(cause.pairs)
        attachment = scope == "pod" and cause.code != causes.PAIR and state != ARRIVES and cause.is_between(hearing)
        yield Finding(
            cause.code,
            _deaf_message(cause, network, scope) + {ARRIVES: " Unicast arrives."}.get(state, ""),
            ATTACHMENT if attachment else _fix(cause, state),
            hosts=[probe.host for probe in cause.probes],
            network=network,
            evidence={
                "scope": scope,
                "nics": {probe.pod or probe.host: probe.nic for probe in cause.probes},
                **({"unicast": state} if state else {}),
            },
        )
    yield from known_causes.of_hardly_met(hardly_met, network)
    yield from _windows([probe for probe in probes if probe.works], network)


def _fix(cause: causes.Cause, state: str) -> str:
    texts = {ARRIVES: _FIXES_ARRIVES, LOST: _FIXES_LOST}.get(state, _FIXES)
    return texts.get(cause.code, _FIXES[cause.code]).format(nic=cause.probes[0].nic, nics=and_list(nics_of(cause)))


def nics_of(cause: causes.Cause) -> list[str]:
    return [f"{probe.nic} of {probe.label}" for probe in cause.probes]


def groups_of(cause: causes.Cause) -> str:
    return " | ".join(short_list([probe.label for probe in group]) for group in cause.groups)


def only_two(cause: causes.Cause) -> Optional[str]:
    """The names of the two hosts when no third was compared, so that nothing tells whose fault it is."""
    names = list(dict.fromkeys(probe.host for probe in cause.probes))
    return and_list(names) if cause.code == causes.EVERYBODY and len(names) == 2 else None


def _deaf_message(cause: causes.Cause, network: str, scope: str) -> str:
    names = [probe.label for probe in cause.probes]
    all_names, is_are, hear = " and ".join(names), "is", "hears"
    if len(names) > 1:
        is_are, hear = "are", "hear"
    where = f"on {network} ({SCOPES[scope]})"
    if cause.code == causes.PARTITION:
        does = "of which the first does not hear the second" if cause.directed else "that do not hear each other"
        return f"The hosts {where} are in groups {does}: {groups_of(cause)}."
    two = only_two(cause)
    if two:
        return f"{two} do not hear each other {where}; a third host there would tell at which of them to look."
    return {
        causes.EVERYBODY: f"Nobody hears anybody on another host {where}: {', '.join(names)}.",
        causes.DEAF: f"{all_names} {hear} no other host {where}, and {is_are} heard by others.",
        causes.MUTE: f"{all_names} {is_are} heard by no other host {where}, and {hear} others.",
        causes.ISOLATED: f"{all_names} neither {hear} another host nor {is_are} heard by one {where}.",
        causes.ONE_WAY: f"{names[0]} hears {names[-1]} {where}, but {names[-1]} does not hear {names[0]}.",
        causes.PAIR: f"{names[0]} and {names[-1]} do not hear each other {where}.",
    }[cause.code]


def _windows(probes: Sequence[Probe], network: str) -> Iterator[Finding]:
    """Deaf pairs whose probes did not run at the same time, if the hosts' clocks are right."""
    told = set()
    for one, other in combinations(probes, 2):
        if one.window is None or other.window is None or one.hears(other) is not None or other.hears(one) is not None:
            continue
        gap = one.window.gap_s(other.window)
        if gap > 0 and (one.host, other.host) not in told:
            told.add((one.host, other.host))
            yield Finding(
                known_causes.APART,
                f"By their clocks, {one.host} and {other.host} were not probed at the same time ({gap:.1f} s apart).",
                "Set the clocks (NTP) if they differ, or raise discovery_duration if the hosts start slowly.",
                WARNING,
                hosts=[one.host, other.host],
                network=network,
                evidence={"gap_s": round(gap, 1)},
            )
