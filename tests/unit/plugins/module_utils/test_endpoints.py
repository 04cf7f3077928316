# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is asked for endpoints and who is not, what that costs, and that whoever was told of the asking is told of its end."""

from __future__ import annotations

import struct

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _endpoints
from ansible_collections.rosfleet.cluster.plugins.module_utils._endpoints import (
    AGAIN_S,
    AT_ONCE,
    DETECTORS,
    MAX_ASKED,
    PATIENCE_S,
    EndpointsAsked,
)
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.hearing import Hearing
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.message import parse_message
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.sockets import Datagram
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.spdp import Departure, read_discovery

from ._rtps.builders import (
    HEADER,
    PREFIX,
    SUBSCRIPTIONS,
    asked_for,
    cdr,
    data,
    endpoint,
    heartbeat,
    names,
    parameter,
    parameters,
    submessage,
)

ADDRESS, OTHER = "10.77.0.1", "10.77.0.9"
HANDS_OUT = 0x3F
VENDOR = HEADER[:6] + b"\1\x0f"
SAID = (heartbeat(1, 1), heartbeat(1, 0, SUBSCRIPTIONS))


class OwnPort:
    """Notes what is sent, and refuses nothing unless told to."""

    address, port = "10.77.0.2", 40000

    def __init__(self):
        self.sent, self.failures, self.closed = [], {}, False

    def send(self, datagram, destination):
        self.sent.append((destination, datagram))

    def receive(self):
        return ()

    def close(self):
        self.closed = True


def locator(address=ADDRESS, port=7410, kind=1):
    return parameter(0x32, struct.pack("<iI", kind, port) + bytes(12) + bytes(map(int, address.split("."))))


def prefix_of(number):
    return PREFIX[:8] + number.to_bytes(4, "big")


def heard(*each, number=0, source=ADDRESS, endpoints=HANDS_OUT, place=None, withdrawn=False):
    """A participant that has announced itself from `source`."""
    prefix = prefix_of(number)
    said = parameters(
        parameter(0x50, prefix + b"\0\0\1\xc1"),
        locator(port=7410 + 2 * number) if place is None else place,
        parameter(0x58, struct.pack("<I", endpoints)),
        *each,
    )
    hearing = Hearing(b"\1\xffown-prefix")
    sent = [VENDOR + prefix + data(b"\0\3\0\0" + said)]
    if withdrawn:
        key = b"\0\3\0\0" + parameters(parameter(0x50, prefix + b"\0\0\1\xc1"))
        sent.append(VENDOR + prefix + data(key, 0x0B, (0, 2), inline=parameters(parameter(0x71, b"\0\0\0\3"))))
    for datagram in sent:
        hearing.hear(Datagram(datagram, source, 40000, True, 1), 0.0)
    return hearing.find(prefix)


@pytest.fixture
def port():
    return OwnPort()


@pytest.fixture
def asking(port):
    tokens = (number.to_bytes(10, "big") for number in range(1000))
    return EndpointsAsked((ADDRESS,), port, 0, "probe", lambda size: next(tokens))


def answer(asking, *parts, number=0, at_s=0.0, source=ADDRESS):
    asking.hear(Datagram(VENDOR + prefix_of(number) + b"".join(parts), source, 50000, False, 64), at_s)


def kinds(port):
    """What was sent, in words."""
    return [(destination[1], kind_of(datagram)) for destination, datagram in port.sent]


def kind_of(datagram):
    samples = read_discovery(parse_message(datagram))
    if samples:
        return "gone" if isinstance(samples[0], Departure) else "here"
    return "asked" if any(missing for _base, missing in asked_for(datagram)[0].values()) else "what is there?"


def result(asking):
    each = asking.as_result()
    return each["endpoints_asked"], [endpoint["topic"] for endpoint in each["endpoints"]]


def test_one_participant_costs_three_packets(asking, port):
    asking.consider(heard())
    assert (asking.next_s, port.sent) == (None, [])  # as in check mode, in which nothing is put
    asking.put(0, 1.0)
    answer(asking, *SAID, at_s=1.01)
    assert asking.next_s <= 1.01
    asking.put(0, 1.01)
    answer(asking, endpoint(names(), prefix=prefix_of(0)), at_s=1.12)
    asking.put(0, 1.12)
    assert kinds(port) == [(7410, "here"), (7410, "asked"), (7410, "gone")]
    assert sum(len(datagram) for _destination, datagram in port.sent) < 450
    assert asking.next_s is None
    assert result(asking) == ([{"guid_prefix": prefix_of(0).hex(), "complete": True}], ["rt/chatter"])


