# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each kind of question on scripted sockets: what answers it, and all that does not."""

from __future__ import annotations

import errno
import os
import selectors

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _questions
from ansible_collections.rosfleet.cluster.plugins.module_utils._questions import Ask
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.announce import Announcer
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.locator import Locator
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.message import parse_message
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.server_check import ServerClient
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.sockets import Datagram
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.spdp import Departure, read_discovery

from ._rtps import captures
from ._rtps.builders import HEADER, PREFIX, SPDP_WRITER, spdp, submessage
from ._rtps.captures import hex_datagrams

ADDRESS = "10.0.0.9"
OWN_PREFIX = bytes.fromhex("010f00112233445566778899")
OWN_HEADER = b"RTPS\x02\x03\x01\x0f" + OWN_PREFIX
HEARTBEAT = submessage(0x07, bytes(4) + SPDP_WRITER + bytes(20))
CLIENT = ServerClient(OWN_PREFIX, Locator.udp_v4("10.0.0.1", 40001))
QUESTION, WITHDRAWAL = CLIENT.question(), CLIENT.withdrawal()
ANNOUNCER = Announcer(PREFIX, 0, Locator.udp_v4("10.0.0.1", 40000), "probe")
OPENING, ROUTERS_ANSWER, ROUTERS_CLOSE = hex_datagrams("zenoh1102_opening")
ROUTER_ID = "3a16d5a3daaefd98c2960ce3ea93a939"


class OwnPort:
    """Notes what is sent; what it shall receive is put into its inbox."""

    address, port, socket = "10.0.0.1", 40001, "a socket"

    def __init__(self, fails=()):
        self.sent, self.inbox, self.failures, self.closed = [], [], {}, False
        self._fails = list(fails)  # an errno or 0 for each sending

    def send(self, data, destination):
        code = self._fails.pop(0) if self._fails else 0
        if code:
            raise OSError(code, os.strerror(code))
        self.sent.append((destination, data))

    def receive(self):
        arrived, self.inbox = self.inbox, []
        return arrived

    def close(self):
        self.closed = True


class Stream:
    """A TCP socket that does what its script says, one step for each call: bytes, or an errno."""

    def __init__(self, connects=errno.EINPROGRESS, sends=(0,), receives=()):
        self.connects, self._sends, self._receives = connects, list(sends), list(receives)
        self.peer, self.sent, self.closed = None, b"", False

    def connect(self, peer):
        self.peer = peer
        raise OSError(self.connects, os.strerror(self.connects))

    def send(self, data):
        code = self._sends.pop(0)
        if code:
            raise OSError(code, os.strerror(code))
        self.sent += data

    def recv(self, size):
        step = self._receives.pop(0) if self._receives else errno.EAGAIN
        if isinstance(step, int):
            raise OSError(step, os.strerror(step))
        return step

    def close(self):
        self.closed = True


def from_(address, data):
    return Datagram(data, address, 51234, False, 64)


def result(question):
    said = question.as_result()
    return said["answered"], said["identity"], said["error"]


def server_question(port=None, own=None):
    own = own or OwnPort()
    return _questions.ServerQuestion(Ask("discovery_server", ADDRESS, port), CLIENT, own), own


@pytest.mark.parametrize(
    "arrived, identity",
    [
        ([from_(ADDRESS, HEADER + HEARTBEAT)], PREFIX.hex()),
        ([from_(ADDRESS, b"garbage"), from_(ADDRESS, HEADER + HEARTBEAT)], PREFIX.hex()),
        ([], ""),
        ([from_("10.0.0.8", HEADER + HEARTBEAT)], ""),  # another address
        ([from_(ADDRESS, b"RTPS" + b"\xff" * 40)], ""),
        ([from_(ADDRESS, HEADER + HEARTBEAT[:-1])], ""),  # cut short
        ([from_(ADDRESS, OWN_HEADER + HEARTBEAT)], ""),
        ([from_(ADDRESS, QUESTION)], ""),  # reflected
        ([from_(ADDRESS, spdp())], ""),  # a participant that is no server
    ],
)
def test_a_discovery_server_answers_from_its_address_with_a_heartbeat(arrived, identity):
    question, own = server_question()
    question.put(0, 0.1)
    own.inbox = arrived
    question.receive(0.35)
    question.put(0, 0.3)
    question.withdraw()
    question.close()
    to = (ADDRESS, 11811)
    # Answered: it leaves at once and says nothing more. Else it asks again, and leaves in the end.
    assert own.sent == [
        (to, data) for data in ([QUESTION, WITHDRAWAL] if identity else [QUESTION, QUESTION, WITHDRAWAL])
    ]
    assert result(question) == (bool(identity), identity, "")
    assert question.as_result()["after_s"] == (0.25 if identity else None)
    assert own.closed


