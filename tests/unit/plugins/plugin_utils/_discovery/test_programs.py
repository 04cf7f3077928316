# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of programs that do not as is declared, or cannot with each other."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery import around, programs
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.probes import Probe

QUIET = {"rp_filter": 1, "reverse_path_drops": 0, "buffer_overflows": 0, "error": "", "groups": ["ros0"]}
NUMBERS = {"discovery_multicast": 7400, "discovery_unicast": 7410, "user_unicast": 7411}
ALL, CLIENT = tuple(NUMBERS), ("discovery_unicast", "user_unicast")


def sockets(program="talker (pid 7)", uses=ALL):
    return [
        {"address": "0.0.0.0", "port": NUMBERS[use], "domain_id": 0, "use": use, "program": program} for use in uses
    ]


def program(name="talker (pid 7)", middleware=("Fast DDS",), memory="0:57 1", uses=True, error="", **settings):
    return {
        **{"program": name, "middleware": list(middleware), "settings": settings, "error": error},
        **{"shared_memory": memory, "uses_shared_memory": uses},
    }


def probe(*parts, workload="talker", ask=(), zenoh=(), indexes=None, listening=True, domain_id=0):
    """`parts`: programs, each with the ports of a participant."""
    seen = {
        **{**QUIET, "programs": list(parts), "zenoh": list(zenoh), "indexes": indexes},
        "sockets": [each for part in parts for each in sockets(part["program"], ALL if listening else CLIENT)],
    }
    pod = (
        {"scope": "pod", "pod": "ros/talker-1", "label": "tb1/talker"}
        if workload
        else {"scope": "host", "pod": "", "label": "tb1"}
    )
    answers = [{"answered": True, **each} for each in ask]
    return Probe(
        **{"host": "tb1", "network": "ros-lan", "nic": "ros0", "domain_id": domain_id, **pod, "workload": workload},
        **{"around": seen, "multicast": not ask, "answers": tuple(answers)},
    )  # fmt: skip


def said(*probes):
    return [(each.code, each.severity, each.message) for each in around.findings(probes)]


SERVER = [{"kind": "discovery_server", "address": "10.0.0.1", "port": None}]
ROUTER = [{"kind": "zenoh_router", "address": "10.0.0.1", "port": 7447}]
SESSION = {"use": "session", "program": "talker (pid 7)"}


def test_zenoh_where_dds_is_declared_and_the_other_way_round():
    ((code, severity, message),) = said(probe(zenoh=[SESSION]))
    assert (code, severity) == ("other-middleware", "error")
    assert "no ports of DDS open, but use Zenoh (session of talker (pid 7))" in message
    ((code, severity, message),) = said(probe(program(), ask=ROUTER))
    assert (code, severity) == ("other-middleware", "error")
    assert "declared for Zenoh, and its programs have no session of Zenoh, but ports of DDS open (talker" in message


@pytest.mark.parametrize(
    "one",
    [
        probe(program(), zenoh=[SESSION]),  # both: a bridge
        probe(program(), ask=ROUTER, zenoh=[SESSION]),
        probe(ask=ROUTER, zenoh=[SESSION]),
        probe(zenoh=[SESSION], workload=""),  # nothing is declared
    ],
)
def test_who_has_what_is_declared_is_well(one):
    assert said(one) == []


@pytest.mark.parametrize(
    "told, listening, text",
    [
        ("10.0.0.1:11811", False, ""),
        (";10.0.0.1", False, ""),
        ("10.0.0.9:11811;10.0.0.1:11811", False, ""),
        ("10.0.0.1:11888", False, "ask the discovery server 10.0.0.1:11888, and are declared to ask 10.0.0.1:11811"),
        ("10.0.0.7;10.0.0.8:1", False, "ask the discovery server 10.0.0.7:11811 and 10.0.0.8:1, and"),
        ("base.local:11888", False, ""),  # what is a name cannot be compared
        ("127.0.0.1:11888", False, ""),  # nor the own host
        ("TCPv4:[10.0.0.1]:11888", False, ""),
        ("", True, "look for everybody by multicast, and are declared to ask 10.0.0.1:11811"),
        ("", False, ""),  # by a profile, perhaps
    ],
)
def test_who_asks_another_server_than_is_declared(told, listening, text):
    settings = {"ROS_DISCOVERY_SERVER": told} if told else {}
    found = said(probe(program(**settings), ask=SERVER, listening=listening))
    assert [each[0] for each in found] == (["other-server"] if text else [])
    assert all(text in message and severity == "error" for _code, severity, message in found)


