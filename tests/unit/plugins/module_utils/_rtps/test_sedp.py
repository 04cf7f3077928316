# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writers and readers as their participants announce them: what is said, what holds when it is not, and broken samples."""

from __future__ import annotations

import contextlib
import struct

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.data import read_data
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.errors import RtpsError
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.message import parse_message
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.sedp import (
    READER,
    WRITER,
    Removal,
    read_endpoint,
)
from hypothesis import given
from hypothesis import strategies as st

from .builders import HEADER, PREFIX, PUBLICATIONS, cdr, data, endpoint, endpoint_payload, names, parameter, parameters

GUID = PREFIX + b"\0\0\1\3"
UNSAID = {
    "durability": "volatile",
    "deadline_s": None,
    "liveliness": "automatic",
    "liveliness_lease_s": None,
    "ownership": "shared",
    "partitions": [],
}


def read(part, kind=WRITER):
    (submessage,) = parse_message(HEADER + part).submessages
    return read_endpoint(read_data(submessage), kind)


@pytest.mark.parametrize("kind, reliability", [(WRITER, "reliable"), (READER, "best-effort")])
def test_who_says_nothing_has_the_defaults_of_the_specification(kind, reliability):
    assert read(endpoint(names()), kind).as_result() == {
        "kind": kind,
        "guid": GUID.hex(),
        "guid_prefix": PREFIX.hex(),
        "topic": "rt/chatter",
        "type": "std_msgs::msg::dds_::String_",
        "reliability": reliability,
        **UNSAID,
    }


def number(order, *each):
    return struct.pack(f"{order}{len(each)}I", *each)


def duration(order, seconds, fraction):
    return struct.pack(order + "iI", seconds, fraction)


SAID = {
    "best effort": (0x1A, lambda o: number(o, 1, 0, 0), {"reliability": "best-effort"}),
    "reliable": (0x1A, lambda o: number(o, 2, 0, 0), {"reliability": "reliable"}),
    "volatile": (0x1D, lambda o: number(o, 0), {}),
    "transient local": (0x1D, lambda o: number(o, 1), {"durability": "transient-local"}),
    "transient": (0x1D, lambda o: number(o, 2), {"durability": "transient"}),
    "persistent": (0x1D, lambda o: number(o, 3), {"durability": "persistent"}),
    "a deadline": (0x23, lambda o: duration(o, 0, 1 << 30), {"deadline_s": 0.25}),
    "a short deadline": (0x23, lambda o: duration(o, 0, 42950), {"deadline_s": 0.00001}),
    "no deadline": (0x23, lambda o: duration(o, 0x7FFFFFFF, 0xFFFFFFFF), {}),
    "no deadline of Fast DDS": (0x23, lambda o: duration(o, 0x7FFFFFFF, 0), {}),
    "manual by participant": (
        0x1B,
        lambda o: number(o, 1) + duration(o, 3, 0),
        {"liveliness": "manual-by-participant", "liveliness_lease_s": 3.0},
    ),
    "manual by topic, for ever": (
        0x1B,
        lambda o: number(o, 2) + duration(o, 0x7FFFFFFF, 0xFFFFFFFF),
        {"liveliness": "manual-by-topic"},
    ),
    "exclusive": (0x1F, lambda o: number(o, 1), {"ownership": "exclusive"}),
    "partitions": (0x29, lambda o: number(o, 2) + cdr("a", o) + cdr("b*", o), {"partitions": ["a", "b*"]}),
    "no partition": (0x29, lambda o: number(o, 0), {}),
    "parameters of vendors": (0x8015, lambda o: bytes(8), {}),
    "type information": (0x75, lambda o: bytes(100), {}),
}


