# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wi-Fi by the marks in /sys, access points by messages of nl80211."""

from __future__ import annotations

import struct

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _wireless


def attribute(kind, value):
    return struct.pack("=HH", 4 + len(value), kind) + value + b"\0" * (-len(value) % 4)


def message(*attributes):
    return struct.pack("=BBH", 1, 1, 0) + b"".join(attributes)


def family(number, name):
    return message(attribute(2, name.encode() + b"\0"), attribute(1, struct.pack("=H", number)))


def interface(index, kind):
    return message(
        attribute(3, struct.pack("=I", index)), attribute(4, b"wlan\0"), attribute(5, struct.pack("=I", kind))
    )


@pytest.mark.parametrize("mark, expected", [("wireless", True), ("phy80211", True), ("device", False)])
def test_wireless_is_a_mark_in_sys(tmp_path, mark, expected):
    (tmp_path / "wlan0" / mark).mkdir(parents=True)
    assert _wireless.is_wireless("wlan0", str(tmp_path)) is expected


@pytest.mark.parametrize(
    "names, expected", [([], 0), (["nlctrl", "nl80211", "ethtool"], 31), (["nlctrl", "nl80211x"], 0)]
)
def test_nl80211_is_known_by_its_whole_name(names, expected):
    assert _wireless.parse_family([family(30 + at, name) for at, name in enumerate(names)]) == expected


@pytest.mark.parametrize(
    "kind, expected",
    [(0, set()), (1, set()), (2, set()), (3, {7}), (4, set()), (6, set()), (7, set()), (9, set())],
    ids=["unspecified", "ad-hoc", "station", "access point", "its VLAN", "monitor", "mesh", "P2P GO"],
)
def test_of_all_types_of_interfaces_only_one_is_an_access_point(kind, expected):
    device_without_nic = message(attribute(5, struct.pack("=I", 3)))
    assert _wireless.parse_access_points([interface(7, kind), interface(8, 2), device_without_nic]) == expected


def test_the_kernel_of_this_machine_can_be_asked():
    assert isinstance(_wireless.access_points(), set)


@pytest.mark.parametrize("error", [OSError("no such protocol"), _wireless.NetlinkError("refused")])
def test_where_it_cannot_be_asked_none_is_taken_for_one(monkeypatch, error):
    def refuse(_protocol):
        raise error

    monkeypatch.setattr(_wireless, "opened", refuse)
    assert _wireless.access_points() == set()
