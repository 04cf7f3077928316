# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person reads of a probe."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._probe_words import MAX_LINE, MAX_LINES, sum_up

FAST = {
    "vendor": "eProsima Fast DDS",
    "vendor_id": "01.0f",
    "host_claimed": "tb2",
    "address": "10.0.0.2",
    "departed": False,
}
ANSWERED, ONLY_HEARD = {**FAST, "paths": ["multicast", "unicast"]}, {**FAST, "paths": ["multicast"]}
PROBE = {**ONLY_HEARD, "vendor": "rosfleet probe", "vendor_id": "01.ff", "host_claimed": "", "address": "10.0.0.3"}


def target(heard=(), answers=(), **more):
    return {
        **{"nic": "enp3s0", "pod": "", "domain_id": 0, "address": "10.0.0.1", "errors": [], "heard": list(heard)},
        **{"answers": list(answers), "dropped": 0, "forgotten": 0, "malformed": 0},
        **{"endpoints": [], "endpoints_asked": [], "endpoints_dropped": 0, **more},
    }


def lines(*targets, left_out=()):
    return sum_up({"targets": list(targets), "elapsed_s": 5.0, "left_out": list(left_out)})


def test_who_was_heard_who_answered_and_what_was_left_out():
    heard = [ANSWERED, ANSWERED, ONLY_HEARD, {**ANSWERED, "departed": True}, PROBE]
    assert lines(target(heard), left_out=[{"nic": "docker0", "why": "a bridge"}]) == [
        "enp3s0, domain 0, 10.0.0.1: 4 participants heard in 5.0 s, 3 answered; 1 other probe heard",
        "  2 of eProsima Fast DDS at 10.0.0.2 (tb2): answered",
        "  1 of eProsima Fast DDS at 10.0.0.2 (tb2): heard by multicast, no answer",
        "  1 of eProsima Fast DDS at 10.0.0.2 (tb2): has left since",
        "  probes at 10.0.0.3",
        "Left out: docker0 (a bridge)",
    ]


def test_the_topics_of_those_who_were_asked():
    talker = {"kind": "writer", "topic": "rt/chatter", "type": "std_msgs::msg::dds_::String_"}
    asked = [{"guid_prefix": "01", "complete": True}]
    assert lines(target([ANSWERED], endpoints=[talker], endpoints_asked=asked))[1:] == [
        "  1 of eProsima Fast DDS at 10.0.0.2 (tb2): answered",
        "  topics of 1 asked: /chatter (std_msgs/msg/String) 1 writer",
    ]


def test_of_nobody_heard_it_says_what_that_may_mean_and_what_to_do_next():
    said = lines(target())
    assert said[0] == "enp3s0, domain 0, 10.0.0.1: 0 participants heard in 5.0 s, 0 answered; 0 other probes heard"
    assert [line.split()[0] for line in said[1:]] == ["That", "Next:", "run"]
    assert lines() == ["No NIC was probed."]


def test_who_was_asked_and_what_was_lost():
    asked = {"kind": "participant", "address": "10.0.0.9", "answered": True, "after_s": 0.004, "error": ""}
    silent = {**asked, "answered": False, "error": ""}
    refused = {**silent, "error": "connection refused"}
    assert lines(target(answers=[asked, silent, refused], dropped=7, malformed=1))[1:] == [
        "  participant 10.0.0.9: answered after 0.004 s",
        "  participant 10.0.0.9: no answer",
        "  participant 10.0.0.9: connection refused",
        "  7 dropped (datagrams too many to read), 1 malformed (no RTPS)",
    ]


@pytest.mark.parametrize("pod", ["", "ros/talker"])
def test_what_failed_comes_first_and_is_no_silence(pod):
    broken = target(address=None, errors=["no such NIC"], pod=pod)
    said = lines(target([ANSWERED]), broken)
    of_pod = f" of pod {pod}" if pod else ""
    assert (said[0], len(said)) == (f"FAILED on enp3s0{of_pod}, domain 0: no such NIC", 3)
    assert lines(broken) == said[:1]


def test_it_stays_short_whatever_was_heard():
    heard = [
        {**ANSWERED, "address": f"10.0.{number >> 8}.{number & 255}", "host_claimed": "x" * 500}
        for number in range(900)
    ]
    said = lines(target(heard), left_out=[{"nic": f"br-{number}", "why": "a bridge"} for number in range(99)])
    assert (len(said), said[-1]) == (MAX_LINES, "… and 891 lines more: see targets.")
    assert all(len(line) <= MAX_LINE for line in said)
