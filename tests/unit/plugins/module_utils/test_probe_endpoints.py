# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop of a probe that shall ask for endpoints: whom it asks of those that it hears, and when it stops."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _opening, _targets
from ansible_collections.rosfleet.cluster.plugins.module_utils._endpoints import EndpointsAsked
from ansible_collections.rosfleet.cluster.plugins.module_utils._nics import Nic
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.sockets import Datagram

from ._rtps.captures import hex_datagrams
from .test_probe import UP_MULTICAST, Network, OwnPort, is_withdrawal, run, station

TALKER, TALKERS = "cyclone11_spdp_mcast7400", "10.77.0.1"  # it hands out its endpoints at port 38197


@pytest.fixture
def network():
    return Network()


def endpoints_of(network, *addresses):
    """A station with a talker's announcement in its inbox, and what was sent from the port that asks for endpoints."""
    made = station(network, "tb1", "10.0.0.1")
    port = OwnPort(network)
    port.address, port.receive, port.close = "10.0.0.1", lambda: (), lambda: None
    made.endpoints = EndpointsAsked(addresses, port, 0, made.target.label, bytes)
    made.endpoint.inbox.append(Datagram(hex_datagrams(TALKER)[0], TALKERS, 50000, True, 1))
    return made


@pytest.mark.parametrize("addresses, asked", [([TALKERS], True), (["10.77.0.8"], False)])
def test_participants_that_shall_be_are_asked_for_their_endpoints_and_no_others(network, addresses, asked):
    probe = endpoints_of(network, *addresses)
    run(network, [probe])
    times = [at for at, destination, _data in network.asked if destination == (TALKERS, 38197)]
    assert times == ([0.0, 0.3, 0.8, 1.5, 3.0] if asked else [])
    assert len(network.asked) == len(times)
    result = probe.as_result()
    assert [(each["guid_prefix"], each["complete"]) for each in result["endpoints_asked"]] == (
        [("01103eff46c95bb2ac3cafab", False)] if asked else []
    )
    assert (result["endpoints"], result["endpoints_dropped"]) == ([], 0)


def test_in_check_mode_nobody_is_asked_for_endpoints(network):
    probe = endpoints_of(network, TALKERS)
    run(network, [probe], announce=False)
    assert (network.asked, network.sent, probe.as_result()["endpoints_asked"]) == ([], [], [])
    assert len(probe.as_result()["heard"]) == 1


@pytest.mark.parametrize("ends", ["with its time", "before"])
def test_who_was_asked_for_endpoints_is_told_of_the_end_however_it_comes(network, ends):
    probe, original = endpoints_of(network, TALKERS), network.wait

    def wait(seconds):
        if ends == "before" and network.asked:
            raise KeyboardInterrupt
        return original(seconds)

    network.wait = wait
    try:
        run(network, [probe], 0.2)
    except KeyboardInterrupt:
        assert ends == "before"
    assert [is_withdrawal(data) for _at, _destination, data in network.asked] == [False, True]


@pytest.mark.parametrize(
    "words, addresses",
    [
        (["own"], {"10.0.0.1", "10.9.0.1"}),
        (["10.0.0.7"], {"10.0.0.7"}),
        (["10.0.0.1"], {"10.0.0.1"}),
        (["own", "10.0.0.7"], {"10.0.0.1", "10.9.0.1", "10.0.0.7"}),
    ],
)
def test_own_stands_for_the_addresses_of_the_nic(monkeypatch, words, addresses):
    opened = []
    monkeypatch.setattr(_opening, "OwnPort", lambda nic, address, of_host: opened.append((nic, address, of_host)))
    nic = Nic(3, "eth0", "02:00:00:00:00:03", 1500, UP_MULTICAST, addresses=("10.0.0.1/24", "10.9.0.1/24"))
    target = _targets.Target("tb1", "host", "ros-lan", "eth0", endpoints=tuple(words))
    asking = _opening.open_endpoints(target, nic, "10.0.0.1", bytes)
    assert (asking._addresses, opened) == (addresses, [("eth0", "10.0.0.1", bool(addresses & {"10.0.0.1"}))])
