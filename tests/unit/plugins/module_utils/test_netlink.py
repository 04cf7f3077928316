# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Netlink's framing: of bytes, and of the kernel that runs the tests."""

from __future__ import annotations

import struct

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _netlink


@pytest.mark.parametrize("tail", [struct.pack("=HH", 3, 3), struct.pack("=HH", 200, 3)], ids=["too short", "too long"])
def test_a_broken_attribute_is_an_error_not_a_loop(tail):
    with pytest.raises(_netlink.NetlinkError, match="netlink attribute"):
        list(_netlink.attributes(struct.pack("=HHI", 8, 1, 7) + tail))


def test_attributes_are_padded_and_the_bits_beside_their_type_are_no_part_of_it():
    data = struct.pack("=HH", 7, 2 | 0x8000) + b"ab\0" + b"\0" + struct.pack("=HHI", 8, 3 | 0x4000, 9)
    given = dict(_netlink.attributes(data))
    assert (_netlink.text(given[2]), _netlink.u32(given[3]), _netlink.u32(b"")) == ("ab", 9, 0)


def test_what_the_kernel_refuses_is_an_error_with_its_words():
    with _netlink.opened(0) as routes, pytest.raises(_netlink.NetlinkError, match="not supported|Invalid argument"):
        _netlink.dump(routes, 0xFFFF, b"")
