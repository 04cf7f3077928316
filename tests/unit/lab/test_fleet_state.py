# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the lab remembers, and how it says that a host is not there."""

from __future__ import annotations

import json
import os

import pytest

from lab.fleet.plan import plan
from lab.fleet.processes import is_same, start_time
from lab.fleet.shell import LabError
from lab.fleet.state import Fleet, Member, from_json, to_json

BASE, ROBOT = plan(2)
HERE = os.getpid()


@pytest.fixture
def fleet():
    return Fleet(
        {"base": Member(BASE, HERE, start_time(HERE)), "tb1": Member(ROBOT)}, loops_before=[0, 1], control_planes=3
    )


def test_a_fleet_survives_its_file(fleet):
    assert from_json(to_json(fleet)) == fleet


def test_the_file_tells_others_what_the_contract_promises(fleet):
    host = json.loads(to_json(fleet))["hosts"][1]
    contract = {
        "name": "tb1",
        "mgmt_address": "10.88.0.21",
        "ros_nic": "eth1",
        "ros_address": "10.88.1.21",
        "leader_pid": None,
    }
    assert contract.items() <= host.items()


def test_a_fleet_that_was_saved_when_there_was_one_kind_is_of_that(fleet):
    data = json.loads(to_json(fleet))
    for host in data["hosts"]:
        del host["kind"]
    assert from_json(json.dumps(data)) == fleet


def test_up_is_this_very_process_and_not_another_of_its_number(fleet):
    assert fleet.running("base").is_up
    fleet.members["base"].leader_started += 1
    assert not fleet.members["base"].is_up


@pytest.mark.parametrize(
    ("name", "message"),
    [("tb7", "No host 'tb7' in the lab. Hosts: base, tb1."), ("tb1", "tb1 is off. .*power on tb1")],
)
def test_a_host_that_is_not_there_is_an_error_with_a_way_out(fleet, name, message):
    with pytest.raises(LabError, match=message):
        fleet.running(name)


def test_an_empty_lab_says_how_to_begin():
    with pytest.raises(LabError, match="lab up --hosts"):
        Fleet().member("base")


@pytest.mark.parametrize(
    ("state", "expected"),
    [("S", 4711), ("Z", None), ("X", None)],
)
def test_start_time_is_read_behind_any_name(tmp_path, state, expected):
    folder = tmp_path / "7"
    folder.mkdir()
    fields = [state, *("0" for _ in range(18)), "4711", "0"]
    (folder / "stat").write_text(f"7 (a) name) {' '.join(fields)}\n")
    assert start_time(7, tmp_path) == expected


def test_a_process_that_is_gone_is_not_the_same(tmp_path):
    assert not is_same(7, 4711, tmp_path)
