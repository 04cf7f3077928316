# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the packet filter of a network namespace does with what DDS sends and receives there. It reads, and changes nothing.

Private to this collection. Programs are run by the function that is handed in; what they print is read by _nft_rules.py and
_iptables_rules.py.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from typing import Callable, Iterator, Optional, Sequence

from . import _iptables_rules as iptables
from . import _nft_rules as nft
from ._command import Outcome
from ._filter_rules import Chain, Drop, Packet, addresses, drop_of
from ._rtps import ports
from ._rtps.parameters import printable
from ._rtps.sockets import GROUP

WITHIN_S = 10.0  # ufw is a program in Python, for which a small board takes seconds
PARTICIPANTS = 10  # so many of a host have to be reached
LONGEST = 200
LEGACY_TABLES = "/proc/thread-self/net/ip_tables_names"  # of iptables' own kind, which nft does not show
_PLACES = "/usr/sbin:/sbin:/usr/local/sbin"  # which a user's PATH may lack
IN, OUT = ("prerouting", "input"), ("output", "postrouting")
MULTICAST_IN, UNICAST_IN, FRAGMENTS_IN = "multicast_in", "unicast_in", "fragments_in"
MULTICAST_OUT, UNICAST_OUT = "multicast_out", "unicast_out"
FLOWS = {
    MULTICAST_IN: "announcements that come",
    UNICAST_IN: "unicast that comes",
    FRAGMENTS_IN: "fragments that come",
    MULTICAST_OUT: "announcements that leave",
    UNICAST_OUT: "unicast that leaves",
}


@dataclass
class Firewall:
    """What was read in one network namespace."""

    chains: list[Chain] = field(default_factory=list)
    managers: list[str] = field(default_factory=list)  # "ufw", "firewalld, zone public"
    left_out: list[str] = field(default_factory=list)

    def as_result(self, nic: str, address: str, domain_id: int) -> dict:
        """For a NIC with an address such as 192.168.8.20/24: by which rule each kind of packet is dropped, or may be."""
        drops = [
            (flow, _drop(self.chains, flow, packet, hooks)) for flow, packet, hooks in _flows(nic, address, domain_id)
        ]
        return {
            "drops": [{"flow": flow, **_bounded(drop.as_result())} for flow, drop in drops if drop],
            "managers": self.managers,
            "left_out": self.left_out,
        }


class Tools:
    """Runs programs of the host; one that has taken too long is not run again."""

    def __init__(self, run: Callable[..., Outcome], find: Callable[[str], Optional[str]]) -> None:
        self._run, self._find = run, find
        self._slow: set[str] = set()

    def has(self, name: str) -> bool:
        return self._find(name) is not None

    def say(self, left_out: list[str], name: str, *arguments: str) -> Optional[str]:
        """What it prints; without a success None, and the reason is in `left_out`."""
        path = self._find(name)
        if path is None:
            return None
        if name in self._slow:
            left_out.append(f"{name}: not asked again, as it took longer than {WITHIN_S:.0f} s")
            return None
        try:
            outcome = self._run([path, *arguments], timeout=WITHIN_S)
        except OSError as error:
            left_out.append(f"{name}: {error.strerror}")
            return None
        if outcome.timed_out:
            self._slow.add(name)
            left_out.append(f"{name}: took longer than {WITHIN_S:.0f} s")
            return None
        if outcome.rc != 0:
            said = (outcome.stderr.strip() or outcome.stdout.strip() or f"status {outcome.rc}").splitlines()[0]
            left_out.append(printable(f"{name}: {said}")[:LONGEST])
            return None
        return outcome.stdout


def find_tool(name: str) -> Optional[str]:
    """The path of a program for administrators, None where it is not installed."""
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), _PLACES]))


def read_firewall(tools: Tools, *, of_host: bool, legacy: bool) -> Firewall:
    """The filter of the calling thread's network namespace. `legacy`: whether iptables has tables there that nft does not show.

    ufw and firewalld are asked for the host itself alone (`of_host`), as they manage no other namespace.
    """
    firewall = Firewall()
    if not any(map(tools.has, ("nft", "iptables-save", "iptables-legacy-save"))):
        firewall.left_out.append("firewall rules: neither nft nor iptables-save is installed")
    opaque = _read_nft(tools, firewall)
    _read_iptables(tools, firewall, opaque, legacy)
    if of_host:
        firewall.managers += _managers(tools, firewall.left_out)
    return firewall


def has_legacy_tables(path: str = LEGACY_TABLES) -> bool:
    """Whether the kernel has tables of iptables' own kind in the calling thread's namespace."""
    try:
        with open(path) as file:
            return bool(file.read().strip())
    except OSError:  # there is none of it, or it is for root alone, as the tools are
        return False


