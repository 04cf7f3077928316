# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deaf pairs that the NICs explain: different subnets, and a NIC made on the other's."""

from __future__ import annotations

from itertools import permutations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery import known_causes
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.probes import collect_probes
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.report import build_report

from .fleet import LAN, evidence, hosts, listen, placed

ON_ETH0 = {"kind": "macvlan", "index": 5, "link": 2}


def deaf_to(name, *others):
    return [pair for other in others for pair in ((name, other), (other, name))]


def said(made):
    report = build_report(evidence(made))
    return [each for each in report["diagnoses"] if each["code"] not in ("nothing-compared", "no-listener")]


def behind_a_router(*addresses):
    made = [placed(name, address) for name, address in zip("abcd", addresses)]
    far = [each["host"] for each in made if not each["address"].startswith("10.0.0.")]
    near = [each["host"] for each in made if each["host"] not in far]
    listen(made, [pair for host in far for pair in deaf_to(host, *near)])
    return made


def test_a_host_in_another_subnet_is_named_with_both_and_igmp_is_ruled_out():
    (finding,) = said(behind_a_router("10.0.0.1/24", "10.0.0.2/24", "10.1.0.3/24"))
    assert (finding["code"], finding["severity"], finding["hosts"]) == ("other-subnet", "error", ["c"])
    assert "a and b in 10.0.0.0/24; c in 10.1.0.0/24" in finding["message"]
    assert "neither IGMP snooping nor a firewall" in finding["fix"]
    assert "eth0 of c an address in 10.0.0.0/24" in finding["fix"]


def test_two_sites_are_one_finding_of_all():
    (finding,) = said(behind_a_router("10.0.0.1/24", "10.0.0.2/24", "10.1.0.3/24", "10.1.0.4/24"))
    assert (finding["code"], finding["hosts"]) == ("other-subnet", ["a", "b", "c", "d"])


def test_a_host_that_is_deaf_for_another_reason_is_told_beside():
    made = behind_a_router("10.0.0.1/24", "10.0.0.2/24", "10.0.0.4/24", "10.1.0.3/24")
    for one, other in permutations(made[:3], 2):
        if one["host"] == "b":
            one["heard"] = [each for each in one["heard"] if each["guid_prefix"] != other["guid_prefix"]]
    assert [(each["code"], each["hosts"]) for each in said(made)] == [("other-subnet", ["d"]), ("deaf-host", ["b"])]


@pytest.mark.parametrize("address", ["10.0.0.3/24", "10.0.0.3/32", "10.0.1.3/16"])
def test_who_is_in_the_subnet_or_has_none_is_isolated_for_another_reason(address):
    made = [placed("a", "10.0.0.1/24"), placed("b", "10.0.0.2/24"), placed("c", address)]
    listen(made, deaf_to("c", "a", "b"))
    assert [each["code"] for each in said(made)] == ["isolated-host"]


def test_single_addresses_are_in_no_subnet_to_differ_by():
    made = [placed(name, f"10.0.0.{number}/32") for number, name in enumerate("abc", 1)]
    listen(made, deaf_to("c", "a", "b"))
    assert [each["code"] for each in said(made)] == ["isolated-host"]


def test_a_router_that_passes_multicast_on_is_no_fault():
    made = [placed("a", "10.0.0.1/24"), placed("b", "10.1.0.2/24")]
    listen(made)
    assert said(made) == []


def test_who_has_one_address_is_told_of_that_alone():
    made = [placed("a", "10.0.0.1/24"), placed("b", "10.0.0.2/24"), placed("c", "10.0.0.2/24")]
    listen(made, deaf_to("b", "c"))
    assert [each["code"] for each in said(made)] == ["address-twice"]


def test_a_nic_made_on_the_others_is_named_as_that():
    made = [placed("a", "10.0.0.1/24"), placed("b", "10.0.0.2/24"), placed("c", "10.0.0.3/24", own_nic=ON_ETH0)]
    listen(made, deaf_to("c", "a"))
    (finding,) = said(made)
    assert (finding["code"], finding["severity"], finding["hosts"]) == ("macvlan-isolation", "error", ["a", "c"])
    assert "eth0 of c is a macvlan on eth0 of a" in finding["message"]


