# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of a host's NICs, which every kind of host makes in its own way."""

from __future__ import annotations

import pytest

from lab.fleet import nics
from lab.fleet.plan import plan
from lab.fleet.state import Member

TB1 = Member(plan(2)[1])


class Recorded:
    """A kind of host whose ROS NIC has an odd name, and that notes what it is to run."""

    def __init__(self):
        self.commands = []

    def ros_nic_now(self, _member):
        return "odd0"

    def run_in_network(self, _member, command):
        self.commands.append(" ".join(command))


@pytest.fixture
def commands(monkeypatch):
    kind = Recorded()
    monkeypatch.setattr(nics.kinds, "of", lambda _member: kind)
    return kind.commands


def test_the_mac_is_given_to_what_the_ros_nic_is_called_now(commands):
    nics.set_ros_mac(TB1, "02:00:00:00:00:42")
    assert commands == ["ip link set odd0 address 02:00:00:00:00:42"]


def test_an_address_takes_the_place_of_those_before(commands):
    nics.set_ros_address(TB1, "10.88.1.99")
    assert commands == ["ip address flush dev odd0", "ip address add 10.88.1.99/24 brd + dev odd0"]


def test_a_moved_management_address_keeps_its_way_out(commands):
    nics.set_management_address(TB1, "10.88.0.99")
    assert commands[-1] == "ip route replace default via 10.88.0.1"


def test_a_nic_is_down_while_it_is_renamed_and_one_of_that_name_is_left_alone(commands):
    nics.rename_ros_nic(TB1, "odd0")
    assert commands == []
    nics.rename_ros_nic(TB1, "lan9")
    assert commands == ["ip link set odd0 down", "ip link set odd0 name lan9", "ip link set lan9 up"]


def test_on_the_lan_of_another_site_a_host_has_an_address_of_that(commands, monkeypatch):
    plugged = []
    monkeypatch.setattr(nics.network, "plug_into_far_site", plugged.append)
    monkeypatch.setattr(nics.network, "plug_in_at_home", plugged.append)
    nics.move_to_far_site(TB1)
    assert commands[-1] == "ip address add 10.88.2.21/24 brd + dev odd0"
    nics.bring_home(TB1)
    assert commands[-1] == "ip address add 10.88.1.21/24 brd + dev odd0"
    assert plugged == [TB1.host, TB1.host]
