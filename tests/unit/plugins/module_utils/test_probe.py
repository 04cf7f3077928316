# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop of the probe under a fake clock, on a fake network."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _probe
from ansible_collections.rosfleet.cluster.plugins.module_utils._nics import Nic
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.announce import Announcer
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.hearing import Hearing
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.locator import Locator
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.message import parse_message
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.sockets import Datagram, SocketError
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.spdp import Departure, read_discovery

UP_MULTICAST = 0x1001


class Network:
    """Delivers every datagram to all endpoints, the sender included; time passes only in `wait`."""

    def __init__(self):
        self.time = 100.0
        self.stations = []
        self.sent = []

    def now(self):
        return self.time

    def wait(self, seconds):
        assert seconds > 0, "the loop must not spin"
        ready = [station for station in self.stations if station.endpoint.inbox]
        self.time += 0.001 if ready else max(seconds, 0.001)  # a clock moves on
        return ready


class Wire:
    """The endpoint of one station on a Network."""

    def __init__(self, network, address, fails=None):
        self.network, self.address, self.port, self.fails = network, address, 40000, fails
        self.inbox, self.closed = [], False

    def send(self, data):
        if self.fails:
            raise SocketError(self.fails)
        self.network.sent.append((round(self.network.time - 100.0, 3), self.address, data))
        for station in self.network.stations:
            station.endpoint.inbox.append(Datagram(data, self.address, self.port, True, 1))

    def receive(self):
        arrived, self.inbox = self.inbox, []
        return arrived

    def close(self):
        self.closed = True


def station(network, host, address, **wire):
    prefix = b"\x01\xff" + host.encode().ljust(10, b"-")
    target = _probe.Target(host, "host", "ros-lan", "eth0")
    announcer = Announcer(prefix, 0, Locator.udp_v4(address, 40000), target.label)
    made = _probe.Station(target, announcer, Hearing(prefix), Wire(network, address, **wire))
    network.stations.append(made)
    return made


@pytest.fixture
def network():
    return Network()


def run(network, stations, duration=5.0, announce=True):
    return _probe.run(stations, duration, announce=announce, now=network.now, now_ns=lambda: 0, wait=network.wait)


def test_all_stations_hear_each_other_and_not_themselves(network):
    stations = [station(network, f"tb{number}", f"10.0.0.{number}") for number in (1, 2, 3)]
    assert run(network, stations) == pytest.approx(5.0, abs=0.01)
    names = [[heard["name"] for heard in each.as_result()["heard"]] for each in stations]
    assert names[0] == ["rosfleet:tb2:host:ros-lan", "rosfleet:tb3:host:ros-lan"]
    assert [len(each) for each in names] == [2, 2, 2]


def test_a_burst_then_once_a_second_then_the_withdrawal(network):
    run(network, [station(network, "tb1", "10.0.0.1")])
    kinds = [(at, type(read_discovery(parse_message(data))[0])) for at, unused, data in network.sent]
    assert [round(at, 1) for at, kind in kinds if kind is not Departure] == [0.1, 0.3, 0.7, 1.5, 2.5, 3.5, 4.5]
    assert kinds[-1][1] is Departure
    assert kinds[-1][0] == pytest.approx(5.0, abs=0.01)


@pytest.mark.parametrize("duration, times", [(0.05, []), (0.5, [0.1, 0.3]), (2.0, [0.1, 0.3, 0.7, 1.5])])
def test_no_announcement_falls_after_the_end(duration, times):
    assert list(_probe.announcement_times(duration)) == times


def test_check_mode_is_silent_but_hears(network):
    listener, talker = station(network, "tb1", "10.0.0.1"), station(network, "tb2", "10.0.0.2")
    talker.send(talker.announcer.announcement(0))
    network.sent.clear()
    run(network, [listener], announce=False)
    assert network.sent == []
    assert [heard["name"] for heard in listener.as_result()["heard"]] == ["rosfleet:tb2:host:ros-lan"]


def test_sockets_are_closed_and_peers_told_when_the_loop_breaks(network):
    broken = station(network, "tb1", "10.0.0.1")

    def wait(seconds):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _probe.run([broken], 5.0, announce=True, now=network.now, now_ns=lambda: 0, wait=wait)
    assert broken.endpoint.closed
    assert isinstance(read_discovery(parse_message(network.sent[-1][2]))[0], Departure)


def test_a_send_error_is_told_once_and_stops_nobody_else(network):
    mute = station(network, "tb1", "10.0.0.1", fails="NIC eth0 cannot send")
    other = station(network, "tb2", "10.0.0.2")
    run(network, [mute, other])
    assert mute.as_result()["errors"] == ["NIC eth0 cannot send"]
    assert [heard["name"] for heard in mute.as_result()["heard"]] == ["rosfleet:tb2:host:ros-lan"]
    assert other.as_result()["heard"] == []


def test_a_target_that_could_not_be_opened_has_a_result_all_the_same(network):
    target = _probe.Target("tb1", "pod", "ros-lan", "ros0", "ros/talker", "no-such-uid")
    closed = _probe.open_station(target, bytes)
    run(network, [closed, station(network, "tb2", "10.0.0.2")])
    result = closed.as_result()
    assert (result["host"], result["pod"], result["address"], result["heard"]) == ("tb1", "ros/talker", None, [])
    assert "no process of pod no-such-uid on this host" in result["errors"][0]


@pytest.mark.parametrize(
    "subnet, address",
    [
        ("10.20.0.0/24", "10.20.0.21"),  # the maker's address, the same on every robot of its, comes first
        ("192.168.131.0/24", "192.168.131.1"),
        ("10.9.0.0/24", "192.168.131.1"),
        ("", "192.168.131.1"),
    ],
)
def test_the_probe_speaks_from_the_address_on_the_lan(monkeypatch, subnet, address):
    nic = Nic(3, "br0", "02:00:00:00:00:03", 1500, UP_MULTICAST, addresses=("192.168.131.1/24", "10.20.0.21/24"))
    monkeypatch.setattr(_probe, "read_nics", lambda: [nic])
    monkeypatch.setattr(_probe, "Endpoint", lambda name, index, address, domain: Wire(None, address))
    opened = _probe.open_station(_probe.Target("tb1", "host", "ros-lan", "br0", subnet=subnet), bytes)
    assert opened.as_result()["address"] == address


@pytest.mark.parametrize(
    "nic, reason",
    [
        (None, "tb1 has no NIC eth0 \\(it has lo\\)"),
        (Nic(2, "eth0", None, 1500, 0x1000, addresses=("10.0.0.1/24",)), "NIC eth0 of tb1 is down"),
        (Nic(2, "eth0", None, 1500, 0x1, addresses=("10.0.0.1/24",)), "carries no multicast"),
        (Nic(2, "eth0", None, 1500, UP_MULTICAST), "has no IPv4 address"),
    ],
)
def test_nics_that_cannot_be_probed(nic, reason):
    nics = [Nic(1, "lo", None, 65536, 0x9)] + ([nic] if nic else [])
    with pytest.raises(_probe.TargetError, match=reason):
        _probe.usable_nic(_probe.Target("tb1", "host", "ros-lan", "eth0"), nics)


def test_the_label_of_a_pods_probe():
    assert (
        _probe.Target("tb1", "pod", "ros-lan", "ros0", "ros/talker", "u").label == "rosfleet:tb1:pod:ros-lan:ros/talker"
    )
