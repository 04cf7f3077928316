# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is one for the whole fleet is declared for all of it, or is refused."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._fleet.agreement import FLEET_WIDE, disagreements

HOSTS = ["base", "tb1", "tb2"]
TALKER = [{"name": "talker"}]


def found(**variables):
    return disagreements({host: variables.get(host, {}) for host in HOSTS})


@pytest.mark.parametrize("name", FLEET_WIDE)
def test_the_same_everywhere_or_nowhere_is_fine(name):
    assert found() == []
    assert found(**{host: {name: list(TALKER)} for host in HOSTS}) == []


def test_what_may_differ_from_host_to_host_is_not_looked_at():
    assert found(tb1={"ros_lan_nics": {"ros-lan": "eth1"}, "identity_address": "10.0.0.2"}) == []


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        (
            {"tb1": {"ros_workloads": TALKER}, "tb2": {"ros_workloads": TALKER}},
            "ros_workloads: is declared for tb1 and tb2 and not for base, and it is one for the whole fleet. Fix: declare",
        ),
        (
            {"base": {"ros_workloads": []}, "tb1": {"ros_workloads": TALKER}},
            "ros_workloads: is one thing for base, another for tb1, and not declared for tb2, and it is one",
        ),
        (
            {host: {"membership_control_plane": [host]} for host in HOSTS},
            "membership_control_plane: is one thing for base, another for tb1, another for tb2, and it is one",
        ),
    ],
)
def test_who_has_what_is_named(variables, words):
    (finding,) = found(**variables)
    assert finding.sentence.startswith(words) and "group_vars/all.yml" in finding.fix