@pytest.mark.parametrize("order, flags", [("<", 0x05), (">", 0x05), ("<", 0x04), (">", 0x04)])
@pytest.mark.parametrize("pid, value, said", SAID.values(), ids=SAID.keys())
def test_what_is_said_in_both_byte_orders(pid, value, said, order, flags):
    sent = endpoint(names(order=order), parameter(pid, value(order), order), order=order, flags=flags)
    result = read(sent).as_result()
    assert {name: result[name] for name in (*UNSAID, "reliability")} == {"reliability": "reliable", **UNSAID, **said}


def test_names_are_shown_with_what_no_terminal_shows_spelled_out():
    shown = read(endpoint(names("rt/a\x1b[2Jb", "t\u202ey")))
    assert (shown.topic, shown.type) == ("rt/a\\x1b[2Jb", "t\\u202ey")


KEY = parameter(0x70, GUID)
ENDED = {
    "key in the payload": data(
        endpoint_payload(), 0x0B, writer=PUBLICATIONS, inline=parameters(parameter(0x71, b"\0\0\0\3"))
    ),
    "key beside it": data(b"", 0x03, writer=PUBLICATIONS, inline=parameters(KEY, parameter(0x71, b"\0\0\0\1"))),
}


@pytest.mark.parametrize("sent", ENDED.values(), ids=ENDED.keys())
def test_an_endpoint_that_is_gone(sent):
    assert read(sent) == Removal(GUID)


BARE = struct.pack(">HH", 3, 0) + parameters(names())
REFUSED = {
    "no GUID": (data(BARE, writer=PUBLICATIONS), "endpoint GUID of 0 bytes"),
    "no topic": (endpoint(parameter(0x07, cdr("t"))), "endpoint without topic"),
    "no names": (endpoint(), "endpoint without topic and type"),
    "nothing": (data(b"", 0x01, writer=PUBLICATIONS), "endpoint GUID of 0 bytes"),
    "plain CDR": (endpoint(names(), encapsulation=1), "encapsulation 0x0001"),
    "XCDR2": (endpoint(names(), encapsulation=0x0B), "encapsulation 0x000b"),
    "a kind of reliability that is none": (
        endpoint(names(), parameter(0x1A, number("<", 9))),
        "0x001a has the unknown value 9",
    ),
    "reliability of 0 bytes": (endpoint(names(), parameter(0x1A, b"")), "number of 0 bytes"),
    "deadline of 4 bytes": (endpoint(names(), parameter(0x23, bytes(4))), "duration of 4 bytes"),
    "liveliness of 4 bytes": (endpoint(names(), parameter(0x1B, bytes(4))), "duration of 0 bytes"),
    "2**32 - 1 partitions": (endpoint(names(), parameter(0x29, b"\xff" * 4)), "4294967295 partitions"),
    "a partition that is missing": (endpoint(names(), parameter(0x29, number("<", 2) + cdr("a"))), "string length cut"),
    "a topic of 300 bytes": (endpoint(names("t" * 300)), "name of 301 bytes"),
    "a topic of 200 escapes": (endpoint(names("\x1b" * 200)), "than 512 characters"),
    "a partition of 300 bytes": (
        endpoint(names(), parameter(0x29, number("<", 1) + cdr("p" * 300))),
        "name of 301 bytes",
    ),
}


@pytest.mark.parametrize("sent, reason", REFUSED.values(), ids=REFUSED.keys())
def test_refused(sent, reason):
    with pytest.raises(RtpsError, match=reason):
        read(sent)


@given(
    st.sampled_from([2, 3]),
    st.lists(st.tuples(st.sampled_from([5, 7, 0x1A, 0x1B, 0x23, 0x29, 0x5A]), st.binary(max_size=24))),
)
def test_whatever_comes_is_read_or_refused_and_never_longer_than_its_bounds(encapsulation, each):
    order = "<" if encapsulation == 3 else ">"
    packed = (parameter(pid, value + bytes(-len(value) % 4), order) for pid, value in each)
    with contextlib.suppress(RtpsError):
        said = read(endpoint(names(order=order), *packed, order=order, encapsulation=encapsulation))
        assert len(said.topic) <= 512 and len(said.partitions) <= 64