def test_the_captured_server_answers():
    question, own = server_question()
    question.put(0, 0.1)
    exchange = captures.pcap_datagrams("fastdds291_ds_client_exchange")
    own.inbox = [from_(ADDRESS, payload) for source, *_, payload in exchange if source == "10.77.0.1"]
    question.receive(0.2)
    assert result(question) == (True, "4453005f4550524f53494d41", "")
    assert [data for _to, data in own.sent] == [QUESTION, WITHDRAWAL]


@pytest.mark.parametrize(
    "at_s, address, told",
    [
        (0.65, ADDRESS, 2),
        (0.25, ADDRESS, 1),  # it was under way
        (0.65, "10.0.0.8", 1),
    ],
)
def test_a_server_that_goes_on_is_told_of_the_end_again_but_not_for_each_datagram(at_s, address, told):
    question, own = server_question()
    question.put(0, 0.1)
    own.inbox = [from_(ADDRESS, HEADER + HEARTBEAT)]
    question.receive(0.2)
    own.inbox = [from_(address, HEADER + HEARTBEAT)] * 3
    question.receive(at_s)
    question.put(0, 0.7)
    question.put(0, 1.5)
    question.withdraw()
    assert [data for _to, data in own.sent] == [QUESTION] + [WITHDRAWAL] * told
    assert question.as_result()["after_s"] == 0.1


def test_a_server_that_was_not_asked_is_not_told_of_the_probes_end_and_has_not_answered():
    question, own = server_question()
    question.withdraw()
    assert (own.sent, result(question)) == ([], (False, "", ""))


@pytest.mark.parametrize(
    "failures, error",
    [
        ({(ADDRESS, 7000): errno.ECONNREFUSED}, "connection refused"),
        ({(ADDRESS, 7000): errno.EHOSTUNREACH}, "no route to host"),
        ({(ADDRESS, 11811): errno.ECONNREFUSED}, ""),  # another port of the host
        ({("10.0.0.8", 7000): errno.ECONNREFUSED}, ""),
    ],
)
def test_what_the_host_says_of_the_servers_port_is_the_error_until_it_answers(failures, error):
    question, own = server_question(port=7000)
    question.put(0, 0.1)
    own.failures = failures
    assert result(question) == (False, "", error)
    own.inbox = [from_(ADDRESS, HEADER + HEARTBEAT)]
    question.receive(0.2)
    assert result(question) == (True, PREFIX.hex(), "")


def test_a_failed_sending_is_the_error_until_one_succeeds():
    question, _own = server_question(own=OwnPort(fails=[errno.EPERM, 0, errno.EPERM]))
    question.put(0, 0.1)
    assert result(question) == (False, "", "operation not permitted")
    question.put(0, 0.3)
    question.withdraw()
    assert result(question) == (False, "", "")


@pytest.mark.parametrize(
    "port, refused, error",
    [
        (None, (7410, 7412, 7414, 7416), "connection refused"),
        (None, (7412, 7414, 7416), ""),  # somebody is there who does not answer
        (None, (), ""),
        (7777, (7777,), "connection refused"),
        (7777, (7410,), ""),
    ],
)
def test_participants_are_refused_when_all_their_ports_are(port, refused, error):
    own = OwnPort()
    question = _questions.ParticipantQuestion(Ask("participant", ADDRESS, port), ANNOUNCER, own)
    question.put(5, 0.1)
    own.failures = {(ADDRESS, each): errno.ECONNREFUSED for each in refused}
    assert result(question) == (False, "", error)
    question.hear(b"participant1", ADDRESS, 0.2)
    question.hear(b"participant2", ADDRESS, 0.3)
    assert result(question) == (True, b"participant1".hex(), "")
    question.withdraw()
    asked = [port] if port else [7410, 7412, 7414, 7416]
    assert [to for to, _data in own.sent] == [(ADDRESS, each) for each in asked * 2]
    assert {data for _to, data in own.sent[: len(asked)]} == {ANNOUNCER.announcement(5)}
    assert read_discovery(parse_message(own.sent[-1][1])) == [Departure(PREFIX)]


