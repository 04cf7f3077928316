# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What faults put into firewalls, and what is refused."""

from __future__ import annotations

import pytest

from lab.fleet import faults
from lab.fleet.shell import LabError


@pytest.mark.parametrize(
    ("directions", "drops"),
    [
        (("iifname",), ['iifname "r-tb1" meta pkttype multicast drop']),
        (
            ("iifname", "oifname"),
            ['iifname "r-tb1" meta pkttype multicast drop', 'oifname "r-tb1" meta pkttype multicast drop'],
        ),
    ],
)
def test_multicast_is_dropped_in_the_directions_asked_for(directions, drops):
    assert faults.multicast_rules("r-tb1", directions)[1:] == drops


def test_multicast_is_dropped_between_two_ports_alone():
    drop = 'iifname "r-tb1" oifname "r-tb2" meta pkttype multicast drop'
    assert faults.multicast_rules("r-tb1", ("iifname",), towards="r-tb2")[1:] == [drop]


def test_a_table_is_loaded_whole_whether_it_was_there_or_not():
    assert faults.loading("inet", "t", ["rule 1", "rule 2"]) == (
        "add table inet t\ndelete table inet t\ntable inet t {\nchain lab {\nrule 1\nrule 2\n}\n}\n"
    )


@pytest.mark.parametrize("value", ["", "0", "65536", "ssh", "-1"])
def test_a_bad_port_is_refused_with_an_example(value):
    with pytest.raises(LabError, match=f"not '{value}'.*block-port tb1 25000"):
        faults.FAULTS["block-port"].apply(None, None, value)


def test_an_unknown_fault_is_answered_with_those_there_are():
    with pytest.raises(LabError, match="No fault 'flood'. Faults: drop-multicast, .*clone-identity"):
        faults.inject("flood", "tb1", "", undo=False)
