# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a pod's ports and of what its kernel dropped."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery import around
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.probes import Probe

QUIET = {"rp_filter": 1, "reverse_path_drops": 0, "buffer_overflows": 0, "error": ""}


def ports(domain, *uses):
    numbers = {"discovery_multicast": 0, "discovery_unicast": 10, "user_unicast": 11}
    return [
        {
            "address": "0.0.0.0",
            "port": 7400 + 250 * domain + numbers[use],
            "domain_id": domain,
            "use": use,
            "program": "talker (pid 9)",
        }
        for use in uses
    ]


ALL = ("discovery_multicast", "discovery_unicast", "user_unicast")


def probe(sockets=(), groups=("lo", "ros0"), domain=0, **more):
    given = {"workload": "talker", "multicast": True, **more}
    seen = {**QUIET, "sockets": list(sockets), "groups": list(groups), **given.pop("kernel", {})}
    return Probe("tb1", "pod", "ros-lan", "ros/talker-1", "tb1/talker", "ros0", domain, around=seen, **given)


@pytest.mark.parametrize(
    "one, code, said",
    [
        (probe(ports(0, *ALL)), "", ""),
        (probe(ports(5, *ALL), domain=5), "", ""),
        (probe([*ports(0, *ALL), *ports(5, *ALL)], domain=5), "", ""),
        (
            probe(ports(0, *ALL), domain=5),
            "wrong-domain",
            "tb1/talker listens in domain 0 and is declared for domain 5",
        ),
        (probe(ports(0, *ALL[1:])), "local-only", "takes part in DDS and does not listen for announcements"),
        (
            probe(ports(0, *ALL), ["lo"]),
            "off-lan-program",
            "listens for announcements on lo, the loopback, and not on ros0",
        ),
        (probe(ports(0, *ALL), []), "off-lan-program", "listens for announcements on none and not on ros0"),
        (probe(), "no-participant", "No program in the pod of tb1/talker has ports of DDS open"),
        (probe(workload=""), "", ""),  # the probe's own pod
        (probe(multicast=False), "", ""),  # it finds others in another way
        (probe(kernel={"error": "cannot enter"}), "", ""),
        (probe(ports(0, *ALL), kernel={"reverse_path_drops": 3}), "reverse-path", "dropped 3 packets during the probe"),
        (probe(ports(0, *ALL), kernel={"buffer_overflows": 2}), "buffer-overflow", "tb1/talker lost 2 datagrams"),
    ],
)
def test_what_a_pod_shows(one, code, said):
    found = list(around.findings([one]))
    assert [each.code for each in found] == ([code] if code else [])
    assert all(said in each.message and each.fix and each.hosts == ["tb1"] for each in found)


@pytest.mark.parametrize("code", ["wrong-domain", "local-only", "off-lan-program"])
def test_who_hears_nobody_is_an_error_and_who_may_be_no_node_is_a_warning(code):
    wrong = {
        "wrong-domain": probe(ports(1, *ALL)),
        "local-only": probe(ports(0, *ALL[1:])),
        "off-lan-program": probe(ports(0, *ALL), ["eth0"]),
    }
    (error,), (warning,) = around.findings([wrong[code]]), around.findings([probe()])
    assert (error.severity, warning.severity) == ("error", "warning")
    assert error.evidence["sockets"]


def test_what_a_kernel_dropped_is_told_once_for_all_domains():
    dropped = {"reverse_path_drops": 3}
    several = [probe(ports(domain, *ALL), domain=domain, kernel=dropped) for domain in (0, 5)]
    assert [each.code for each in around.findings(several)] == ["reverse-path"]


def test_a_probe_without_such_a_look_says_nothing():
    assert list(around.findings([Probe("tb1", "pod", "ros-lan", "p", "tb1/talker", "ros0", workload="talker")])) == []
