# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The probes of a run end before their time when each knows that all have all, and never for less."""

from __future__ import annotations

from types import SimpleNamespace as Made

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._early import (
    GREETINGS,
    LOOK_EACH_S,
    SHORTEST_S,
    Early,
)
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.beacon import pack_beacon
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.hearing import Hearing
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.sockets import Datagram

RUN = "8fk2mz"
PEERS = ("10.0.0.2", "10.0.0.3")


def station(peers=PEERS, nic="eth0", multicast=True, proven=True, errors=(), answered=True, asking=None):
    asked = Made(peers=[Made(address=each) for each in peers])
    return Made(
        target=Made(multicast=multicast),
        place=("", nic),
        hearing=Hearing(b"\x01\xfftb1-------", RUN),
        paths=Made(asked=asked, proven=proven) if peers else None,
        errors=list(errors),
        questions=[Made(answered=answered)],
        endpoints=Made(next_s=asking),
        has_all=False,
        met=0,
        greetings=0,
    )


def beacon(of, address, has_all, run=RUN):
    prefix = b"\x01\xff" + address.encode().ljust(10, b"-")
    of.hearing.hear(Datagram(pack_beacon(prefix, "tb", run, has_all), address, 1, True, 1), 0.0)


def heard(of, has_all=(True, True), run=RUN):
    for address, each in zip(PEERS, has_all):
        beacon(of, address, each, run)
    return of


def looked(*stations):
    """(who has all, whether it is over)"""
    early = Early(stations, 4.0)
    early.look(SHORTEST_S)
    return [each.has_all for each in stations], early.over


def test_it_is_over_when_all_have_all():
    assert looked(heard(station())) == ([True], True)


@pytest.mark.parametrize(
    "one, has_all",
    [
        (heard(station(), (True, False)), True),  # a peer that begins later has not all yet
        (heard(station(), (True,)), False),  # is not heard
        (heard(station(), run="another"), False),  # is not of this run
        (heard(station(proven=False)), False),
        (heard(station(errors=["no carrier"])), False),
        (heard(station(answered=False)), False),
        (heard(station(asking=1.0)), False),
        (station(peers=()), False),  # of nobody
    ],
)
def test_where_something_is_missing_it_is_not_over(one, has_all):
    assert looked(one) == ([has_all], False)


def test_all_stations_of_a_host_end_together():
    assert looked(heard(station()), heard(station(nic="eth1"), (True, False))) == ([True, True], False)


def test_who_has_nobody_on_its_nic_waits_for_the_others_alone():
    cluster, asking = station(peers=(), nic="cali0"), station(peers=(), nic="ros0", multicast=False)
    assert looked(heard(station()), cluster, asking) == ([True, True, True], True)


def test_each_is_told_of_once_and_nobody_looks_all_the_time():
    one = station()
    early = Early([one], 4.0)
    assert (early.look(0.0), early.look(LOOK_EACH_S / 2)) == ([], [])
    heard(one, (False, False))
    assert early.look(LOOK_EACH_S / 2) == []
    assert (early.look(LOOK_EACH_S), early.over) == ([one], False)
    heard(one)  # whom it has met before
    assert (early.look(2 * LOOK_EACH_S), early.over) == ([], False)  # what only time shows
    assert (early.look(SHORTEST_S), early.over) == ([], True)


def test_who_begins_when_it_is_nearly_over_is_greeted_once():
    one, other = station(proven=False), station(nic="eth1", proven=False)
    early = Early([one, other], 4.0)
    heard(one, (False,))
    assert early.look(3.9) == []  # there is a beacon to come
    assert early.look(4.1) == []  # which it has had
    heard(one, (False, False))
    assert early.look(4.3) == [one]
    assert early.look(4.5) == []
    assert not one.has_all


def test_greetings_are_bounded():
    one = station(proven=False)
    early = Early([one], 0.0)
    greeted = 0
    for number in range(2 * GREETINGS):
        beacon(one, f"10.0.1.{number}", False)
        greeted += len(early.look((number + 1) * 2 * LOOK_EACH_S))
    assert greeted == GREETINGS


def test_what_others_say_of_a_probe_of_the_run_does_not_count():
    one = heard(station(), (False, False))
    for address in PEERS:
        prefix = b"\x01\xff" + address.encode().ljust(10, b"-")
        said = bytearray(pack_beacon(prefix, "tb", RUN, False))
        said[21] |= 2  # the flag, without the seal for it
        one.hearing.hear(Datagram(bytes(said), address, 1, True, 1), 0.0)
        one.hearing.hear(Datagram(pack_beacon(prefix, "tb", RUN, True), "10.6.6.6", 1, True, 1), 0.0)
    assert looked(one) == ([True], False)
