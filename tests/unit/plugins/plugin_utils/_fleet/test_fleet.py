# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet of a run: who is there, who is not and why, and what each look showed."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.rosfleet.cluster.plugins.filter.__own.fleet import fleet_each
from ansible_collections.rosfleet.cluster.plugins.modules import fleet_look
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._and_list import short_list
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._fleet.fleet import (
    LOOKED_AT,
    absences,
    in_state,
    nobody,
    part_of,
    refusal,
)

from ...looks import ABSENT, fleet, look

SELF = {"nics": [], "default_routes": [{"nic": "eth0", "gateway": "", "source": "10.0.0.1"}]}
REFUSES = {"unreachable": True, "msg": "robot@10.0.0.3: Permission denied (publickey,password)."}
MEMBERS = fleet(
    {host: {"ansible_host": f"10.0.0.{number}"} for number, host in enumerate(["a", "b", "c", "d"], start=1)},
    {"c": REFUSES, "b": ABSENT, "a": look(identity=SELF, microk8s={"role": "worker"})},
)


def test_each_host_is_in_one_state_and_in_the_order_of_the_inventory():
    states = {"present": ["a"], "absent": ["b"], "refused": ["c"], "not_asked": ["d"]}
    assert {state: in_state(MEMBERS, state) for state in states} == states
    assert list(MEMBERS) == ["a", "b", "c", "d"]
    assert [each["present"] for each in MEMBERS.values()] == [True, False, False, False]


def test_order_is_the_inventorys_and_not_that_of_the_answers():
    hosts = {f"tb{number}": {} for number in (3, 1, 2)}
    assert in_state(fleet(hosts, {host: ABSENT for host in sorted(hosts)}), "absent") == ["tb3", "tb1", "tb2"]


def test_what_a_look_showed_is_there_and_nothing_of_those_without():
    assert MEMBERS["a"]["microk8s"] == {"role": "worker"}
    assert all(MEMBERS[host][part] is None for host in "bcd" for part in LOOKED_AT)
    assert part_of(MEMBERS, ["b", "a"], "microk8s") == {"a": {"role": "worker"}}
    assert fleet_each(MEMBERS, "address") == {"a": "10.0.0.1", "b": "10.0.0.2", "c": "10.0.0.3", "d": "10.0.0.4"}


def test_who_is_absent_is_told_with_what_came_of_it():
    (line,) = absences(MEMBERS)
    assert line.startswith("Absent: b. The fleet went on without it; run the same playbook again when it is back.")
    assert line.endswith("port 22: No route to host")
    assert "refuses the login" in MEMBERS["c"]["why"]


def test_who_refuses_is_told_with_what_it_said_and_what_to_do():
    assert refusal(MEMBERS, "c").startswith(
        "c answers and refuses the login. It said: robot@10.0.0.3: Permission denied"
    )
    assert "Fix: correct ansible_user" in refusal(MEMBERS, "c")


def all_of(**looks):
    return fleet({host: {"ansible_host": f"10.0.0.{at}"} for at, host in enumerate(looks, start=1)}, looks)


def test_while_somebody_is_there_nobody_is_missed():
    assert nobody(MEMBERS) == []


def test_a_wrong_user_on_all_hosts_is_told_of_once():
    (found,) = nobody(all_of(a=REFUSES, b=REFUSES, c=REFUSES))
    assert (found.code, found.hosts) == ("fleet-refuses", ["a", "b", "c"])
    assert found.sentence.startswith("a, b and c: answers and refuses the login, as a said: robot@10.0.0.3: Permission")
    assert "ssh-copy-id robot@10.0.0.3" in found.fix


def test_two_reasons_and_an_absent_one_are_three_findings():
    no_sudo = {"failed": True, "msg": "Missing sudo password"}
    found = nobody(all_of(a=REFUSES, b=no_sudo, c=ABSENT, d=no_sudo))
    assert [(each.code, each.hosts) for each in found] == [
        ("fleet-refuses", ["a"]),
        ("fleet-refuses", ["b", "d"]),
        ("fleet-absent", ["c"]),
    ]
    assert found[2].sentence.startswith("None of c is there. Fix: ")
    assert "ping 10.0.0.3" in found[2].fix


def test_one_that_refuses_for_a_reason_that_nobody_knows_is_told_of_as_well():
    (found,) = nobody(all_of(a={"failed": True, "msg": "odd"}))
    assert found.sentence == "a: answers and cannot be used: odd"


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "h1"), (2, "h1 and h2"), (6, "h1, h2, h3, h4, h5 and h6"), (7, "h1, h2, h3, h4, h5 and 2 others")],
)
def test_listed(count, words):
    assert short_list([f"h{number}" for number in range(1, count + 1)]) == words


def test_a_member_has_all_that_a_look_returns():
    assert set(LOOKED_AT) == set(yaml.safe_load(fleet_look.RETURN))
