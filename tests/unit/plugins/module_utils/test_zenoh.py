# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The opening of a Zenoh session, against what a real router was asked and answered."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _zenoh

from ._rtps.captures import hex_datagrams

ASKED, ANSWERED, CLOSED = hex_datagrams("zenoh1102_opening")
ROUTER_ID = "3a16d5a3daaefd98c2960ce3ea93a939"
FIXED_AND_ID = 2 + 3 + 16  # so many bytes tell who answers


def test_the_question_is_the_one_that_a_router_answered():
    assert _zenoh.opening(ASKED[-_zenoh.ID_SIZE :]) == ASKED


@pytest.mark.parametrize(
    "received, router_id",
    [
        (ANSWERED, ROUTER_ID),
        (ANSWERED[:FIXED_AND_ID], ROUTER_ID),
        *((ANSWERED[:size], "") for size in range(FIXED_AND_ID)),
        (bytes.fromhex("0900210910ab00"), "ab"),  # two bytes, little-endian
    ],
)
def test_the_answer_gives_the_routers_id_as_soon_as_it_is_there(received, router_id):
    assert _zenoh.read_router_id(received) == router_id


@pytest.mark.parametrize(
    "received, fault",
    [
        (CLOSED, "closed by Zenoh instead of opened"),
        (ASKED, "not the answer of a Zenoh router"),  # reflected
        (b"SSH-2.0-OpenSSH_9.6\r\n", "not the answer of a Zenoh router"),
        (b"HTTP/1.1 400 Bad Request\r\n", "not the answer of a Zenoh router"),
        (bytes(40), "not the answer of a Zenoh router"),
        (bytes.fromhex("0900210911abcd"), "answered by a Zenoh peer, not by a router"),
        (bytes.fromhex("0900210912abcd"), "answered by a Zenoh client, not by a router"),
        (bytes.fromhex("0900210913abcd"), "answered by a Zenoh node, not by a router"),
    ],
)
def test_what_is_no_routers_answer_is_told_from_one(received, fault):
    with pytest.raises(_zenoh.ZenohError, match=fault):
        _zenoh.read_router_id(received)
