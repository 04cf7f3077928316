# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports by DDSI-RTPS 9.6.1, checked against those that ROS 2 documents."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps import ports


@pytest.mark.parametrize(
    "port, expected",
    [
        (ports.discovery_multicast(0), 7400),
        (ports.user_multicast(0), 7401),
        (ports.discovery_server(0), 7402),
        (ports.discovery_unicast(0, 0), 7410),
        (ports.user_unicast(0, 0), 7411),
        (ports.discovery_unicast(0, 1), 7412),
        (ports.discovery_multicast(42), 17900),
        (ports.user_unicast(101, 53), 32767),
        (ports.discovery_multicast(232), 65400),
        (ports.user_unicast(232, 62), 65535),
    ],
)
def test_ports(port, expected):
    assert port == expected


@pytest.mark.parametrize(
    "domain, expected",
    [(0, [7410, 7412, 7414, 7416]), (42, [17910, 17912, 17914, 17916]), (232, [65410, 65412, 65414, 65416])],
)
def test_ports_of_the_first_participants(domain, expected):
    assert ports.discovery_unicast_of_first(domain) == expected


@pytest.mark.parametrize("domain", [-1, 233, 1000])
def test_domains_without_ports(domain):
    with pytest.raises(ports.PortError, match="not in 0..232"):
        ports.discovery_multicast(domain)


@pytest.mark.parametrize("domain, participant", [(232, 63), (0, -1)])
def test_participants_without_ports(domain, participant):
    with pytest.raises(ports.PortError, match="has no port"):
        ports.user_unicast(domain, participant)
