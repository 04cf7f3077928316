# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop of the probe under a fake clock, on a fake network."""

from __future__ import annotations

from collections import Counter

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _opening, _probe, _station, _targets
from ansible_collections.rosfleet.cluster.plugins.module_utils._nics import Nic
from ansible_collections.rosfleet.cluster.plugins.module_utils._paths import PathPeer, PathsAsked
from ansible_collections.rosfleet.cluster.plugins.module_utils._questions import Ask, ParticipantQuestion
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.announce import Announcer
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.beacon import read_beacon
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.hearing import Hearing
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.ids import FLAG_HAS_ALL, PROBE_BEACON
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.locator import Locator
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.message import parse_message
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.sockets import Datagram, QueueError, SocketError
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.spdp import Departure, read_discovery

from ._rtps.builders import HEADER, PREFIX, submessage

UP_MULTICAST = 0x1001
OWN_HEADER = HEADER[:8] + b"\x01\xfftb1-------"
HEARTBEAT = submessage(0x07, bytes(28))
PEER = Ask("participant", "10.0.0.9")
ASKED_AT = [0.0, 0.2, 0.4, 0.5, 3.0, 3.2, 3.4, 3.5]  # the last of each round is the withdrawal


class Network:
    """Delivers every datagram to all endpoints, the sender included; time passes only in `wait`."""

    def __init__(self):
        self.time = 100.0
        self.stations = []
        self.sent = []  # to the group
        self.asked = []

    def now(self):
        return self.time

    def wait(self, seconds):
        assert seconds > 0, "the loop must not spin"
        ready = [station for station in self.stations if station.endpoint.inbox]
        self.time += 0.001 if ready else max(seconds, 0.001)  # a clock moves on
        return ready


class OwnPort:
    """The station's own port; what it sends goes nowhere but is noted, as from (time, destination, data)."""

    port = 40000

    def __init__(self, network):
        self.network, self.failures = network, {}

    def send(self, data, destination):
        self.network.asked.append((round(self.network.time - 100.0, 1), destination, data))


class Wire:
    """The endpoint of one station on a Network."""

    dropped = 0
    full_until = 0.0  # seconds after the start

    def __init__(self, network, address, fails=None):
        self.network, self.address, self.own, self.fails = network, address, OwnPort(network), fails
        self.inbox, self.closed = [], False

    def send(self, data):
        if self.fails:
            raise SocketError(self.fails)
        if self.network.time - 100.0 < self.full_until:
            raise QueueError("its queue takes nothing")
        self.network.sent.append((round(self.network.time - 100.0, 3), self.address, data))
        for station in self.network.stations:
            station.endpoint.inbox.append(Datagram(data, self.address, self.own.port, True, 1))

    def receive(self):
        arrived, self.inbox = self.inbox, []
        return arrived

    def close(self):
        self.closed = True


def station(network, host, address, ask=(), multicast=True, token="", nic="eth0", **wire):
    prefix = b"\x01\xff" + host.encode().ljust(10, b"-")[:10]
    target = _targets.Target(host, "host", "ros-lan", nic, multicast=multicast, ask=ask, run=token)
    announcer = Announcer(prefix, 0, Locator.udp_v4(address, 40000), target.label)
    endpoint = Wire(network, address, **wire)
    questions = [ParticipantQuestion(each, announcer, endpoint.own) for each in ask]
    made = _station.Station(target, announcer, Hearing(prefix, token), endpoint, questions=questions)
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


class Tried:
    """In place of Paths, with one peer."""

    next_s, error = None, ""

    def __init__(self, peer, proven):
        self.asked, self.proven = PathsAsked(7470, (), (PathPeer(peer, 7470),)), proven

    def plan(self, duration):
        pass

    def put(self, at_s):
        pass

    def sockets(self):
        return iter(())

    def receive(self):
        pass

    def close(self):
        pass

    def as_result(self):
        return {}


@pytest.mark.parametrize(
    "proven, token, announce, ends",
    [
        (True, "8fk2mz", True, 2.5),  # with the last withdrawal
        (False, "8fk2mz", True, 5.0),
        (True, "", True, 5.0),  # nobody is of the same run
        (True, "8fk2mz", False, 5.0),
    ],
)
def test_when_each_knows_that_all_have_all_they_end(network, proven, token, announce, ends):
    stations = [
        station(network, f"tb{number}", f"10.0.0.{number}", token=token, nic=f"eth{number}") for number in (1, 2)
    ]
    for each, peer, well in zip(stations, ("10.0.0.2", "10.0.0.1"), (True, proven)):
        each.paths = Tried(peer, well)
    assert run(network, stations, announce=announce) == pytest.approx(ends, abs=0.2)
    sent = [parse_message(data).submessages[0] for _at, address, data in network.sent if address == "10.0.0.1"]
    assert all(station.endpoint.closed for station in stations)
    assert any(each.flags & FLAG_HAS_ALL for each in sent if each.kind == PROBE_BEACON) is (announce and bool(token))


