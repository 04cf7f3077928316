# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is on which LAN, and where a LAN's routes lead to."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._lan_reach import hosts_on, lans_of_host, leads_to

EVERYBODY = {"name": "ros-lan", "subnet": "10.88.1.0/24"}
FAR = {"name": "far", "subnet": "10.99.1.0/24", "hosts": ["tb2"]}


def test_a_lan_is_of_all_hosts_unless_it_names_its_own():
    assert hosts_on(EVERYBODY, ["base", "tb2"]) == ["base", "tb2"]
    assert hosts_on(FAR, ["base", "tb2"]) == ["tb2"]
    assert hosts_on({**FAR, "hosts": []}, ["base", "tb2"]) == []
    assert [lan["name"] for lan in lans_of_host([EVERYBODY, FAR], "base")] == ["ros-lan"]
    assert [lan["name"] for lan in lans_of_host([EVERYBODY, FAR], "tb2")] == ["ros-lan", "far"]


@pytest.mark.parametrize(
    "to, leads",
    [("10.99.1.0/24", True), ("10.99.0.0/16", True), ("10.99.1.0/25", False), ("10.98.0.0/16", False)],
    ids=["the subnet", "more than that", "a part of it", "somewhere else"],
)
def test_a_route_leads_to_a_lan_when_it_covers_all_of_it(to, leads):
    assert leads_to({**EVERYBODY, "routes": [{"to": to, "via": "10.88.1.1"}]}, FAR) is leads


def test_without_a_route_a_lan_leads_to_itself_alone():
    assert leads_to(EVERYBODY, EVERYBODY) and not leads_to(EVERYBODY, FAR)
