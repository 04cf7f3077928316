# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which domains have ports that any program may be given."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery import ephemeral
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.probes import Probe

LINUX = [32768, 60999]


def probe(domain_id, given=LINUX, reserved=(), host="h1"):
    around = {"ephemeral_ports": given, "reserved_ports": list(reserved), "error": ""}
    return Probe(host, "host", "ros-lan", "", host, "eth1", domain_id, around=around)


@pytest.mark.parametrize(
    "one, told",
    [
        (probe(0), False),
        (probe(101), False),
        (probe(102), True),
        (probe(214), True),
        (probe(215), False),
        (probe(232), False),
        (probe(0, given=[1024, 65000]), True),
        (probe(150, given=None), False),  # not read
        (probe(150, reserved=[[44900, 44975]]), False),
        (probe(150, reserved=[[8080, 8080], [44900, 44940], [44941, 45000]]), False),
        (probe(150, reserved=[[44901, 44975]]), True),
    ],
)
def test_a_domain_is_told_whose_ports_any_program_may_be_given(one, told):
    assert [(each.code, each.severity) for each in ephemeral.findings([one])] == [("ephemeral-ports", "warning")] * told


def test_one_finding_for_all_that_have_the_same_range_with_the_domains_that_are_free_of_it():
    (finding,) = ephemeral.findings([probe(150), probe(150), probe(150, host="h2"), probe(0, host="h3")])
    assert finding.hosts == ["h1", "h2"]
    assert "domain 150 (UDP 44900 to 44975)" in finding.message
    assert "(32768 to 60999) on h1 and h2:" in finding.message
    assert "0 to 101 and 215 to 232." in finding.fix


def test_where_every_domain_is_among_them_none_is_recommended():
    (finding,) = ephemeral.findings([probe(0, given=[1024, 65535])])
    assert "there is none" in finding.fix
