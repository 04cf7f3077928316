# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the pairs that do not hear each other to the fewest causes that explain them.

Private to this collection. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import Iterator, Sequence

from .probes import Probe

EVERYBODY = "deaf-network"
DEAF = "deaf-host"
MUTE = "mute-host"
ISOLATED = "isolated-host"
ONE_WAY = "one-way"
PAIR = "deaf-pair"

Pair = tuple  # (Probe that should hear, Probe that should be heard)


@dataclass(frozen=True)
class Cause:
    """One explanation of deaf pairs; `probes` are those that are at fault, or in `one-way` who hears, then who not."""

    code: str
    probes: tuple[Probe, ...]


def explain(probes: Sequence[Probe]) -> list[Cause]:
    """Causes for the pairs among working probes of one network and scope that do not hear each other."""
    pairs = set(permutations((probe for probe in probes if probe.works), 2))
    deaf = {pair for pair in pairs if pair[0].hears(pair[1]) is None}
    far = {pair for pair in pairs if pair[0].host != pair[1].host}
    far_deaf = far & deaf
    if far and far_deaf == far:
        return [Cause(EVERYBODY, tuple(probe for probe in probes if probe.works)), *_pairs(deaf - far, deaf)]
    causes: list[Cause] = []
    if len({probe.host for pair in far for probe in pair}) > 2:
        causes = list(_hosts(probes, far, far_deaf))
    blamed = {(cause.code, probe) for cause in causes for probe in cause.probes}
    return [*causes, *_pairs({pair for pair in deaf if not _explained(pair, blamed)}, deaf)]


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
            yield Cause(code, tuple(probe for probe in probes if probe in guilty and probe.host == host))


def _all(far: set[Pair], far_deaf: set[Pair], side: int, probe: Probe) -> bool:
    own = {pair for pair in far if pair[side] is probe}
    return bool(own) and own <= far_deaf


def _explained(pair: Pair, blamed: set[tuple[str, Probe]]) -> bool:
    listener, speaker = pair
    if listener.host == speaker.host:
        return False
    guilty = {(ISOLATED, listener), (ISOLATED, speaker), (DEAF, listener), (MUTE, speaker)}
    return bool(guilty & blamed)


def _pairs(unexplained: set[Pair], deaf: set[Pair]) -> Iterator[Cause]:
    told = set()
    for pair in sorted(unexplained, key=lambda pair: [(probe.label, probe.pod) for probe in pair]):
        back = (pair[1], pair[0])
        if back not in deaf:
            yield Cause(ONE_WAY, back)
        elif back not in told:
            told.add(pair)
            yield Cause(PAIR, pair)
