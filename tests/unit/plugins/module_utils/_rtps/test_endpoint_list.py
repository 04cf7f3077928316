# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All writers and readers of one participant: real ones, in pieces, and those who never stop."""

from __future__ import annotations

import contextlib
import random
from collections import Counter

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps import endpoint_list
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.endpoint_list import EndpointList, Endpoints
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.errors import RtpsError
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.message import Header, parse_message, with_sources

from . import captures
from .builders import (
    HEADER,
    PREFIX,
    PUBLICATIONS,
    SUBSCRIPTIONS,
    asked_for,
    data,
    endpoint,
    endpoint_payload,
    fragments,
    gap,
    heartbeat,
    names,
    parameter,
    parameters,
)

OWN = Header((2, 3), b"\1\xff", b"\1\xffown-prefix")
CAPTURES = {
    "cyclone11_sedp": (1, {("rt/chatter", "writer"): 1}),
    "cyclone11_sedp_large": (30, {("rt/chatter", "writer"): 1, ("rt/chatter", "reader"): 29}),
    "fastdds2145_sedp": (19, {("rt/chatter", "writer"): 1, ("ros_discovery_info", "reader"): 1}),
    "fastdds322_sedp": (19, {("rt/chatter", "writer"): 1, ("ros_discovery_info", "reader"): 1}),
}


def listed(prefix=PREFIX):
    return EndpointList(prefix, OWN, Endpoints())


def hear(of, *parts, at_s=0.0):
    for submessage in parse_message(HEADER + b"".join(parts), endpoint_list.MAX_SUBMESSAGES).submessages:
        of.hear(submessage, at_s)


def replayed(datagrams):
    """What comes of captured datagrams."""
    of = listed(datagrams[0][8:20])
    for at, datagram in enumerate(datagrams):
        for _source, submessage in with_sources(parse_message(datagram, endpoint_list.MAX_SUBMESSAGES)):
            of.hear(submessage, float(at))
    return of


def kept(of):
    return list(of._endpoints.kept.values())


@pytest.mark.parametrize("name", CAPTURES)
def test_real_participants_hand_out_all_that_they_have(name):
    total, some = CAPTURES[name]
    of = replayed(captures.hex_datagrams(name))
    counts = Counter((each.topic, each.kind) for each in kept(of))
    assert of.complete and {each: counts[each] for each in some} == some
    assert sum(counts.values()) == total
    assert {each.guid[:12] for each in kept(of)} == {of.guid_prefix}


def test_what_cyclone_dds_leaves_out_and_what_it_says():
    (plain,) = kept(replayed(captures.hex_datagrams("cyclone11_sedp")))
    assert (plain.reliability, plain.durability, plain.partitions) == ("reliable", "volatile", ())
    large = next(
        each for each in kept(replayed(captures.hex_datagrams("cyclone11_sedp_large"))) if each.kind == "writer"
    )
    assert (large.reliability, large.durability, large.ownership) == ("best-effort", "transient-local", "exclusive")
    assert (large.deadline_s, large.liveliness, large.liveliness_lease_s) == (0.25, "manual-by-topic", 3.0)
    assert len(large.partitions) == 40


@pytest.mark.parametrize("name", CAPTURES)
def test_a_list_of_which_a_datagram_is_missing_is_not_complete(name):
    datagrams = captures.hex_datagrams(name)
    for lost, datagram in enumerate(datagrams):
        samples = [each for each in parse_message(datagram, 1024).submessages if each.kind in (0x15, 0x16)]
        if any(each.body[8:12] in (PUBLICATIONS, SUBSCRIPTIONS) for each in samples):
            of = replayed([*datagrams[:lost], *datagrams[lost + 1 :]])
            assert not of.complete and of.request(99.0)


BOTH = (heartbeat(1, 1), heartbeat(1, 0, SUBSCRIPTIONS))