def test_participants_that_were_refused_are_asked_again_after_the_others():
    own = OwnPort()
    question = _questions.ParticipantQuestion(Ask("participant", ADDRESS), ANNOUNCER, own)
    own.failures = {(ADDRESS, 7410): errno.ECONNREFUSED, (ADDRESS, 7414): errno.ECONNREFUSED}
    question.put(0, 0.1)
    assert [port for (_address, port), _data in own.sent] == [7412, 7416, 7410, 7414]


def test_a_participant_heard_before_it_was_asked_has_not_answered():
    question = _questions.ParticipantQuestion(Ask("participant", ADDRESS), ANNOUNCER, OwnPort())
    question.hear(b"participant1", ADDRESS, 0.05)
    assert result(question) == (False, "", "")


@pytest.mark.parametrize(
    "script, outcome",
    [
        ({"receives": [ROUTERS_ANSWER]}, (True, ROUTER_ID, "")),
        ({"receives": [ROUTERS_ANSWER[:9], errno.EAGAIN, ROUTERS_ANSWER[9:]]}, (True, ROUTER_ID, "")),
        ({"sends": [errno.EAGAIN, errno.EAGAIN, 0], "receives": [ROUTERS_ANSWER]}, (True, ROUTER_ID, "")),
        ({}, (False, "", "")),  # connected, but silent
        ({"sends": [errno.EAGAIN] * 9}, (False, "", "")),  # dropped on the way
        ({"sends": [errno.ECONNREFUSED]}, (False, "", "connection refused")),
        ({"connects": errno.ENETUNREACH}, (False, "", "network is unreachable")),
        ({"receives": [errno.ECONNRESET]}, (False, "", "connection reset by peer")),
        ({"receives": [b""]}, (False, "", "closed without an answer")),
        ({"receives": [ROUTERS_ANSWER[:9], b""]}, (False, "", "closed without an answer")),
        ({"receives": [ROUTERS_CLOSE]}, (False, "", "closed by Zenoh instead of opened")),
        ({"receives": [b"SSH-2.0-OpenSSH_9.6\r\n"]}, (False, "", "not the answer of a Zenoh router")),
        ({"receives": [OPENING]}, (False, "", "not the answer of a Zenoh router")),  # reflected
    ],
)
def test_a_zenoh_router_answers_with_its_id(script, outcome):
    stream = Stream(**script)
    question = _questions.RouterQuestion(Ask("zenoh_router", ADDRESS), OPENING, stream)
    assert (list(question.sockets()), stream.peer) == ([], None)  # waiting for it before it connects would never wait
    question.put(0, 0.1)
    for _round in range(4):
        question.receive(0.2)
        question.put(0, 0.3)
    assert result(question) == outcome
    assert question.as_result()["after_s"] == (0.1 if outcome[0] else None)
    assert stream.peer == (ADDRESS, 7447)
    assert stream.sent in (b"", OPENING)
    assert stream.closed is any(outcome[1:])  # it stays open only while there may be an answer
    assert bool(list(question.sockets())) is not stream.closed
    question.close()
    assert stream.closed


def test_it_waits_for_the_connection_and_then_for_the_answer():
    stream = Stream(sends=[errno.EAGAIN, 0])
    question = _questions.RouterQuestion(Ask("zenoh_router", ADDRESS, 7777), OPENING, stream)
    question.receive(0.05)
    question.put(0, 0.1)
    assert (stream.peer, list(question.sockets())) == ((ADDRESS, 7777), [(stream, selectors.EVENT_WRITE)])
    question.receive(0.2)
    assert list(question.sockets()) == [(stream, selectors.EVENT_WRITE)]
    question.receive(0.3)
    assert list(question.sockets()) == [(stream, selectors.EVENT_READ)]
