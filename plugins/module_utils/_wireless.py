# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which NICs are Wi-Fi, and which of those are access points.

Private to this collection. Constants and layouts: linux/nl80211.h, linux/genetlink.h.
"""

from __future__ import annotations

import os
import struct
import sys

from ._netlink import NetlinkError, attributes, dump, opened, text, u32

NETLINK_GENERIC = 16
GENL_ID_CTRL = 16
CTRL_CMD_GETFAMILY = 3
CTRL_ATTR_FAMILY_ID = 1
CTRL_ATTR_FAMILY_NAME = 2
NL80211 = "nl80211"
NL80211_CMD_GET_INTERFACE = 5
NL80211_ATTR_IFINDEX = 3
NL80211_ATTR_IFTYPE = 5
NL80211_IFTYPE_AP = 3

_GENERIC = struct.Struct("=BBH")  # command, version, reserved


def is_wireless(name: str, sys_class_net: str = "/sys/class/net") -> bool:
    """Whether /sys knows the interface as Wi-Fi."""
    return any(os.path.exists(os.path.join(sys_class_net, name, mark)) for mark in ("wireless", "phy80211"))


def access_points() -> set[int]:
    """The indices of the NICs of this namespace that the kernel calls access points; none where it cannot be asked."""
    try:
        with opened(NETLINK_GENERIC) as sock:
            family = parse_family(dump(sock, GENL_ID_CTRL, _GENERIC.pack(CTRL_CMD_GETFAMILY, 1, 0)))
            if not family:
                return set()
            return parse_access_points(dump(sock, family, _GENERIC.pack(NL80211_CMD_GET_INTERFACE, 1, 0)))
    except (OSError, NetlinkError):
        # As of a confined process: what is no access point for certain is taken for a station.
        return set()


def parse_family(families: list[bytes]) -> int:
    """The number that the kernel gave nl80211, 0 where no driver uses it, from the bodies of CTRL_CMD_NEWFAMILY (no I/O)."""
    for body in families:
        given = dict(attributes(body[_GENERIC.size :]))
        if text(given.get(CTRL_ATTR_FAMILY_NAME, b"")) == NL80211:
            return int.from_bytes(given[CTRL_ATTR_FAMILY_ID], sys.byteorder)
    return 0


def parse_access_points(interfaces: list[bytes]) -> set[int]:
    """The indices of access points, from the bodies of NL80211_CMD_NEW_INTERFACE (no I/O)."""
    given = [dict(attributes(body[_GENERIC.size :])) for body in interfaces]
    return {
        u32(of[NL80211_ATTR_IFINDEX])
        for of in given
        if u32(of.get(NL80211_ATTR_IFTYPE, b"")) == NL80211_IFTYPE_AP and NL80211_ATTR_IFINDEX in of
    }
