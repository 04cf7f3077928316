# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever takes bytes from the wire, as a function of those bytes that fails where a promise is broken.

`make fuzz` and the replay of its corpus call these. An input is one of many datagrams, each after a byte that says on which way
it came and two with its length; what is cut off is shorter.
"""

from __future__ import annotations

import json
from typing import Callable, Iterator

from ansible_collections.rosfleet.cluster.plugins.module_utils import _probe_words, _questions, _zenoh
from ansible_collections.rosfleet.cluster.plugins.module_utils._around import Around
from ansible_collections.rosfleet.cluster.plugins.module_utils._endpoints import EndpointsAsked
from ansible_collections.rosfleet.cluster.plugins.module_utils._evidence.capture import Capture
from ansible_collections.rosfleet.cluster.plugins.module_utils._evidence.selection import Room
from ansible_collections.rosfleet.cluster.plugins.module_utils._paths import PathPeer, Paths, PathsAsked
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.announce import Announcer
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.hearing import Hearing
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.locator import Locator
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.server_check import ServerClient
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.sockets import Datagram
from ansible_collections.rosfleet.cluster.plugins.module_utils._station import Station
from ansible_collections.rosfleet.cluster.plugins.module_utils._targets import Target

OWN_PREFIX = bytes.fromhex("01ff") + bytes(10)
OWN = "10.77.0.9"
ASKED = "10.77.0.1"  # and where half of the datagrams come from
SENDERS = (ASKED, "10.77.0.2", "10.77.0.3", "192.168.9.9")
RUN = "token"
MULTICAST = 1  # a bit of the byte before a datagram; the next two number the sender
MOST_OF_ONE = 8192  # characters of the result for each participant
ROOM_KEPT = 2000  # bytes of evidence, fewer than in life, so that few packets fill it


def framed(data: bytes, way: int = 0) -> bytes:
    """A datagram as it stands in an input."""
    return bytes([way]) + len(data).to_bytes(2, "big") + data


def frames(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(way, datagram) of an input."""
    while data:
        length = int.from_bytes(data[1:3], "big")
        yield data[0], data[3 : 3 + length]
        data = data[3 + length :]


def datagrams(data: bytes) -> list[Datagram]:
    """The same as the sockets give them."""
    return [Datagram(payload, SENDERS[way >> 1 & 3], 7410, bool(way & MULTICAST), 1) for way, payload in frames(data)]


class Port:
    """In place of a socket: gives what is to be read, and takes nothing for anybody but the one who was asked."""

    def __init__(self, arriving: list[Datagram]) -> None:
        self.address, self.port, self.failures = OWN, 40000, {}
        self._arriving = arriving

    def receive(self) -> Iterator[Datagram]:
        while self._arriving:
            yield self._arriving.pop(0)

    def send(self, data: bytes, destination: tuple[str, int]) -> None:
        assert destination[0] == ASKED, f"sent to {destination}, whom nobody has asked"

    def close(self) -> None:
        """There is nothing to close."""


class Stream:
    """In place of a TCP connection, on which the input's datagrams arrive one after the other."""

    def __init__(self, chunks: list[bytes]) -> None:
        self._chunks = chunks

    def connect(self, destination: tuple[str, int]) -> None:
        assert destination == (ASKED, _zenoh.PORT)

    def send(self, data: bytes) -> int:
        return len(data)

    def recv(self, size: int) -> bytes:
        return self._chunks.pop(0)[:size] if self._chunks else b""

    def close(self) -> None:
        """There is nothing to close."""


def announcer() -> Announcer:
    return Announcer(OWN_PREFIX, 0, Locator.udp_v4(OWN, 40000), "probe")


def hearing(data: bytes) -> None:
    """A probe's two sockets."""
    station = Station(Target("h", "host", "lan", "eth0"), announcer(), Hearing(OWN_PREFIX, RUN))
    for number, datagram in enumerate(datagrams(data)):
        sender = station.hearing.hear(datagram, number / 10)
        assert sender is None or len(sender) == 12
    result = {**station.as_result(), "address": OWN}
    _is_bounded(result, len(result["heard"]))
    shown = {**result, "around": Around().as_result(), "addresses": {"nics": [], "stale": [], "error": ""}}
    lines = _probe_words.sum_up({"targets": [shown], "elsewhere": [], "left_out": [], "elapsed_s": 1.0})
    assert len(lines) <= _probe_words.MAX_LINES and all(len(line) <= _probe_words.MAX_LINE for line in lines)
    assert all(line.isprintable() for line in lines)