def test_who_asks_is_a_participant_of_its_own_with_both_detectors_and_names_its_own_port_alone(asking, port):
    asking.consider(heard())
    asking.put(0, 0.0)
    (participant,) = read_discovery(parse_message(port.sent[0][1]))
    assert (participant.builtin_endpoints, participant.domain_id) == (DETECTORS, 0)
    assert DETECTORS == 0x2B
    assert {str(each) for each in participant.metatraffic_unicast + participant.default_unicast} == {
        "UDPv4:10.77.0.2:40000"
    }
    assert not any(each.kind == 0x0E for each in parse_message(port.sent[0][1]).submessages)  # directed at nobody


NOT_ASKED = {
    "heard from another address": {"source": OTHER},
    "names another address alone": {"place": locator(OTHER)},
    "names none": {"place": b""},
    "names shared memory": {"place": locator(kind=16)},
    "names port 0": {"place": locator(port=0)},
    "names port 65536": {"place": locator(port=65536)},
    "hands out writers alone": {"endpoints": 0x07},
    "hands out readers alone": {"endpoints": 0x13},
    "a probe": {"endpoints": 0x03},
    "has left": {"withdrawn": True},
}


@pytest.mark.parametrize("shape", NOT_ASKED.values(), ids=NOT_ASKED.keys())
def test_nobody_else_is_asked(asking, port, shape):
    asking.consider(heard(**shape))
    asking.put(0, 0.0)
    assert (port.sent, result(asking)) == ([], ([], []))


@pytest.mark.parametrize(
    "said, asked",
    [
        (parameter(0x0F, struct.pack("<I", 0)), True),
        (parameter(0x0F, struct.pack("<I", 7)), False),
        (parameter(0x4014, cdr("ros_discovery_off_1")), False),
    ],
)
def test_only_those_of_the_same_domain_and_without_a_tag_are_asked(asking, said, asked):
    asking.consider(heard(said))
    asking.put(0, 0.0)
    assert bool(result(asking)[0]) is asked


def test_it_goes_to_the_locator_that_is_allowed_and_to_no_other_of_the_participant(asking, port):
    asking.consider(heard(place=locator(OTHER, 7410) + locator(port=7999)))
    asking.put(0, 0.0)
    assert [destination for destination, _datagram in port.sent] == [(ADDRESS, 7999)]


def test_a_participant_is_asked_once(asking, port):
    for _unused in range(3):
        asking.consider(heard())
        asking.put(0, 0.0)
    assert len(port.sent) == 1


def test_who_does_not_answer_is_told_four_times_and_then_of_the_end(asking, port):
    asking.consider(heard())
    at = [0.0]
    asking.put(0, 0.0)
    while asking.next_s is not None:
        at.append(asking.next_s)
        asking.put(0, asking.next_s)
    assert at == [0.0, *AGAIN_S, PATIENCE_S]
    assert kinds(port) == [(7410, "here")] * 4 + [(7410, "gone")]
    assert result(asking) == ([{"guid_prefix": prefix_of(0).hex(), "complete": False}], [])


def test_who_answers_but_does_not_say_what_there_is_is_asked_for_that(asking, port):
    asking.consider(heard())
    asking.put(0, 0.0)
    answer(asking, submessage(0x80, b"statistics.."))
    asking.put(0, AGAIN_S[0])
    assert kinds(port) == [(7410, "here"), (7410, "what is there?")]


def test_a_participant_that_never_stops_costs_no_more_than_its_bound(asking, port):
    asking.consider(heard())
    for step in range(4000):
        at_s = step / 1000
        asking.put(0, at_s)
        answer(asking, heartbeat(1, 1 << 40), heartbeat(step * 256 + 1, 1 << 40, SUBSCRIPTIONS), at_s=at_s)
    assert len(port.sent) <= 48
    assert kinds(port)[-1] == (7410, "gone")


def test_who_goes_on_after_the_end_is_told_again_but_not_for_ever(asking, port):
    asking.consider(heard())
    asking.put(0, 0.0)
    answer(asking, heartbeat(1, 0), heartbeat(1, 0, SUBSCRIPTIONS))
    asking.put(0, 0.0)
    for step in range(100):
        answer(asking, *SAID, at_s=step / 20)
    assert kinds(port) == [(7410, "here"), *[(7410, "gone")] * 4]


