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

from .ears import Ear

EVERYBODY = "deaf-network"
DEAF = "deaf-host"
MUTE = "mute-host"
ISOLATED = "isolated-host"
ONE_WAY = "one-way"
PAIR = "deaf-pair"

Pair = tuple  # (Ear that should hear, Ear that should be heard)


@dataclass(frozen=True)
class Cause:
    """One explanation of deaf pairs; `ears` are those that are at fault, or in `one-way` who hears, then who not."""

    code: str
    ears: tuple[Ear, ...]


def explain(ears: Sequence[Ear]) -> list[Cause]:
    """Causes for the pairs among working ears of one network and scope that do not hear each other."""
    pairs = set(permutations((ear for ear in ears if ear.works), 2))
    deaf = {pair for pair in pairs if pair[0].hears(pair[1]) is None}
    far = {pair for pair in pairs if pair[0].host != pair[1].host}
    far_deaf = far & deaf
    if far and far_deaf == far:
        return [Cause(EVERYBODY, tuple(ear for ear in ears if ear.works)), *_pairs(deaf - far, deaf)]
    causes: list[Cause] = []
    if len({ear.host for pair in far for ear in pair}) > 2:
        causes = list(_hosts(ears, far, far_deaf))
    blamed = {(cause.code, ear) for cause in causes for ear in cause.ears}
    return [*causes, *_pairs({pair for pair in deaf if not _explained(pair, blamed)}, deaf)]


def _hosts(ears: Sequence[Ear], far: set[Pair], far_deaf: set[Pair]) -> Iterator[Cause]:
    """Ears that no other host hears, or that hear no other host."""
    deaf = {ear for ear in ears if _all(far, far_deaf, 0, ear)}
    mute = {ear for ear in ears if _all(far, far_deaf, 1, ear)}
    isolated = deaf & mute
    deaf_only, mute_only = deaf - isolated, mute - isolated
    unexplained = {pair for pair in far_deaf if not isolated & set(pair)}
    # Where all but one are deaf, that one seems mute, and the other way round: the smaller blame that explains all.
    if all(pair[0] in deaf_only for pair in unexplained):
        mute_only = set()
    elif all(pair[1] in mute_only for pair in unexplained):
        deaf_only = set()
    for code, guilty in ((ISOLATED, isolated), (DEAF, deaf_only), (MUTE, mute_only)):
        for host in sorted({ear.host for ear in guilty}):
            yield Cause(code, tuple(ear for ear in ears if ear in guilty and ear.host == host))


def _all(far: set[Pair], far_deaf: set[Pair], side: int, ear: Ear) -> bool:
    own = {pair for pair in far if pair[side] is ear}
    return bool(own) and own <= far_deaf


def _explained(pair: Pair, blamed: set[tuple[str, Ear]]) -> bool:
    listener, speaker = pair
    if listener.host == speaker.host:
        return False
    guilty = {(ISOLATED, listener), (ISOLATED, speaker), (DEAF, listener), (MUTE, speaker)}
    return bool(guilty & blamed)


def _pairs(unexplained: set[Pair], deaf: set[Pair]) -> Iterator[Cause]:
    told = set()
    for pair in sorted(unexplained, key=lambda pair: [(ear.label, ear.pod) for ear in pair]):
        back = (pair[1], pair[0])
        if back not in deaf:
            yield Cause(ONE_WAY, back)
        elif back not in told:
            told.add(pair)
            yield Cause(PAIR, pair)
