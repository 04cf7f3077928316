# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a packet filter does with a packet of which not all is known: surely drops it, may drop it, or lets it pass.

Private to this collection. Pure. Rules come from _nft_rules.py and _iptables_rules.py; what those do not understand is a test
without values, of which nobody knows whether a packet meets it.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Iterable, Mapping, Optional, Sequence, Tuple, Union

ACCEPT, DROP, RETURN, JUMP, GOTO, GO_ON = "accept", "drop", "return", "jump", "goto", ""
Value = Union[str, Tuple[int, int]]  # a word, or the first and last of numbers
Packet = Mapping[str, Value]


@dataclass(frozen=True)
class Match:
    """A field has one of the values, or none of them when `negated`; without a field nobody knows."""

    field: str
    values: tuple[Value, ...] = ()
    negated: bool = False


UNKNOWN = Match("")


@dataclass(frozen=True)
class Rule:
    """What is done with a packet that meets all tests. `text` is for people."""

    text: str
    tests: tuple[Match, ...]
    verdict: str
    target: str = ""  # the chain of a jump


@dataclass
class Chain:
    """Rules in their order; with a hook, packets begin there."""

    tool: str
    table: str
    name: str
    hook: str = ""
    priority: int = 0
    policy: str = ACCEPT
    rules: list[Rule] = field(default_factory=list)


@dataclass(frozen=True)
class Drop:
    """The rule by which a packet is dropped, or may be."""

    chain: Chain
    rule: Optional[Rule]  # None for the chain's policy
    sure: bool

    def as_result(self) -> dict:
        where = {"tool": self.chain.tool, "table": self.chain.table, "chain": self.chain.name}
        return {**where, "rule": self.rule.text if self.rule else "policy drop", "sure": self.sure}


@dataclass
class _Walk:
    """What becomes of a packet in a chain: a sure drop, ACCEPT when no later rule is asked, GO_ON at the end of the chain."""

    end: Union[str, Drop] = GO_ON
    left: bool = False  # it may have left the chain before
    may: Optional[Drop] = None  # what may have dropped it

    def take(self, end: Union[str, Drop], meets: bool) -> bool:
        """How a rule ends that is met, or may be; returns whether no later rule of the chain is asked."""
        if isinstance(end, Drop) and not (meets and not self.left):
            self.may = self.may or replace(end, sure=False)
            end = ACCEPT if meets else GO_ON
        elif not meets and end != GO_ON:
            self.left, end = True, GO_ON
        self.end = GO_ON if end == RETURN else end
        return end != GO_ON


class _Filter:
    """All chains, for one packet. What a chain does with it is the same wherever the packet comes from, and found out once."""

    def __init__(self, chains: Sequence[Chain], packet: Packet) -> None:
        self._packet = packet
        self._chains = {(each.tool, each.table, each.name): each for each in chains}
        self._walks: dict[tuple[str, str, str], _Walk] = {}

    def walk(self, chain: Chain) -> _Walk:
        """The way through a chain."""
        key = (chain.tool, chain.table, chain.name)
        if key not in self._walks:
            self._walks[key] = _Walk(left=True)  # of a chain within itself, which no kernel has
            self._walks[key] = self._through(chain)
        return self._walks[key]

    def _through(self, chain: Chain) -> _Walk:
        walk = _Walk()
        for rule in chain.rules:
            meets = _meets(rule, self._packet)
            if meets is False or rule.verdict == GO_ON:
                continue
            end: Union[str, Drop] = Drop(chain, rule, True) if rule.verdict == DROP else rule.verdict
            if rule.verdict in (JUMP, GOTO):
                end = self._jumped(walk, (chain.tool, chain.table, rule.target))
                end = RETURN if end == GO_ON and rule.verdict == GOTO else end
            if walk.take(end, meets is True):
                break
        return walk

    def _jumped(self, walk: _Walk, key: tuple[str, str, str]) -> Union[str, Drop]:
        target = self._chains.get(key)
        inside = self.walk(target) if target else _Walk(left=True)
        walk.left, walk.may = walk.left or inside.left, walk.may or inside.may
        return inside.end


def drop_of(chains: Sequence[Chain], hooks: Iterable[str], packet: Packet) -> Optional[Drop]:
    """The first rule that surely drops the packet on its way through the hooks; else the first that may; else None."""
    filters = _Filter(chains, packet)
    may: Optional[Drop] = None
    for hook in hooks:
        # What one chain has accepted goes through the next all the same.
        for chain in sorted((each for each in chains if each.hook == hook), key=lambda each: each.priority):
            walk = filters.walk(chain)
            if walk.end == GO_ON and chain.policy == DROP:
                walk.take(Drop(chain, None, True), True)
            if isinstance(walk.end, Drop):
                return walk.end
            may = may or walk.may
    return may


def _meets(rule: Rule, packet: Packet) -> Optional[bool]:
    answers = [_passes(test, packet.get(test.field)) for test in rule.tests]
    if False in answers:
        return False
    return None if None in answers else True


def _passes(test: Match, value: Optional[Value]) -> Optional[bool]:
    if value is None or not test.values:
        return None
    within = _is_word_among(value, test.values) if isinstance(value, str) else _is_range_within(value, test.values)
    return within if within is None else within is not test.negated


def _is_word_among(word: str, values: Sequence[Value]) -> Optional[bool]:
    if not all(isinstance(each, str) for each in values):
        return None
    return any(fnmatchcase(word, str(each)) for each in values)


def _is_range_within(wanted: tuple[int, int], values: Sequence[Value]) -> Optional[bool]:
    ranges = sorted(each for each in values if isinstance(each, tuple))
    if len(ranges) < len(values):
        return None
    low, high = wanted
    if all(last < low or first > high for first, last in ranges):
        return False
    for first, last in ranges:
        if first <= low <= last:
            low = last + 1
    return True if low > high else None


def addresses(text: str) -> tuple[int, int]:
    """The first and last of an IPv4 address or network. Raises ValueError."""
    network = ipaddress.IPv4Network(text, strict=False)
    return int(network.network_address), int(network.broadcast_address)