def kinds_sent(network):
    """(seconds, kind, sequence number of a sample) of all that went to the group."""
    return [(round(at, 1), *kind_of(data)) for at, _address, data in network.sent]


def kind_of(data):
    message = parse_message(data)
    samples = read_discovery(message)
    if not samples:
        assert read_beacon(message, "")
        return "beacon", None
    sequence = int.from_bytes(message.submessages[-1].body[16:20], "little")
    return ("gone" if isinstance(samples[0], Departure) else "here"), sequence


def test_it_announces_itself_twice_and_soon_withdraws_and_sends_beacons_in_between(network):
    run(network, [station(network, "tb1", "10.0.0.1")])
    sent = kinds_sent(network)
    assert [each for each in sent if each[1] != "beacon"] == [
        *((0.0, "here", 1), (0.5, "gone", 2)),
        *((3.0, "here", 3), (3.5, "gone", 4)),  # what follows a withdrawal is news to those who had the first
    ]
    assert [at for at, kind, _sequence in sent if kind == "beacon"] == [0.0, 1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize("duration", [0.1, 0.7, 2.0, 5.0, 60.0, 300.0])
def test_its_budget_is_bounded_whatever_the_duration(network, duration):
    names = station(network, "h" * 63, "10.0.0.1")
    run(network, [names], duration)
    counts = Counter(kind for _at, kind, _sequence in kinds_sent(network))
    rounds = 2 if duration >= 2 else 1
    assert counts["here"] == counts["gone"] == rounds
    assert counts["beacon"] <= min(60, duration + 1)
    assert sum(len(data) for _at, _address, data in network.sent) <= 10_000


def test_a_run_of_five_seconds_has_the_size_that_is_documented(network):
    run(network, [station(network, "tb1", "10.0.0.1")])
    assert (len(network.sent), sum(len(data) for _at, _address, data in network.sent) <= 1200) == (9, True)


def test_who_missed_the_announcement_hears_a_beacon_and_knows_the_run(network):
    early, late = station(network, "tb1", "10.0.0.1", token="r1"), station(network, "tb2", "10.0.0.2", token="r1")
    network.stations.remove(late)
    original = network.wait

    def wait(seconds):
        if network.time - 100.0 > 0.45 and late not in network.stations:
            network.stations.append(late)
        return [each for each in original(seconds) if each is not late]

    network.wait = wait
    run(network, [early], 1.5)
    late.receive(lambda: 1.0)
    (heard,) = late.as_result()["heard"]
    assert (heard["name"], heard["paths"], heard["same_run"]) == ("rosfleet:tb1:host:ros-lan", ["multicast"], True)
    assert (heard["departed"], heard["address"]) == (False, "10.0.0.1")


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


@pytest.mark.parametrize(
    "full_until, announced_at, errors",
    [(0.1, [0.2, 3.0], []), (1.5, [3.0], []), (9.0, [], ["its queue takes nothing"])],
)
def test_a_nic_whose_queue_takes_nothing_for_a_moment_is_tried_again(network, full_until, announced_at, errors):
    fresh = station(network, "tb1", "10.0.0.1")
    fresh.endpoint.full_until = full_until
    run(network, [fresh])
    assert [at for at, kind, _sequence in kinds_sent(network) if kind == "here"] == announced_at
    assert fresh.as_result()["errors"] == errors


def test_a_target_that_could_not_be_opened_has_a_result_all_the_same(network):
    target = _targets.Target("tb1", "pod", "ros-lan", "ros0", "ros/talker", "no-such-uid")
    closed = _opening.open_station(target, bytes)
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
    monkeypatch.setattr(_opening, "read_nics", lambda: [nic])
    monkeypatch.setattr(_opening, "Endpoint", lambda name, index, address, domain: Wire(None, address))
    opened = _opening.open_station(_targets.Target("tb1", "host", "ros-lan", "br0", subnet=subnet), bytes)
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
    with pytest.raises(_targets.TargetError, match=reason):
        _targets.usable_nic(_targets.Target("tb1", "host", "ros-lan", "eth0"), nics)


@pytest.mark.parametrize(("multicast", "to_the_group"), [(True, 9), (False, 0)])
def test_who_is_asked_hears_of_the_probe_and_of_its_end_and_nobody_else_does(network, multicast, to_the_group):
    asking = station(network, "tb1", "10.0.0.1", ask=(PEER,), multicast=multicast)
    stranger = station(network, "tb2", "10.0.0.2")
    stranger.send(stranger.announcer.announcement(0))  # it names its address, which is not asked all the same
    network.sent.clear()
    network.stations.remove(stranger)
    run(network, [asking])
    assert {destination for _at, destination, _data in network.asked} == {
        ("10.0.0.9", port) for port in (7410, 7412, 7414, 7416)
    }
    assert [at for at, destination, _data in network.asked if destination[1] == 7410] == ASKED_AT
    assert all(is_withdrawal(data) == (at in (0.5, 3.5)) for at, _destination, data in network.asked)
    assert len(network.sent) == to_the_group
    assert [heard["name"] for heard in asking.as_result()["heard"]] == ["rosfleet:tb2:host:ros-lan"]
    assert asking.as_result()["answers"] == [unanswered(PEER)]


def test_in_check_mode_nobody_is_asked(network):
    asking = station(network, "tb1", "10.0.0.1", ask=(PEER,))
    asking.endpoint.inbox.append(Datagram(HEADER + HEARTBEAT, PEER.address, 7410, False, 64))
    run(network, [asking], announce=False)
    assert (network.asked, network.sent) == ([], [])
    assert asking.as_result()["answers"] == [unanswered(PEER, "not asked in check mode")]


def test_a_target_that_could_not_be_opened_asks_nobody(network):
    closed = _opening.open_station(
        _targets.Target("tb1", "pod", "ros-lan", "ros0", "x", "no-such-uid", ask=(PEER,)), bytes
    )
    run(network, [closed])
    assert closed.as_result()["answers"] == [unanswered(PEER, "not asked, as the target could not be opened")]


@pytest.mark.parametrize(
    "datagram, answered",
    [
        (Datagram(HEADER + HEARTBEAT, PEER.address, 51234, False, 64), True),
        (Datagram(HEADER + HEARTBEAT, "10.0.0.8", 7410, False, 64), False),  # another address
        (Datagram(HEADER + HEARTBEAT, PEER.address, 7410, True, 64), False),  # to the group
        (Datagram(b"RTPS" + b"\xff" * 40, PEER.address, 7410, False, 64), False),  # garbage
        (Datagram(OWN_HEADER + HEARTBEAT, PEER.address, 7410, False, 64), False),  # the probe's own, reflected
    ],
)
def test_a_participant_answers_by_unicast_from_its_address(network, datagram, answered):
    asking = station(network, "tb1", "10.0.0.1", ask=(PEER, Ask("participant", "10.0.0.10", 7777)), multicast=False)
    original = network.wait

    def wait(seconds):
        if 0.2 < network.time - 100.0 < 0.4 and datagram:
            asking.endpoint.inbox.append(datagram)
        return original(seconds)

    network.wait = wait
    run(network, [asking])
    first, second = asking.as_result()["answers"]
    assert second == unanswered(Ask("participant", "10.0.0.10", 7777))
    assert (first["answered"], first["identity"], first["error"]) == (answered, PREFIX.hex() if answered else "", "")
    if answered:
        assert first["after_s"] == pytest.approx(0.2, abs=0.02)
    asked_at = [at for at, destination, data in network.asked if destination == (PEER.address, 7410)]
    assert asked_at == ([0.0, 0.2, 0.5] if answered else ASKED_AT)


def is_withdrawal(data):
    return isinstance(read_discovery(parse_message(data))[0], Departure)


def unanswered(ask, error=""):
    return {
        **{"kind": ask.kind, "address": ask.address, "port": ask.port},
        **{"answered": False, "after_s": None, "identity": "", "error": error},
    }


def test_without_multicast_the_nic_need_not_carry_any():
    vpn = Nic(2, "wg0", None, 1420, 0x1, addresses=("10.8.0.2/24",))
    assert _targets.usable_nic(_targets.Target("tb1", "host", "vpn", "wg0", multicast=False), [vpn]) == vpn


def test_the_label_of_a_pods_probe():
    assert (
        _targets.Target("tb1", "pod", "ros-lan", "ros0", "ros/talker", "u").label
        == "rosfleet:tb1:pod:ros-lan:ros/talker"
    )