def server(data: bytes) -> None:
    """The question to a discovery server."""
    asking = Port([])
    client = ServerClient(bytes.fromhex("010f") + bytes(10), Locator.udp_v4(OWN, 40000))
    question = _questions.ServerQuestion(_questions.Ask("discovery_server", ASKED), client, asking)
    _ask(question, asking, data)


def participant(data: bytes) -> None:
    """The question to the participants of a host, whose answers the probe hears."""
    asking, heard = Port([]), Hearing(OWN_PREFIX, RUN)
    question = _questions.ParticipantQuestion(_questions.Ask("participant", ASKED), announcer(), asking)
    question.put(0, 0.0)
    for datagram in datagrams(data):
        sender = heard.hear(datagram, 0.1)
        if sender:
            question.hear(sender, datagram.address, 0.1)
    _ask(question, asking, b"")


def router(data: bytes) -> None:
    """The question to a Zenoh router."""
    stream = Stream([payload for _way, payload in frames(data)])
    question = _questions.RouterQuestion(_questions.Ask("zenoh_router", ASKED), _zenoh.opening(b"1234"), stream)
    for at_s in range(100):
        question.put(0, float(at_s))
        question.receive(float(at_s))
    assert question.answered or question.failure(), "it waits for ever"
    _ask(question, Port([]), b"")


def paths(data: bytes) -> None:
    """The ports on which unicast between probes is counted."""
    peers = tuple(PathPeer(address, 7470) for address in SENDERS[:2])
    tried = Paths(PathsAsked(7470, (7410,), peers))
    for way, payload in frames(data):
        tried.hear(payload, SENDERS[way >> 1 & 3], 7470 if way & MULTICAST else 7410)
    result = tried.as_result()
    _is_bounded(result, len(peers))
    assert all(count <= 5 for peer in result["peers"] for count in peer["arrived"].values())


def evidence(data: bytes) -> None:
    """What a NIC carries, from the IP header on."""
    capture = Capture("eth0", Room(ROOM_KEPT, ROOM_KEPT // 2))
    count = 0
    for way, payload in frames(data):
        capture.note(payload, count, way & 7, 1, bytes(6))
        count += 1
    assert sum(len(kept) for _at, kept in capture.packets) <= ROOM_KEPT
    assert len(capture.packets) + capture.left_out <= count


def endpoints(data: bytes) -> None:
    """Those who are asked for their topics: first they are heard, then they answer."""
    heard = Hearing(OWN_PREFIX, RUN)
    asked = EndpointsAsked([ASKED], Port([]), 0, "probe", bytes)
    for number, datagram in enumerate(datagrams(data)):
        sender = heard.hear(datagram, number / 10)
        known = heard.find(sender) if sender else None
        if known:
            asked.consider(known)
        asked.put(0, number / 10)
        asked.hear(datagram, number / 10)
    asked.leave()
    result = asked.as_result()
    _is_bounded(result, len(result["endpoints_asked"]) + len(result["endpoints"]))


READERS: dict[str, Callable[[bytes], None]] = {
    each.__name__: each for each in (hearing, endpoints, server, participant, router, paths, evidence)
}


def _ask(question: _questions.Question, asking: Port, data: bytes) -> None:
    question.put(0, 0.0)
    asking._arriving += datagrams(data)
    for at_s in (0.1, 0.5, 2.0):
        question.receive(at_s)
    question.withdraw()
    question.close()
    _is_bounded(question.as_result(), 1)


def _is_bounded(result: dict, participants: int) -> None:
    text = json.dumps(result, ensure_ascii=False, allow_nan=False)
    assert len(text) <= MOST_OF_ONE * (participants + 1), f"{len(text)} characters of {participants} participants"
    assert all(each.isprintable() for each in _texts(result)), "what is not printable goes to terminals"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list, tuple, set)):
        for each in [*value.items()] if isinstance(value, dict) else value:
            yield from _texts(each)
