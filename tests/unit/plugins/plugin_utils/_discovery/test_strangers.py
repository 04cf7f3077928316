# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a probe could not follow: too many datagrams, and who left meanwhile."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery import strangers
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.probes import collect_probes

from .fleet import LAN, heard, hosts, placed, pod

LISTENER = pod("listener-x", "b", namespace="ros", workload="listener")
CYCLONE = {"vendor": "Eclipse Cyclone DDS", "address": "10.0.0.130"}


def probes(*participants, **more):
    of_pod = {"scope": "pod", "pod_name": "ros/listener-x", "nic": "ros0"}
    made = [placed("a", "10.0.0.1/24", **more), placed("b", "10.0.0.130/24", **of_pod)]
    made[0]["heard"] += [heard(prefix, **{**CYCLONE, **each}) for prefix, each in participants]
    return collect_probes(hosts(made), [LISTENER])


def test_datagrams_that_found_no_room_are_a_warning_with_where_and_how_many():
    (finding,) = strangers.of_overflow(probes(dropped=17, domain_id=2))
    assert (finding.code, finding.severity, finding.hosts) == ("probe-overflow", "warning", ["a"])
    assert "lost 17 datagrams" in finding.message
    assert "udp port 7900" in finding.fix
    assert list(strangers.of_overflow(probes())) == []


def test_a_workload_whose_participant_took_leave_is_said():
    (finding,) = strangers.of_departed(probes(("p1", {"departed": True})))
    assert (finding.code, finding.severity, finding.hosts, finding.network) == (
        "participant-left",
        "warning",
        ["b"],
        LAN,
    )
    assert "b/listener took leave of domain 0" in finding.message


@pytest.mark.parametrize(
    "what, participants",
    [
        ("it is there", [("p1", {"departed": False})]),
        ("another of its pod is there", [("p1", {"departed": True}), ("p2", {"departed": False})]),
        ("it is nobody's that was declared", [("p1", {"departed": True, "address": "10.0.0.77"})]),
        ("it is a program of the host", [("p1", {"departed": True, "address": "10.0.0.1"})]),
    ],
)
def test_who_leaves_is_told_of_declared_programs_alone(what, participants):
    assert list(strangers.of_departed(probes(*participants))) == [], what