def test_of_a_program_that_cannot_be_looked_into_no_server_is_missed():
    assert said(probe(program(error="cannot be looked into: Permission denied"), ask=SERVER)) == []


LISTENER = "listener (pid 9)"


@pytest.mark.parametrize(
    "other, code",
    [
        (program(LISTENER, memory="0:58 1"), "shared-memory-split"),
        (program(LISTENER), ""),
        (program(LISTENER, memory="0:58 1", middleware=["Cyclone DDS"], uses=False), ""),
        (program(LISTENER, memory="0:58 1", uses=False), ""),  # none of its transports
        (program(LISTENER, memory="0:58 1", FASTDDS_BUILTIN_TRANSPORTS="UDPv4"), ""),
        (program(LISTENER, memory="0:58 1", FASTDDS_BUILTIN_TRANSPORTS="LARGE_DATA?max=9"), "shared-memory-split"),
        (program(LISTENER, memory="", error="cannot be looked into"), ""),
    ],
)
def test_memory_that_is_not_shared(other, code):
    found = said(probe(program(), other))
    assert [each[0] for each in found] == ([code] if code else [])
    assert all(f"(talker (pid 7) | {LISTENER})" in message for _code, _severity, message in found)


def test_memory_counts_in_one_domain_and_is_told_once_for_all_nics_and_as_a_warning_of_a_host():
    split = (program(), program(LISTENER, memory="0:58 1"))
    assert [each[0] for each in said(probe(*split, workload=""), probe(*split, workload=""))] == ["shared-memory-split"]
    assert [each[1] for each in said(probe(*split, workload=""))] == ["warning"]
    assert "shared-memory-split" not in [each[0] for each in said(probe(*split, domain_id=5))]


@pytest.mark.parametrize("first_free, code", [(0, ""), (32, ""), (33, "index-exhausted"), (120, "index-exhausted")])
@pytest.mark.parametrize("workload, severity", [("talker", "error"), ("", "warning")])
def test_no_index_is_left_for_a_program_of_rmw_cyclonedds(first_free, code, workload, severity):
    seen = {"first_free": first_free, "owners": {"talker (pid 7)": 60, "camera (pid 9)": 6}}
    found = said(probe(program(), indexes=seen, workload=workload))
    assert [each[:2] for each in found] == ([(code, severity)] if code else [])
    for _code, _severity, message in found:
        assert f"UDP 7410 to {7409 + 2 * first_free}, the indexes 0 to {first_free - 1}" in message
        assert "talker (pid 7) 60 and camera (pid 9) 6" in message


def test_settings_of_programs_are_quoted_where_they_may_be_the_cause():
    local = program(ROS_AUTOMATIC_DISCOVERY_RANGE="LOCALHOST", ROS_DOMAIN_ID="0")
    (finding,) = around.findings([probe(local, listening=False)])
    assert finding.code == "local-only"
    assert "It has in its environment ROS_AUTOMATIC_DISCOVERY_RANGE=LOCALHOST of talker (pid 7)." in finding.message
    assert finding.evidence["settings"] == {
        "talker (pid 7)": "ROS_AUTOMATIC_DISCOVERY_RANGE=LOCALHOST, ROS_DOMAIN_ID=0"
    }
    assert programs.told(probe(program()), "ROS_DOMAIN_ID") == ""
