# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Datagram to submessages: the shapes that are allowed, and each way to be broken."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.errors import RtpsError
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.message import (
    MAX_SUBMESSAGES,
    Submessage,
    parse_message,
)

from .builders import HEADER, PREFIX, submessage

PAD, INFO_TS, HEARTBEAT, VENDOR_SPECIFIC = 0x01, 0x09, 0x07, 0x80


def test_header():
    header = parse_message(HEADER).header
    assert (header.version, header.vendor_id, header.guid_prefix) == ((2, 3), b"\x01\xff", PREFIX)
    assert header.pack() == HEADER


def test_submessages_in_both_byte_orders_and_unknown_ones():
    parts = [submessage(INFO_TS, bytes(8)), submessage(VENDOR_SPECIFIC, b"x" * 6, flags=0), submessage(PAD, b"")]
    message = parse_message(HEADER + b"".join(parts))
    assert [(each.kind, each.order, len(each.body)) for each in message.submessages] == [
        (INFO_TS, "<", 8),
        (VENDOR_SPECIFIC, ">", 6),
        (PAD, "<", 0),
    ]
    assert [each.pack() for each in message.submessages] == parts


def test_length_zero_means_up_to_the_end_of_the_datagram():
    message = parse_message(HEADER + submessage(HEARTBEAT, b"rest" * 5, length=0))
    assert message.submessages == (Submessage(HEARTBEAT, 1, b"rest" * 5, 24),)


@pytest.mark.parametrize("kind", [PAD, INFO_TS])
def test_length_zero_is_just_empty_where_a_body_is_optional(kind):
    message = parse_message(HEADER + submessage(kind, b"") + submessage(HEARTBEAT, b"next"))
    assert [each.kind for each in message.submessages] == [kind, HEARTBEAT]


@pytest.mark.parametrize(
    "datagram, reason",
    [
        (b"", "header of 20 bytes cut short after 0"),
        (HEADER[:19], "cut short after 19"),
        (b"RTPX" + HEADER[4:], "magic b'RTPX'"),
        (b"HTTP" + HEADER[4:], "magic b'HTTP'"),
        (HEADER[:4] + b"\x03\x00" + HEADER[6:], "protocol version 3.0"),
        (HEADER + b"\x15\x01\x00", "submessage header cut short"),
        (HEADER + submessage(HEARTBEAT, b"1234", length=5), "of 5 bytes with 4 left"),
        (HEADER + submessage(HEARTBEAT, b"1234", flags=0, length=0xFFFF), "of 65535 bytes"),
        (HEADER + submessage(PAD, b"") * (MAX_SUBMESSAGES + 1), "more than 64 submessages"),
        ((HEADER + submessage(PAD, b"") * 17000)[:65507], "more than 64 submessages"),
        (HEADER + bytes(65507), "more than a UDP datagram holds"),
    ],
)
def test_refused(datagram, reason):
    with pytest.raises(RtpsError, match=reason):
        parse_message(datagram)


def test_a_fault_says_where_it_is():
    with pytest.raises(RtpsError) as caught:
        parse_message(HEADER + submessage(PAD, b"") + b"\x07")
    assert caught.value.offset == 24
