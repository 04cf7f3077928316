# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The probe's own port, on the loopback: what the kernel tells of those who are asked."""

from __future__ import annotations

import contextlib
import errno
import select
import socket

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps import sockets
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.sockets import OwnPort, SocketError

LOOPBACK = "127.0.0.1"
PATIENCE_S = 5


@pytest.fixture
def own():
    with contextlib.closing(OwnPort("lo", LOOPBACK)) as own:
        yield own


@pytest.fixture
def peer():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind((LOOPBACK, 0))
        peer.settimeout(PATIENCE_S)
        yield peer


def nobody():
    """A port on which nothing listens any more."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as left:
        left.bind((LOOPBACK, 0))
        return left.getsockname()


def read(own):
    """What there is to read, as soon as there is something."""
    assert select.select([own.socket], [], [], PATIENCE_S)[0]
    return list(own.receive())


def test_what_comes_back_is_read_with_its_sender(own, peer):
    own.send(b"question", peer.getsockname())
    assert peer.recvfrom(100) == (b"question", (LOOPBACK, own.port))
    peer.sendto(b"answer", (LOOPBACK, own.port))
    (datagram,) = read(own)
    assert (datagram.data, (datagram.address, datagram.port)) == (b"answer", peer.getsockname())
    assert (datagram.multicast, own.failures) == (False, {})


def test_who_refuses_is_known_by_address_and_port(own, peer):
    refusing = nobody()
    own.send(b"question", refusing)
    own.send(b"question", peer.getsockname())
    assert read(own) == []
    assert own.failures == {refusing: errno.ECONNREFUSED}


def test_a_refusal_keeps_nothing_from_those_who_are_asked_next(own, peer):
    for _round in range(3):
        own.send(b"lost", nobody())
        own.send(b"question", peer.getsockname())
        assert peer.recv(100) == b"question"


def test_after_the_refusals_are_read_there_is_nothing_to_wait_for(own):
    own.send(b"question", nobody())
    read(own)
    assert select.select([own.socket], [], [], 0) == ([], [], [])


def test_an_address_that_the_host_does_not_have_is_named():
    with pytest.raises(SocketError, match="cannot listen on 192.0.2.1:0 for NIC eth0"):
        OwnPort("eth0", "192.0.2.1")


def test_what_found_no_room_is_counted(own, peer):
    own.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2 * 4096)
    for _number in range(200):
        peer.sendto(bytes(1000), (LOOPBACK, own.port))
    arrived = len(read(own))
    peer.sendto(b"afterwards", (LOOPBACK, own.port))
    assert [datagram.data for datagram in read(own)] == [b"afterwards"]
    assert (own.dropped, arrived < 200) == (200 - arrived, True)


def test_sockets_ask_for_more_room_than_usual(own, peer):
    assert own.socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) >= peer.getsockopt(
        socket.SOL_SOCKET, socket.SO_RCVBUF
    )
    assert own.dropped == 0


ANOTHER = "127.0.0.2"  # as a NIC's address


@pytest.mark.parametrize("of_host", [True, False])
def test_who_answers_its_own_host_by_the_loopback_is_heard_where_that_is_wanted(peer, of_host):
    with contextlib.closing(OwnPort("lo", ANOTHER, of_host=of_host)) as own:
        peer.sendto(b"answer", (LOOPBACK, own.port))
        peer.sendto(b"the usual way", (ANOTHER, own.port))
        assert {datagram.data for datagram in read(own)} == {b"the usual way", *([b"answer"] if of_host else [])}


def test_a_port_of_the_loopback_that_is_taken_is_left_to_whoever_has_it(peer, monkeypatch):
    original = sockets._open

    def taken(address, nic):
        if address[0] == LOOPBACK:
            raise SocketError("in use")
        return original(address, nic)

    monkeypatch.setattr(sockets, "_open", taken)
    with contextlib.closing(OwnPort("lo", ANOTHER, of_host=True)) as own:
        peer.sendto(b"the usual way", (ANOTHER, own.port))
        assert [datagram.data for datagram in read(own)] == [b"the usual way"]
