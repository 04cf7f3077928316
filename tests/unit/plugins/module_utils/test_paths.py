# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent to the peers and when, what of what arrives is counted, and what a closed target says."""

from __future__ import annotations

import errno
import socket

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._paths import (
    ROUNDS,
    PathPeer,
    Paths,
    PathsAsked,
    counted_rounds,
    open_paths,
    read_datagram,
    schedule,
    write_datagram,
)

OWN, PEER, OTHER = "10.0.0.1", "10.0.0.2", "10.0.0.9"
ASKED = PathsAsked(7472, (7470, 7471), (PathPeer(PEER, 7472),))


class Sending:
    """The socket that sends."""

    address = OWN

    def __init__(self, refuses=None):
        self.socket, self.failures, self.refuses = self, {}, refuses or {}
        self.sent, self.whole = [], None

    def setsockopt(self, _level, _name, value):
        self.whole = value == 3

    def send(self, data, destination):
        if len(data) in self.refuses:
            raise OSError(self.refuses[len(data)], "")
        self.sent.append((destination, len(data), self.whole))


def test_a_datagram_is_read_as_it_was_written():
    data = write_datagram(OWN, 7472, 1472, 3, 1372)
    assert (len(data), read_datagram(data)) == (1372, (OWN, 7472, 1472, 3))


GOOD = write_datagram(PEER, 7472, 64, 0, 64)


@pytest.mark.parametrize(
    "data, source, port, arrived",
    [
        (GOOD, PEER, 7472, {"64": 1}),
        (GOOD, PEER, 7470, {"7470": 1}),
        (GOOD, OTHER, 7472, {}),  # not a peer
        (write_datagram(OTHER, 7472, 64, 0, 64), PEER, 7472, {}),  # passed on, or translated
        (write_datagram(PEER, 7473, 64, 0, 64), PEER, 7472, {}),  # of another run
        (write_datagram(PEER, 7472, 65, 0, 64), PEER, 7472, {}),
        (write_datagram(PEER, 7472, 64, ROUNDS, 64), PEER, 7472, {}),
        (GOOD[:10], PEER, 7472, {}),
        (b"", PEER, 7472, {}),
        (b"RTPS" + bytes(60), PEER, 7472, {}),
    ],
)
def test_what_is_foreign_is_counted_and_taken_for_nothing_else(data, source, port, arrived):
    paths = Paths(ASKED)
    paths.hear(data, source, port)
    result = paths.as_result()
    assert (result["peers"][0]["arrived"], result["foreign"]) == (arrived, 0 if arrived else 1)


def test_what_comes_twice_arrives_once_and_rounds_count_from_the_first_that_came():
    paths = Paths(ASKED)
    for number in (1, 1, 3):
        paths.hear(write_datagram(PEER, 7472, 64, number, 64), PEER, 7472)
    (peer,) = paths.as_result()["peers"]
    assert (peer["arrived"], peer["rounds"]) == ({"64": 2}, 3)


@pytest.mark.parametrize(
    "arrived, rounds",
    [
        ({}, []),
        ({2: 5}, [2]),
        ({0: 5, 4: 5}, [0, 1, 2, 3, 4]),
        ({0: 2, 1: 5, 2: 5, 3: 5, 4: 1}, [1, 2, 3]),  # it began to listen, and ended, in the middle of one
        ({1: 3, 2: 2, 3: 3}, [1, 2, 3]),  # the one in between was not lost by the ends
        ({0: 1, 1: 5}, [0, 1]),  # too few to do without
    ],
)
def test_only_rounds_in_which_both_were_there_count(arrived, rounds):
    assert list(counted_rounds(arrived)) == rounds


SIZES_AND_PORTS = (64, 1472, 8000, 7470, 7471)


def arriving(*missing, rounds=(0, 1, 2), first=()):
    """[(size or port, round)] of all but what is missing."""
    every = [(what, number) for number in rounds for what in SIZES_AND_PORTS]
    return [
        each
        for each in every
        if each not in missing and (each[1], each[0] in first) != (rounds[0], False if first else None)
    ]


