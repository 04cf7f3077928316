# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has a vote in the database: what MicroK8s' database (dqlite) decides by itself, on etcd's members."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from microk8s_lab.etcd import Peer
from microk8s_lab.yamlish import Member

VOTER, STANDBY, SPARE = 0, 1, 2
VOTERS = 3  # and as many standbys; below this many members there is one voter


@dataclass(frozen=True)
class Change:
    """What the leader does next to one member: give it a vote, or take it away."""

    peer: Peer
    vote: bool


def promotes_itself(own: str, peers: Sequence[Peer], online: Collection[str]) -> bool:
    """Whether the member at address ``own``, which just started, asks for a vote."""
    voters = [peer for peer in peers if not peer.learner and peer.address in online]
    return len(peers) >= VOTERS > len(voters) and any(peer.learner for peer in peers if peer.address == own)


def adjustment(leader: str, peers: Sequence[Peer], online: Collection[str]) -> Change | None:
    """The leader's next step, None when all is as it should be. ``online`` are the addresses that answer."""
    voters = [peer for peer in peers if not peer.learner]
    if len(peers) < VOTERS:
        return next((Change(peer, False) for peer in voters if peer.id != leader and peer.address in online), None)
    with_vote = [peer for peer in voters if peer.address in online]
    without = [peer for peer in peers if peer.learner and peer.name and peer.address in online]
    if len(with_vote) < VOTERS:
        return Change(without[0], True) if without else None
    away = [peer for peer in voters if peer.address not in online]
    return Change(away[0], False) if away else None


def members(peers: Iterable[Peer]) -> list[Member]:
    """The members with the roles that MicroK8s shows, voters first."""
    ordered = sorted(peers, key=lambda peer: (peer.learner, peer.address))
    voters = sum(not peer.learner for peer in ordered)
    listed = []
    for place, peer in enumerate(ordered):
        after = place - voters
        role = VOTER if not peer.learner else STANDBY if voters >= VOTERS and after < VOTERS else SPARE
        listed.append(Member(int(peer.name or peer.id), peer.address, role))
    return listed
