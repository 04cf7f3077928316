# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two participants with one GUID prefix, and all that looks like it and is one."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery import twins
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.probes import collect_probes
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.report import build_report

from .fleet import LAN, codes_of, evidence, heard, hosts, listen, placed

PREFIX = "011073616d652d696d616765"
SERVER = "44530f5f4550524f53494d41"
B, C = "10.0.0.2", "10.0.0.3"


def source(address, first_s, last_s, *named):
    return {
        "address": address,
        "first_s": first_s,
        "last_s": last_s,
        "datagrams": 3,
        "locators": [f"UDPv4:{each}:7410" for each in named],
    }


def fleet_that_hears(*sources, prefix=PREFIX, c=C, nics=()):
    """Hosts a, b and c, of which a hears one GUID prefix from these sources; `nics`: more of those that b has."""
    made = [placed("a", "10.0.0.1/24"), placed("b", f"{B}/24", nics=nics), placed("c", f"{c}/24")]
    listen(made)
    made[0]["heard"].append(
        heard(prefix, vendor="Eclipse Cyclone DDS", address=sources[0]["address"], sources=list(sources))
    )
    return made


def found(made):
    return [
        finding.as_dict()
        for finding in twins.findings(
            twins.find_twins(collect_probes(hosts(made), [])), collect_probes(hosts(made), [])
        )
    ]


def test_two_hosts_that_take_turns_and_each_name_themselves_are_two():
    (finding,) = found(fleet_that_hears(source(B, 0.0, 2.0, B), source(C, 0.3, 2.3, C)))
    assert (finding["code"], finding["severity"], finding["hosts"], finding["network"]) == (
        "guid-twice",
        "error",
        ["b", "c"],
        LAN,
    )
    assert f"b ({B}) and c ({C}) speak at the same time" in finding["message"]
    assert PREFIX in finding["message"]
    assert finding["evidence"]["locators"] == {B: [f"UDPv4:{B}:7410"], C: [f"UDPv4:{C}:7410"]}


@pytest.mark.parametrize(
    "what, sources",
    [
        ("it has moved: the old address is silent since", [source(B, 0.0, 1.0, B), source(C, 1.5, 2.3, C)]),
        ("it has two NICs and names both", [source(B, 0.0, 2.0, B, C), source(C, 0.3, 2.3, B, C)]),
        ("somebody repeats it", [source(B, 0.0, 2.0, B), source(C, 0.3, 2.3, B)]),
        ("its packets are translated for some", [source(B, 0.0, 2.0, "172.17.0.2"), source(C, 0.3, 2.3, "172.17.0.2")]),
        ("one of them has not said who it is", [source(B, 0.0, 2.0, B), source(C, 0.3, 2.3)]),
    ],
)
def test_what_is_one_participant_is_not_called_two(what, sources):
    assert found(fleet_that_hears(*sources)) == [], what


def test_two_addresses_of_one_host_are_one_participant():
    second = {"nic": "eth1", "kind": "", "index": 3, "link": 0, "addresses": ["10.0.0.7/24"]}
    sources = source(B, 0.0, 2.0, B), source("10.0.0.7", 0.3, 2.3, "10.0.0.7")
    assert found(fleet_that_hears(*sources, nics=[second])) == []
    assert len(found(fleet_that_hears(*sources))) == 1


def test_discovery_servers_have_alike_prefixes_by_design():
    assert found(fleet_that_hears(source(B, 0.0, 2.0, B), source(C, 0.3, 2.3, C), prefix=SERVER)) == []


def test_docker_bridges_that_both_name_do_not_make_them_one():
    bridge = "172.17.0.1"
    assert len(found(fleet_that_hears(source(B, 0.0, 2.0, B, bridge), source(C, 0.3, 2.3, C, bridge)))) == 1


def test_who_claims_the_prefix_of_one_of_ours_does_not_fail_the_run():
    (finding,) = found(fleet_that_hears(source(B, 0.0, 2.0, B), source("10.0.0.66", 0.3, 2.3, "10.0.0.66")))
    assert (finding["severity"], finding["hosts"]) == ("warning", ["b"])


def test_clones_are_told_once_and_not_as_a_changed_address():
    made = fleet_that_hears(source(B, 0.0, 2.0, B), source(C, 0.3, 2.3, C))
    made[0]["heard"][-1].update(locators=[f"UDPv4:{C}:7410"], translated=True)
    networks = [{"name": LAN, "subnet": "10.0.0.0/24"}]
    report = build_report(evidence(made, networks=networks))
    assert codes_of(report) == ["guid-twice", "nothing-compared"]
    assert report["verdict"] == "fail"
