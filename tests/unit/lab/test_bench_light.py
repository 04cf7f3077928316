# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Light hosts: their names, how they are wired, and that nothing of them stays."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from lab.bench import light
from lab.fleet.prefix import PREFIX
from lab.fleet.shell import LabError


def test_names_are_unique_prefixed_and_fit():
    hosts = light.light_hosts(light.MOST)
    for values in (
        [host.name for host in hosts],
        [host.address for host in hosts],
        [host.namespace for host in hosts],
        [host.port for host in hosts],
    ):
        assert len(set(values)) == light.MOST
    assert all(host.namespace.startswith(PREFIX) for host in hosts)
    assert all(0 < int(host.address.split(".")[-1]) < 255 for host in hosts)


@pytest.mark.parametrize("count", [0, light.MOST + 1])
def test_a_number_without_addresses_is_refused(count):
    with pytest.raises(LabError, match=f"1 to {light.MOST} light hosts, not {count}"):
        light.light_hosts(count)


def test_hosts_are_routed_so_that_nobody_has_many_neighbours():
    commands = light.wiring(light.light_hosts(2))
    assert list(commands) == [light.LAN, f"{light.LAN}1", f"{light.LAN}2"]
    assert "route add 10.89.0.2 dev p2" in commands[light.LAN]
    assert "address add 10.89.0.2/32 dev eth0" in commands[f"{light.LAN}2"]
    assert f"route add default via {light.GATEWAY} src 10.89.0.2" in commands[f"{light.LAN}2"]


def test_hosts_share_a_switch_where_that_is_wanted():
    alone, shared = (light.wiring(light.light_hosts(2), shared=shared) for shared in (False, True))
    assert f"address add {light.SHARED}.2/24 dev eth1" in shared[f"{light.LAN}2"]
    assert "link set s2 master shared up" in shared[light.LAN]
    assert not any("eth1" in line for lines in alone.values() for line in lines)


def test_hosts_are_checked_by_key_and_the_users_ssh_configuration_is_left_out():
    inventory = light.inventory(light.light_hosts(2))["all"]
    assert inventory["hosts"] == {"bot1": {"ansible_host": "10.89.0.1"}, "bot2": {"ansible_host": "10.89.0.2"}}
    for option in ("-F none", "StrictHostKeyChecking=yes", "IdentitiesOnly=yes", f"{light.FOLDER}/known_hosts"):
        assert option in inventory["vars"]["ansible_ssh_common_args"]


def test_hosts_are_cleared_before_and_after_also_when_booting_fails(monkeypatch, tmp_path):
    told = []

    @contextmanager
    def lock():
        yield

    def boot(_hosts, _image, _shared):
        told.append("boot")
        raise LabError("no")

    monkeypatch.setattr(light.state, "lock", lock)
    monkeypatch.setattr(light, "_clear", lambda: told.append("clear"))
    monkeypatch.setattr(light, "_boot", boot)
    with pytest.raises(LabError, match="no"), light.running(1, tmp_path):
        pass
    assert told == ["clear", "boot", "clear"]