@pytest.mark.parametrize(
    "what, own_nic, deaf, code",
    [
        ("of hardware", {}, deaf_to("c", "a"), "deaf-pair"),
        ("made on a NIC that a does not have there", {**ON_ETH0, "link": 9}, deaf_to("c", "a"), "deaf-pair"),
        ("it hears one way", ON_ETH0, [("c", "a")], "one-way"),
        ("deaf with all, who have the same number", ON_ETH0, deaf_to("c", "a", "b"), "isolated-host"),
    ],
)
def test_what_is_deaf_for_another_reason_is_not_called_macvlan(what, own_nic, deaf, code):
    made = [placed("a", "10.0.0.1/24"), placed("b", "10.0.0.2/24"), placed("c", "10.0.0.3/24", own_nic=own_nic)]
    listen(made, deaf)
    assert [each["code"] for each in said(made)] == [code], what


def test_no_nic_is_made_on_one_that_is_made_on_another_itself_as_those_of_pods_on_two_hosts():
    pods = {"b": {"kind": "ipvlan", "index": 2, "link": 3}, "c": {"kind": "ipvlan", "index": 2, "link": 2}}
    made = [
        placed("a", "10.0.0.1/24"),
        *(placed(name, f"10.0.0.{number}/24", own_nic=pods[name]) for number, name in ((2, "b"), (3, "c"))),
    ]
    listen(made, deaf_to("c", "b"))
    assert [each["code"] for each in said(made)] == ["deaf-pair"]


TALKER = {"address": "0.0.0.0", "port": 7400, "domain_id": 0, "use": "discovery-multicast", "program": "talker (pid 7)"}


def own_pods(kind="macvlan", hearing=False, programs=(TALKER,), **more):
    """Hosts a and b, each with programs and with a pod on its NIC."""
    made = [placed(host, f"10.0.0.{number}/24") for number, host in enumerate("ab", 1)]
    for host in made:
        counted = {"rp_filter": 0, "reverse_path_drops": 0, "buffer_overflows": 0, "error": ""}
        host["around"] = {"sockets": list(programs), "groups": [host["nic"]], **counted}
    made += [
        placed(
            host,
            f"10.0.0.{number}/24",
            scope="pod",
            pod_name=f"rosfleet/probe-{host}",
            nic="ros0",
            own_nic={"kind": kind, "index": 5, "link": 2},
            **more,
        )
        for number, host in enumerate("ab", 129)
    ]
    listen(made)
    if hearing:
        for pod in made[2:]:
            (own,) = [each for each in made[:2] if each["host"] == pod["host"]]
            own["heard"].append(
                {
                    "guid_prefix": pod["guid_prefix"],
                    "first_heard_s": 0.1,
                    "address": pod["address"],
                    "vendor": "",
                    "name": "",
                    "locators": [],
                    "domain_id": 0,
                    "lease_s": 1.0,
                    "host_claimed": "",
                    "process_claimed": "",
                    "translated": False,
                    "paths": [],
                }
            )
    return made


@pytest.mark.parametrize("kind", ["macvlan", "ipvlan"])
def test_a_host_and_its_own_pods_are_compared_and_it_is_a_note(kind):
    (finding,) = said(own_pods(kind))
    assert (finding["code"], finding["severity"], finding["hosts"]) == ("macvlan-isolation", "info", ["a", "b"])
    assert kind in finding["message"] and "(talker (pid 7) of a and talker (pid 7) of b)" in finding["message"]
    assert finding["evidence"] == {"compared": 2, "deaf": 2, "kinds": [kind]}
    assert build_report(evidence(own_pods(kind)))["verdict"] == "pass"


@pytest.mark.parametrize(
    "made",
    [
        *(own_pods(hearing=True), own_pods("veth"), own_pods(errors=["down"])),
        *(own_pods(programs=()), own_pods(programs=[{**TALKER, "domain_id": 7}])),
    ],
)
def test_pods_that_are_heard_or_on_the_lan_in_another_way_or_that_no_program_misses_are_no_note(made):
    probes = collect_probes(hosts(made), [])
    assert list(known_causes.of_own_pods(probes, LAN)) == []
