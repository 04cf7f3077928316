# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the pairs that do not hear each other to the fewest causes that explain them.

Private to this collection. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import permutations
from typing import Collection, Iterator, Optional, Sequence

from .probes import Probe

EVERYBODY = "deaf-network"
DEAF = "deaf-host"
MUTE = "mute-host"
ISOLATED = "isolated-host"
ONE_WAY = "one-way"
PAIR = "deaf-pair"
PARTITION = "partition"

Pair = tuple  # (Probe that should hear, Probe that should be heard)


@dataclass(frozen=True)
class Cause:
    """One explanation of deaf pairs; `probes` are those that are at fault, or in `one-way` who hears, then who not.

    A `partition` has `groups`, of which none hears another; with `directed` the first does not hear the second, which hears it.
    """

    code: str
    probes: tuple[Probe, ...]
    groups: tuple[tuple[Probe, ...], ...] = ()
    directed: bool = False
    pairs: frozenset[Pair] = field(default=frozenset(), compare=False)  # the deaf ones that it explains

    def is_between(self, hosts: Collection[tuple[str, str]]) -> bool:
        """Whether any of its pairs is of such a pair of hosts."""
        return any((listener.host, speaker.host) in hosts for listener, speaker in self.pairs)


def compare(probes: Sequence[Probe]) -> tuple[set[Pair], set[Pair]]:
    """(all pairs among working probes of one network and scope, those that do not hear each other)."""
    pairs = set(permutations((probe for probe in probes if probe.works), 2))
    return pairs, {pair for pair in pairs if pair[0].hears(pair[1]) is None}


def explain_pairs(probes: Sequence[Probe], pairs: Collection[Pair], deaf: set[Pair]) -> list[Cause]:
    """Causes for the `deaf` of the compared `pairs`, of whatever was compared; `probes` gives the order."""
    far = {pair for pair in pairs if pair[0].host != pair[1].host}
    far_deaf = far & deaf
    if far and far_deaf == far:
        concerned = {probe for pair in far for probe in pair}
        everybody = Cause(EVERYBODY, tuple(probe for probe in probes if probe in concerned), pairs=frozenset(far))
        return [everybody, *_pairs(deaf - far, deaf)]
    causes: list[Cause] = []
    if len({probe.host for pair in far for probe in pair}) > 2:
        causes = list(_hosts(probes, far, far_deaf))
    left = deaf - {pair for cause in causes for pair in cause.pairs}
    parted = _partition(probes, far, left & far)
    if parted:
        causes.append(parted)
        left -= parted.pairs
    return [*causes, *_pairs(left, deaf)]


def _partition(probes: Sequence[Probe], far: set[Pair], left: set[Pair]) -> Optional[Cause]:
    """Two or more groups of hosts that do not hear each other, where more than a pair of hosts is concerned."""
    concerned = {probe.host for pair in left for probe in pair}
    if len(concerned) < 3:
        return None
    groups = _groups(probes, concerned, far - left)
    across = {pair for pair in left if _group_of(pair[0], groups) != _group_of(pair[1], groups)}
    if len(groups) > 1 and max(map(len, groups)) > 1 and len(across) > 2:
        return _parted(probes, groups, across)
    deaf_hosts, unheard = ({pair[side].host for pair in left} for side in (0, 1))
    among = {pair for pair in far if pair[0].host in deaf_hosts and pair[1].host in unheard}
    if deaf_hosts & unheard or among != left:
        return None
    return _parted(probes, [deaf_hosts, unheard], left, directed=True)


def _groups(probes: Sequence[Probe], hosts: set[str], hearing: set[Pair]) -> list[set[str]]:
    """The hosts by who hears whom, one way at least, and be it over others."""
    near: dict[str, set[str]] = {host: set() for host in hosts}
    for listener, speaker in hearing:
        if {listener.host, speaker.host} <= hosts:
            near[listener.host].add(speaker.host)
            near[speaker.host].add(listener.host)
    groups: list[set[str]] = []
    for host in dict.fromkeys(probe.host for probe in probes if probe.host in hosts):
        if not any(host in group for group in groups):
            group, waiting = set(), [host]
            while waiting:
                each = waiting.pop()
                if each not in group:
                    group.add(each)
                    waiting += near[each]
            groups.append(group)
    return groups


def _group_of(probe: Probe, groups: Sequence[set[str]]) -> int:
    return next(number for number, group in enumerate(groups) if probe.host in group)


def _parted(probes: Sequence[Probe], groups: Sequence[set[str]], pairs: set[Pair], directed: bool = False) -> Cause:
    concerned = {probe for pair in pairs for probe in pair}
    parts = tuple(tuple(each for each in probes if each in concerned and each.host in group) for group in groups)
    return Cause(PARTITION, sum(parts, ()), parts, directed, frozenset(pairs))


def _hosts(probes: Sequence[Probe], far: set[Pair], far_deaf: set[Pair]) -> Iterator[Cause]:
    """Probes that no other host hears, or that hear no other host."""
    deaf = {probe for probe in probes if _all(far, far_deaf, 0, probe)}
    mute = {probe for probe in probes if _all(far, far_deaf, 1, probe)}
    isolated = deaf & mute
    deaf_only, mute_only = deaf - isolated, mute - isolated
    unexplained = {pair for pair in far_deaf if not isolated & set(pair)}
    # Where all but one are deaf, that one seems mute, and the other way round: the smaller blame that explains all.
    if all(pair[0] in deaf_only for pair in unexplained):
        mute_only = set()
    elif all(pair[1] in mute_only for pair in unexplained):
        deaf_only = set()
    for code, guilty in ((ISOLATED, isolated), (DEAF, deaf_only), (MUTE, mute_only)):
        for host in sorted({probe.host for probe in guilty}):
            those = tuple(probe for probe in probes if probe in guilty and probe.host == host)
            yield Cause(code, those, pairs=frozenset(pair for pair in far_deaf if _explains(code, those, pair)))


def _all(far: set[Pair], far_deaf: set[Pair], side: int, probe: Probe) -> bool:
    own = {pair for pair in far if pair[side] is probe}
    return bool(own) and own <= far_deaf


def _explains(code: str, guilty: Sequence[Probe], pair: Pair) -> bool:
    listener, speaker = pair
    return (listener in guilty and code in (DEAF, ISOLATED)) or (speaker in guilty and code in (MUTE, ISOLATED))


def _pairs(unexplained: set[Pair], deaf: set[Pair]) -> Iterator[Cause]:
    told = set()
    for pair in sorted(unexplained, key=lambda pair: [(probe.label, probe.pod) for probe in pair]):
        back = (pair[1], pair[0])
        if back not in deaf:
            yield Cause(ONE_WAY, back, pairs=frozenset([pair]))
        elif back not in told:
            told.add(pair)
            yield Cause(PAIR, pair, pairs=frozenset([pair, back]))