def _read_nft(tools: Tools, firewall: Firewall) -> bool:
    """Whether rules of iptables are to be read by its own program, as nft did not show them, or not so that one could tell."""
    rules = tools.say(firewall.left_out, "nft", "-j", "-a", "list", "ruleset")
    listing = tools.say(firewall.left_out, "nft", "-a", "list", "ruleset") if rules is not None else None
    if rules is None or listing is None:
        return True
    try:
        firewall.chains, opaque = nft.parse_nft(rules, listing)
    except ValueError as error:
        firewall.left_out.append(printable(f"nft: {error}")[:LONGEST])
        return True
    return opaque


def _read_iptables(tools: Tools, firewall: Firewall, opaque: bool, legacy: bool) -> None:
    names = [
        *(["iptables-save"] if opaque or (legacy and not tools.has("iptables-legacy-save")) else []),
        *(["iptables-legacy-save"] if legacy else []),
    ]
    for name in names:
        text = tools.say(firewall.left_out, name)
        if text is None:
            continue
        try:
            chains = iptables.parse_iptables(text)
        except ValueError as error:
            firewall.left_out.append(printable(f"{name}: {error}")[:LONGEST])
            continue
        if iptables.BY_NFT in text.partition("\n")[0]:
            # The same rules, in which nothing is opaque.
            tables = {f"ip {chain.table}" for chain in chains}
            firewall.chains = [chain for chain in firewall.chains if chain.table not in tables]
        firewall.chains += chains


def _managers(tools: Tools, left_out: list[str]) -> Iterator[str]:
    status = tools.say(left_out, "ufw", "status") if tools.has("ufw") else None
    if status and is_ufw_active(status):
        yield "ufw"
    # It says so by its status as well when it does not run, which is nothing that was left out.
    state = tools.say([], "firewall-cmd", "--state") if tools.has("firewall-cmd") else None
    if state and state.strip() == "running":
        zone = zone_of(tools.say(left_out, "firewall-cmd", "--list-all") or "")
        yield f"firewalld, zone {zone}" if zone else "firewalld"


def is_ufw_active(text: str) -> bool:
    """Of `ufw status`."""
    return text.split()[:2] == ["Status:", "active"]


def zone_of(text: str) -> str:
    """The zone in `firewall-cmd --list-all`."""
    return printable(text.split()[0]) if text.split() else ""


def _flows(nic: str, address: str, domain_id: int) -> Iterator[tuple[str, Packet, Sequence[str]]]:
    """What DDS needs to pass at a NIC, by what is known of it."""
    own, lan = addresses(address.partition("/")[0]), addresses(address)
    group = addresses(GROUP)
    multicast = ports.discovery_multicast(domain_id)
    first = ports.discovery_unicast(domain_id, 0)
    # As they come, no other rule has marked or translated them.
    fresh = {"state": "new", "status": "none", "mark": (0, 0)}
    udp = {"l4proto": "udp", "nfproto": "ipv4", "fragment": "no", **fresh}
    to_all = {**udp, "daddr": group, "dport": (multicast, multicast), "daddr_type": "multicast"}
    to_one = {**udp, "dport": (first, ports.user_unicast(domain_id, PARTICIPANTS - 1))}
    come = {"iifname": nic, "saddr": lan}
    here = {**come, "daddr": own, "daddr_type": "local", "pkttype": "host"}
    go = {"oifname": nic, "saddr": own}
    pieces = {name: value for name, value in {**to_one, **here}.items() if name != "dport"}
    yield MULTICAST_IN, {**to_all, **come, "pkttype": "multicast"}, IN
    yield UNICAST_IN, {**to_one, **here}, IN
    yield FRAGMENTS_IN, {**pieces, "fragment": "yes"}, IN
    yield MULTICAST_OUT, {**to_all, **go}, OUT
    yield UNICAST_OUT, {**to_one, **go, "daddr": lan, "daddr_type": "unicast"}, OUT


def _drop(chains: Sequence[Chain], flow: str, packet: Packet, hooks: Sequence[str]) -> Optional[Drop]:
    drop = drop_of(chains, hooks, packet)
    if flow != FRAGMENTS_IN or drop is None:
        return drop
    # What drops fragments along with all else is told of the packets that are whole.
    tests = drop.rule.tests if drop.rule else ()
    return drop if any(test.field == "fragment" for test in tests) else None


def _bounded(result: dict) -> dict:
    return {name: printable(each)[:LONGEST] if isinstance(each, str) else each for name, each in result.items()}
