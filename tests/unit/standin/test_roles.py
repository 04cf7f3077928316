# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has a vote, and what is shown of it."""

from __future__ import annotations

import pytest
from microk8s_lab import roles
from microk8s_lab.etcd import Peer
from microk8s_lab.yamlish import Member


def peer(number: int, kind: str, started: bool = True) -> Peer:
    return Peer(str(number), str(number) if started else "", f"10.0.0.{number}:19001", kind == "learner")


def addresses(*numbers: int) -> set[str]:
    return {f"10.0.0.{number}:19001" for number in numbers}


ONE, SECOND = peer(1, "voter"), peer(2, "learner")
THREE = [peer(number, "voter") for number in (1, 2, 3)]


@pytest.mark.parametrize(
    ("peers", "online", "expected"),
    [
        ([ONE], {1}, None),
        ([ONE, SECOND], {1, 2}, None),
        ([ONE, peer(2, "voter")], {1, 2}, (2, False)),
        ([ONE, peer(2, "voter")], {1}, None),
        ([ONE, SECOND, peer(3, "voter")], {1, 2, 3}, (2, True)),
        ([ONE, SECOND, peer(3, "voter")], {1, 3}, None),
        ([ONE, peer(2, "learner", started=False), peer(3, "voter")], {1, 2, 3}, None),
        (THREE, {1, 2, 3}, None),
        (THREE, {1, 2}, None),
        ([*THREE, peer(4, "learner")], {1, 2, 4}, (4, True)),
        ([*THREE, peer(4, "voter")], {1, 2, 4}, (3, False)),
        ([*THREE, peer(4, "learner")], {1, 2, 3, 4}, None),
    ],
    ids=[
        "alone",
        "the second has no vote",
        "one of two voters loses it",
        "but not when it does not answer",
        "three: all vote",
        "a dead one gets no vote",
        "nor one that never started",
        "settled",
        "nobody to take a dead voter's place",
        "the standby takes a dead voter's place",
        "and then the dead one loses its vote",
        "the fourth stands by",
    ],
)
def test_the_leader_adjusts_one_vote_at_a_time(peers, online, expected):
    change = roles.adjustment("1", peers, addresses(*online))
    assert (change and (int(change.peer.id), change.vote)) == expected


@pytest.mark.parametrize(
    ("peers", "online", "expected"),
    [
        ([ONE, SECOND], {1, 2}, False),
        ([ONE, peer(3, "learner"), SECOND], {1, 2}, True),
        ([*THREE[:1], SECOND, *THREE[2:], peer(4, "voter")], {1, 2, 3, 4}, False),
    ],
    ids=["second of two", "third, beside a dead one: as transcript 146", "three vote already"],
)
def test_a_new_member_asks_for_a_vote(peers, online, expected):
    assert roles.promotes_itself("10.0.0.2:19001", peers, addresses(*online)) is expected


def test_roles_shown():
    assert roles.members([SECOND, ONE]) == [Member(1, "10.0.0.1:19001", 0), Member(2, "10.0.0.2:19001", 2)]
    many = [*THREE, *(peer(number, "learner") for number in (4, 5, 6, 7))]
    assert [member.role for member in roles.members(many)] == [0, 0, 0, 1, 1, 1, 2]


def test_a_member_that_never_started_is_shown_by_etcds_own_number():
    assert roles.members([ONE, peer(9, "learner", started=False)])[1].id == 9
