# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Heartbeats, gaps and fragments as they are sent, broken ones, and what the reader sends itself."""

from __future__ import annotations

import contextlib

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps import reliable
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.errors import RtpsError
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.message import parse_message
from hypothesis import given
from hypothesis import strategies as st

from .builders import HEADER, PUBLICATIONS, SUBSCRIPTIONS, asked_for, fragments, gap, heartbeat, submessage

READER = bytes.fromhex("000003c7")
READS = (reliable.read_heartbeat, reliable.read_gap, reliable.read_fragment, reliable.writer_of)


def parsed(datagram_part):
    (only,) = parse_message(HEADER + datagram_part).submessages
    return only


@pytest.mark.parametrize("order", ["<", ">"])
def test_each_is_read_in_both_byte_orders(order):
    beat = reliable.read_heartbeat(parsed(heartbeat(3, 1 << 33, SUBSCRIPTIONS, order)))
    assert beat == reliable.Heartbeat(SUBSCRIPTIONS, 3, 1 << 33)
    read = reliable.read_gap(parsed(gap(4, 7, "0101" + "0" * 30 + "1", order=order)))
    assert read == reliable.Gap(PUBLICATIONS, 4, 7, (8, 10, 41))
    first, second = fragments(b"abcdefgh", 3, sequence=5, together=2, order=order)
    one, two = (reliable.read_fragment(parsed(each)) for each in (first, second))
    assert (one.writer, one.sequence, one.total) == (PUBLICATIONS, 5, 3)
    assert [(each.first, each.payload) for each in (one, two)] == [(1, b"abcdef"), (3, b"gh")]


def test_of_a_writer_without_anything_last_is_before_first():
    assert reliable.read_heartbeat(parsed(heartbeat(1, 0))) == reliable.Heartbeat(PUBLICATIONS, 1, 0)


FRAGMENT = fragments(b"abcdefgh", 3)[0]
REFUSED = {
    "heartbeat cut short": (reliable.read_heartbeat, submessage(7, bytes(27)), "HEARTBEAT cut short"),
    "heartbeat from 0": (reliable.read_heartbeat, heartbeat(0, 4), "from 0 to 4"),
    "heartbeat backwards": (reliable.read_heartbeat, heartbeat(5, 3), "from 5 to 3"),
    "heartbeat below zero": (reliable.read_heartbeat, heartbeat(1, -9), "from 1 to -9"),
    "gap cut short": (reliable.read_gap, submessage(8, bytes(27)), "GAP cut short"),
    "gap from 0": (reliable.read_gap, gap(0, 4), "from 0 to 4"),
    "gap backwards": (reliable.read_gap, gap(5, 4), "from 5 to 4"),
    "gap of too many bits": (reliable.read_gap, gap(1, 2, "1" * 257), "with 257 bits"),
    "gap without its bits": (reliable.read_gap, submessage(8, gap(1, 2, "1")[4:-4]), "with 1 bits"),
    "fragment cut short": (reliable.read_fragment, submessage(0x16, bytes(31)), "DATA cut short"),
    "fragment of nothing": (reliable.read_fragment, submessage(0x16, FRAGMENT[4:32] + bytes(4)), "of 0 bytes"),
    "fragment 0": (reliable.read_fragment, submessage(0x16, FRAGMENT[4:24] + bytes(4) + FRAGMENT[28:]), "DATA_FRAG 0"),
    "fragment without its bytes": (reliable.read_fragment, submessage(0x16, FRAGMENT[4:-1]), "with 2 bytes"),
    "sample of 16 MB": (reliable.read_fragment, submessage(0x16, FRAGMENT[4:32] + b"\0\0\0\1abc"), "of 16777216 bytes"),
}


@pytest.mark.parametrize("read, sent, reason", REFUSED.values(), ids=REFUSED.keys())
def test_refused(read, sent, reason):
    with pytest.raises(RtpsError, match=reason):
        read(parsed(sent))


def test_a_fragment_beyond_its_sample_is_refused():
    beyond = fragments(b"abcdefgh", 3)[2]
    with pytest.raises(RtpsError, match="DATA_FRAG 4 with"):
        reliable.read_fragment(parsed(beyond.replace(b"\3\0\0\0\1\0\3\0", b"\4\0\0\0\1\0\3\0")))


@given(st.integers(1, 1 << 40), st.sets(st.integers(0, reliable.MAX_SET - 1), min_size=1))
def test_what_is_wanted_is_what_is_asked_for(base, offsets):
    wanted = sorted(base + each for each in offsets)
    base32 = base & 0xFFFFFFFF
    packed = reliable.pack_acknack(READER, PUBLICATIONS, base, wanted, 7)
    (kept,) = asked_for(HEADER + packed)[0].values()
    assert kept == (base32, [base32 + each - base for each in wanted])
    assert parsed(packed).flags & 2  # no heartbeat is wanted
    if base < 1 << 31:
        (parts,) = asked_for(HEADER + reliable.pack_nack_frag(READER, PUBLICATIONS, 3, wanted, 8))[1].values()
        assert parts == wanted


def test_the_question_what_there_is_asks_for_a_heartbeat():
    packed = reliable.pack_acknack(READER, PUBLICATIONS, 1, [], 1)
    assert packed.hex() == "06011800" + "000003c7" + "000003c2" + "0000000001000000" + "00000000" + "01000000"
    assert asked_for(HEADER + packed)[0] == {PUBLICATIONS: (1, [])}


@given(st.sampled_from([6, 7, 8, 0x15, 0x16]), st.integers(0, 255), st.binary(max_size=80))
def test_whatever_comes_is_read_or_refused(kind, flags, body):
    for each in READS:
        with contextlib.suppress(RtpsError):
            for part in parse_message(HEADER + submessage(kind, body, flags)).submessages:
                each(part)