@pytest.mark.parametrize(
    "arrived, proven",
    [
        (arriving(), True),
        (arriving(rounds=(2, 3)), True),  # the peer began earlier
        (arriving(first=(8000, 7470)), True),  # or in the middle of a round
        (arriving(rounds=(0,)), False),  # one round may be cut short
        ([], False),
        (arriving((8000, 0), (8000, 1), (8000, 2)), False),
        (arriving((7471, 1)), False),  # a loss
        (arriving((7471, 2)), False),  # or yet to come
    ],
)
def test_a_path_is_proven_by_two_rounds_without_a_loss(arrived, proven):
    paths = Paths(ASKED, listening=dict.fromkeys((7470, 7471, 7472)))
    for what, number in arrived:
        small = what in (7470, 7471)
        size = 64 if small else what
        paths.hear(write_datagram(PEER, 7472, size, number, size), PEER, what if small else 7472)
    assert paths.proven is proven


def test_what_was_not_tried_is_not_proven():
    assert not Paths(ASKED, error="not opened").proven


@pytest.mark.parametrize("mtu, whole", [(1500, 1472), (9000, 1472), (1400, 1372)])
def test_each_round_sends_each_size_and_asks_the_ports_of_dds(mtu, whole):
    own = Sending()
    paths = Paths(ASKED, own, mtu=mtu)
    paths.plan(5.0)
    paths.put(0.2)
    assert own.sent == [
        ((PEER, 7472), 64, False),
        ((PEER, 7472), whole, True),
        ((PEER, 7472), 8000, False),
        ((PEER, 7470), 64, False),
        ((PEER, 7471), 64, False),
    ]
    paths.put(5.0)
    assert (len(own.sent), paths.next_s) == (5 * ROUNDS, None)
    assert paths.as_result()["peers"][0]["sent"] == dict.fromkeys(["64", "1472", "8000", "7470", "7471"], ROUNDS)


@pytest.mark.parametrize(
    "code, sent, errors",
    [
        (errno.EPERM, ROUNDS, ["operation not permitted"]),
        (errno.EMSGSIZE, ROUNDS, ["message too long"]),
        (errno.EAGAIN, None, []),  # no room here: never sent
    ],
)
def test_what_cannot_be_sent_is_said_once_and_the_rest_is_sent(code, sent, errors):
    own = Sending({1472: code})
    paths = Paths(ASKED, own, mtu=1500)
    paths.plan(5.0)
    paths.put(5.0)
    own.failures[PEER, 7470] = errno.ECONNREFUSED
    (peer,) = paths.as_result()["peers"]
    assert (peer["sent"].get("1472"), peer["sent"]["8000"]) == (sent, ROUNDS)
    assert peer["errors"] == sorted([*errors, "connection refused"])


def test_without_a_plan_nothing_is_sent():
    own = Sending()
    paths = Paths(ASKED, own)
    paths.put(5.0)
    assert (own.sent, paths.next_s) == ([], None)


@pytest.mark.parametrize("duration, peers", [(0.2, 3), (5.0, 2), (5.0, 6), (21.0, 59), (21.0, 64)])
def test_all_is_sent_before_the_end_in_order_and_not_at_once(duration, peers):
    due = schedule(duration, peers)
    assert len(due) == ROUNDS * peers
    assert max(at for at, _number, _peer in due) < duration
    for peer in range(peers):
        times = [at for at, _number, each in due if each == peer]
        assert all(one < other for one, other in zip(times, times[1:]))
    assert due[0][0] <= 0.2


def test_probes_that_begin_ten_seconds_apart_still_get_two_rounds_of_each_other():
    times = [at for at, _number, _peer in schedule(21.0, 1)]
    assert len([at for at in times if at >= 10]) >= 2


def test_a_port_of_another_program_is_not_asked_and_one_of_dds_alone_is_left_out():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken, socket.socket(
        socket.AF_INET, socket.SOCK_DGRAM
    ) as free:
        taken.bind(("127.0.0.1", 0))
        free.bind(("127.0.0.1", 0))
        port, other = taken.getsockname()[1], free.getsockname()[1]
        closed = open_paths(PathsAsked(port, (), (PathPeer("127.0.0.1", port),)), "lo", "127.0.0.1", 1500)
        free.close()
        half = open_paths(PathsAsked(other, (port,), (PathPeer("127.0.0.1", other),)), "lo", "127.0.0.1", 1500)
    result = closed.as_result()
    assert result["error"].startswith(
        f"cannot listen on 127.0.0.1:{port}: address already in use. Another program has it"
    )
    assert (result["peers"], list(closed.sockets())) == ([], [])
    assert (half.as_result()["error"], half.as_result()["dds_ports"]) == ("", [])
    half.close()