def test_what_is_new_after_the_end_does_not_make_the_list_less_complete(asking):
    asking.consider(heard())
    asking.put(0, 0.0)
    answer(asking, heartbeat(1, 0), heartbeat(1, 0, SUBSCRIPTIONS))
    asking.put(0, 0.0)
    answer(asking, heartbeat(1, 7))
    assert result(asking) == ([{"guid_prefix": prefix_of(0).hex(), "complete": True}], [])


def test_whoever_is_not_asked_and_whatever_comes_from_elsewhere_is_not_heard(asking):
    asking.consider(heard())
    asking.put(0, 0.0)
    answer(asking, *SAID, number=1)
    answer(asking, *SAID, endpoint(names(), prefix=prefix_of(0)), source=OTHER)
    answer(asking, b"\x15\x01\xff\xff")  # cut short
    assert result(asking) == ([{"guid_prefix": prefix_of(0).hex(), "complete": False}], [])


def test_whoever_is_on_the_own_host_may_answer_by_the_loopback(asking):
    """Fast DDS up to 2.9 does."""
    asking.consider(heard())
    asking.put(0, 0.0)
    answer(asking, *SAID, endpoint(names(), prefix=prefix_of(0)), source="127.0.0.1")
    assert result(asking) == ([{"guid_prefix": prefix_of(0).hex(), "complete": True}], ["rt/chatter"])


def test_two_participants_of_one_process_share_a_visit_and_a_datagram(asking, port):
    """Cyclone DDS puts what one says behind what the other says, each after the name of whom it is of."""
    for number in (0, 1):
        asking.consider(heard(number=number, place=locator()))
    asking.put(0, 0.0)
    source = submessage(0x0C, bytes(4) + HEADER[4:8] + prefix_of(1))
    none = (heartbeat(1, 0), heartbeat(1, 0, SUBSCRIPTIONS))
    answer(asking, *SAID, source, *none)
    asking.put(0, 0.01)
    assert kinds(port) == [(7410, "here"), (7410, "asked")]
    answer(asking, endpoint(names(), prefix=prefix_of(0)), at_s=0.02)
    asking.put(0, 0.02)
    assert kinds(port)[2:] == [(7410, "gone")]
    assert [each["complete"] for each in result(asking)[0]] == [True, True]


def test_who_comes_to_the_same_place_later_is_asked_by_another(asking, port):
    """Cyclone DDS lets nobody in again who has gone."""
    for number in (0, 1):
        asking.consider(heard(number=number, place=locator()))
        asking.put(0, float(number))
        answer(asking, heartbeat(1, 0), heartbeat(1, 0, SUBSCRIPTIONS), number=number, at_s=number)
        asking.put(0, float(number))
    assert [kind for _port, kind in kinds(port)] == ["here", "gone"] * 2
    assert len({datagram[8:20] for _destination, datagram in port.sent}) == 2
    assert [each["complete"] for each in result(asking)[0]] == [True, True]


def test_many_are_asked_some_at_a_time_and_not_more_than_the_most(asking, port):
    for number in range(MAX_ASKED + 20):
        asking.consider(heard(number=number))
    asking.put(0, 0.0)
    assert len(port.sent) == AT_ONCE
    assert len(result(asking)[0]) == AT_ONCE  # the others are not yet
    while asking.next_s is not None:
        asking.put(0, asking.next_s)
    assert len({destination for destination, _datagram in port.sent}) == MAX_ASKED == len(result(asking)[0])


def test_where_nobody_is_any_more_nothing_more_is_sent(asking, port):
    asking.consider(heard())
    asking.put(0, 0.0)
    port.failures[ADDRESS, 7410] = 111
    asking.receive(0.1)
    asking.put(0, 0.5)
    assert (kinds(port), asking.next_s) == ([(7410, "here")], None)


def test_at_the_end_those_who_were_told_are_told_and_the_others_are_not(asking, port):
    for number in range(AT_ONCE + 1):
        asking.consider(heard(number=number))
    asking.put(0, 0.0)
    asking.leave()
    assert [kind for _port, kind in kinds(port)] == ["here"] * AT_ONCE + ["gone"] * AT_ONCE
    assert port.closed


def test_a_port_that_takes_nothing_is_tried_again(asking, port, monkeypatch):
    sent = []

    def refuse(datagram, destination):
        sent.append(kind_of(datagram))
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(port, "send", refuse)
    monkeypatch.setattr(_endpoints, "AGAIN_S", (0.5,))
    asking.consider(heard())
    for at_s in (0.0, 0.5):
        asking.put(0, at_s)
    assert sent == ["here", "here"]
