# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names and addresses of the lab's hosts."""

from __future__ import annotations

import pytest

from lab.fleet import plan


def test_three_hosts_are_those_of_the_contract():
    hosts = [(host.name, host.management_address, host.ros_address, host.ros_nic) for host in plan.plan(3)]
    assert hosts == [
        ("base", "10.88.0.10", "10.88.1.10", "enp3s0"),
        ("tb1", "10.88.0.21", "10.88.1.21", "eth1"),
        ("tb2", "10.88.0.22", "10.88.1.22", "eno2"),
    ]


def test_no_two_hosts_share_a_name_a_number_a_nic_or_a_mac():
    hosts = plan.plan(plan.MOST_HOSTS)
    for values in (
        [host.name for host in hosts],
        [host.number for host in hosts],
        [host.ros_nic for host in hosts],
        [plan.mac_address(host, port) for host in hosts for port in ("mgmt", "ros")],
    ):
        assert len(set(values)) == len(values)
    assert max(host.number for host in hosts) < 255


def test_names_of_nics_and_switch_ports_fit_the_kernel():
    for host in plan.plan(plan.MOST_HOSTS):
        assert max(len(host.ros_nic) + len("x"), len(f"m-{host.name}")) <= 15  # IFNAMSIZ - 1


def test_macs_are_local_unicast():
    first = int(plan.mac_address(plan.plan(1)[0], "ros").split(":")[0], 16)
    assert first & 0b11 == 0b10


@pytest.mark.parametrize("count", [0, -1, plan.MOST_HOSTS + 1])
def test_a_lab_of_another_size_is_refused(count):
    with pytest.raises(ValueError, match=f"1 to {plan.MOST_HOSTS} hosts, not {count}"):
        plan.plan(count)
