# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking many at once: who hangs holds up nobody, and the kernel of this machine answers as expected."""

from __future__ import annotations

import errno
import socket
import threading
import time

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._identity import reachability
from ansible_collections.rosfleet.cluster.plugins.module_utils._identity.proof import Answer, is_echo_reply


@pytest.fixture
def hang():
    """Something to wait for that comes only with the end of the test."""
    event = threading.Event()
    yield event.wait
    event.set()


def test_a_name_that_hangs_holds_up_no_other(hang):
    def ask(name):
        if name.startswith("hangs"):
            hang()
        return Answer((name,))

    began = time.monotonic()
    answers = reachability.look_up(["a", "hangs1", "b", "hangs2", "c"], 0.4, ask=ask, patience=0.05)
    assert time.monotonic() - began < 10
    assert {name for name, answer in answers.items() if answer.addresses} == {"a", "b", "c"}
    assert answers["hangs1"] == answers["hangs2"] == Answer(trouble="no answer within 0.4 s")
    assert list(answers) == ["a", "hangs1", "b", "hangs2", "c"]


def test_names_that_answer_are_asked_once_and_in_order():
    asked = []
    reachability.look_up(["a", "b", "c"], 5, ask=lambda name: asked.append(name) or Answer())
    assert asked == ["a", "b", "c"]


def test_the_system_knows_localhost():
    assert reachability.ask_system("localhost") == Answer(("127.0.0.1",))


def test_the_system_says_why_it_does_not_know_a_name():
    answer = reachability.ask_system("no..name")
    assert answer.addresses == () and answer.trouble


class Hosts:
    """An echo socket to hosts that answer from a certain try on."""

    def __init__(self, clock, answers_from):
        self.clock, self.answers_from, self.sent, self.arrived = clock, answers_from, [], []

    def send(self, address, sequence):
        self.sent.append((address, sequence))
        if sequence >= self.answers_from.get(address, 99):
            self.arrived.append(address)

    def replies(self, timeout):
        arrived, self.arrived = self.arrived, []
        if not arrived:
            self.clock.sleep(timeout)
        return iter(arrived)


@pytest.mark.parametrize(
    "answers_from, answered, sends, seconds",
    [
        ({"10.0.0.1": 0, "10.0.0.2": 0}, {"10.0.0.1", "10.0.0.2"}, 2, 0),
        ({"10.0.0.1": 0, "10.0.0.2": 2}, {"10.0.0.1", "10.0.0.2"}, 4, 1.0),
        ({"10.0.0.1": 0}, {"10.0.0.1"}, 4, 1.5),
        ({"10.0.0.1": 0, "10.0.0.2": 0, "10.0.0.9": 0}, {"10.0.0.1", "10.0.0.2"}, 2, 0),
    ],
    ids=["both at once", "one late", "one silent", "somebody else answers too"],
)
def test_the_silent_are_asked_again(still_clock, answers_from, answered, sends, seconds):
    hosts = Hosts(still_clock, answers_from)
    assert reachability.ping(["10.0.0.1", "10.0.0.2"], hosts, clock=still_clock) == answered
    assert (len(hosts.sent), still_clock.now()) == (sends, seconds)


def test_nobody_to_ask(still_clock):
    assert reachability.ping([], Hosts(still_clock, {}), clock=still_clock) == set()
    assert reachability.connect_all({}, 5) == {}
    assert reachability.look_up([], 5) == {}


def test_real_echoes():
    """All of 127/8 is this machine; the broadcast address cannot be sent to just so."""
    with reachability.open_echo_socket() as echo:
        if echo is None:
            pytest.skip("this user may have no ICMP socket")
        addresses = [f"127.0.{number // 200}.{number % 200 + 1}" for number in range(400)]
        assert reachability.ping([*addresses, "255.255.255.255"], echo) == set(addresses)


def test_a_ping_socket_gives_no_ip_header():
    try:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
    except OSError:
        pytest.skip("this user's group is not in net.ipv4.ping_group_range")
    with sock:
        sock.settimeout(2)
        sock.sendto(reachability.echo_request(1, 0, b"token"), ("127.0.0.1", 0))
        assert is_echo_reply(sock.recv(100), b"token", ip_header=False)


def test_real_connections():
    with socket.socket() as listening, socket.socket() as closed:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        closed.bind(("127.0.0.1", 0))  # and does not listen
        codes = reachability.connect_all(
            {"accepts": listening.getsockname(), "refuses": closed.getsockname(), "broadcast": ("255.255.255.255", 22)},
            5,
        )
    assert (codes["accepts"], codes["refuses"]) == (0, errno.ECONNREFUSED)
    assert codes["broadcast"] not in (0, errno.ECONNREFUSED)


def test_a_connection_without_an_answer_ends_with_the_time():
    """A full queue of connections is as silent as a firewall."""
    with socket.socket() as listening, socket.socket() as first:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        first.connect(listening.getsockname())
        began = time.monotonic()
        assert reachability.connect_all({"silent": listening.getsockname()}, 0.3) == {"silent": errno.ETIMEDOUT}
        assert 0.2 < time.monotonic() - began < 10