def test_it_asks_both_writers_in_one_datagram_and_is_complete_when_both_have_answered():
    of = listed()
    assert (of.heard, of.due_s(), of.request(0.0)) == (False, None, b"")
    hear(of, heartbeat(1, 1), heartbeat(1, 2, SUBSCRIPTIONS))
    asked = of.request(0.0)
    assert parse_message(asked).header == OWN
    assert parse_message(asked).submessages[0].body == PREFIX
    assert asked_for(asked)[0] == {PUBLICATIONS: (1, [1]), SUBSCRIPTIONS: (1, [1, 2])}
    hear(of, endpoint(names()))
    assert not of.arrived
    for number in (1, 2):
        hear(of, endpoint(names(), sequence=number, writer=SUBSCRIPTIONS, number=number + 1))
    assert of.complete and [each.kind for each in kept(of)] == ["writer", "reader", "reader"]


def test_one_writer_alone_does_not_make_a_list():
    of = listed()
    hear(of, heartbeat(1, 1), endpoint(names()))
    assert not of.arrived
    assert asked_for(of.question())[0] == {SUBSCRIPTIONS: (1, [])}
    hear(of, heartbeat(1, 0, SUBSCRIPTIONS))
    assert of.complete and of.question() == b""


def test_a_sample_in_fragments():
    of, sent = listed(), fragments(endpoint_payload(names("rt/large")), 20)
    hear(of, *BOTH, *sent[:-1])
    assert not of.arrived
    hear(of, sent[-1])
    assert of.complete and [each.topic for each in kept(of)] == ["rt/large"]


def test_what_was_removed_since_is_not_kept():
    of = listed()
    gone = data(endpoint_payload(), 0x0B, (0, 2), writer=PUBLICATIONS, inline=parameters(parameter(0x71, b"\0\0\0\3")))
    hear(of, heartbeat(1, 3), heartbeat(1, 0, SUBSCRIPTIONS), endpoint(names()), gone, gap(3, 4))
    assert of.complete and kept(of) == []


UNUSABLE = {
    "unreadable": endpoint(),
    "of a type with a name too long": endpoint(names(kind="t" * 999)),
}


@pytest.mark.parametrize("sample", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_a_list_with_something_that_cannot_be_used_is_not_called_complete(sample):
    of = listed()
    hear(of, *BOTH, sample)
    assert (of.arrived, of.complete, kept(of)) == (True, False, [])


def test_nobody_speaks_for_others():
    of = listed()
    hear(of, *BOTH, endpoint(names(), prefix=b"somebodyelse"))
    assert of.complete and kept(of) == []


def test_more_than_can_be_kept_are_counted_and_the_list_is_not_complete(monkeypatch):
    monkeypatch.setattr(endpoint_list, "MAX_ENDPOINTS", 2)
    of = listed()
    hear(of, heartbeat(1, 4), heartbeat(1, 0, SUBSCRIPTIONS))
    for number in (1, 2, 3, 4):
        hear(of, endpoint(names(), sequence=number, number=min(number, 3)))
    assert (len(kept(of)), of._endpoints.dropped, of.arrived, of.complete) == (2, 2, True, False)


def test_a_writer_that_never_gives_what_it_has_is_asked_in_bounds():
    of, sent = listed(), []
    for number in range(1000):
        hear(of, heartbeat(1, 1 << 60), gap(number * 256 + 1, number * 256 + 257), at_s=number)
        sent += filter(None, [of.request(number), of.question()])
    assert len(sent) == endpoint_list.MAX_REQUESTS and of.due_s() is None
    assert max(map(len, sent)) <= 300


def test_damaged_captures_never_do_more_than_be_refused():
    chance = random.Random(20261127)
    datagrams = [each for name in CAPTURES for each in captures.hex_datagrams(name)]
    for _unused in range(2000):
        damaged = bytearray(chance.choice(datagrams))
        for _byte in range(chance.randrange(1, 6)):
            damaged[chance.randrange(20, len(damaged))] = chance.randrange(256)
        of = listed(bytes(damaged[8:20]))
        with contextlib.suppress(RtpsError):
            for _source, submessage in with_sources(parse_message(bytes(damaged), endpoint_list.MAX_SUBMESSAGES)):
                of.hear(submessage, 0.0)
        assert len(of.request(1.0)) <= 1000 and len(kept(of)) <= 30
