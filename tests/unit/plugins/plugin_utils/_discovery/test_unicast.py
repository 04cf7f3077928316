# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of unicast arrives, from the probes' results to the findings."""

from __future__ import annotations

from itertools import permutations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.report import build_report
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.table import table_lines
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.unicast import Path

from .fleet import evidence, hosts, listen, target

ALL = {"64": 5, "1472": 5, "8000": 5, "7470": 5, "7471": 5}
NOTHING = dict.fromkeys(ALL, 0)
SMALL = {**ALL, "1472": 0, "8000": 0}
UNFRAGMENTED = {**ALL, "8000": 0}
FEW = {"64": 1, "1472": 1, "8000": 0, "7470": 2, "7471": 0}
SOME = {**ALL, "64": 4, "1472": 3, "7470": 4}


def path(**counts):
    return Path({**{what: (5, 5) for what in ALL}, **{what[1:]: (got, 5) for what, got in counts.items()}})


@pytest.mark.parametrize(
    "tried, fault",
    [
        (path(), ""),
        (path(_64=0, _1472=0, _8000=0, _7470=0, _7471=0), "unicast-blocked"),
        (path(_7470=0, _7471=0), "ports-blocked"),
        (path(_7471=0), "ports-blocked"),
        (path(_64=0, _1472=0, _8000=0), "ports-blocked"),  # DDS's arrive, ours does not: it is one of DDS's too
        (path(_1472=0, _8000=0), "path-mtu"),
        (path(_1472=0), "path-mtu"),  # fragments pass a router
        (path(_8000=0), "fragments-dropped"),
        (path(_64=3, _1472=3, _8000=0), "lossy-path"),  # six fragments seldom all arrive
        (path(_8000=2), "lossy-path"),
        (path(_64=1, _1472=2, _8000=0, _7470=2, _7471=0), "lossy-path"),  # of 5 with such losses none is no wonder
        (path(_64=4, _7471=0), "ports-blocked"),  # with one of 20 lost it is
        (path(_64=4), ""),  # one of 25 is lost
        (Path({"64": (5, 5), "1472": (5, 5), "8000": (5, 5)}), ""),  # where DDS's ports are taken
    ],
)
def test_a_path_has_one_fault(tried, fault):
    assert tried.fault == fault


def fleet(names, bad=(), deaf=(), domains=(0,), scope="host", **more):
    """Hosts that try all paths; `bad`: {(listener, speaker): what arrives}."""
    targets = []
    prefix = "pod of " if scope == "pod" else ""  # which has an address of its own
    for name in names:
        for domain in domains:
            each = target(name, scope, pod_name=prefix and f"ros/{name}", address=f"{prefix}{name}", domain_id=domain)
            each["guid_prefix"] += str(domain)
            if domain == domains[0]:
                each["paths"] = paths(name, names, dict(bad), prefix)
            targets.append({**each, **more})
    for domain in domains:
        listen([each for each in targets if each["domain_id"] == domain], list(deaf))
    return targets


def paths(name, names, bad, prefix=""):
    def of(other):
        arrived = bad.get((name, other), ALL)
        return {
            "address": f"{prefix}{other}",
            "sent": ALL,
            "arrived": arrived,
            "rounds": 5 if any(arrived.values()) else 0,
            "errors": [],
        }

    peers = [of(other) for other in names if other != name]
    return {"port": 7472, "dds_ports": [7470, 7471], "mtu": 1500, "foreign": 0, "error": "", "peers": peers}


def found(targets, domains=(0,)):
    report = build_report(evidence(targets, domains={"ros-lan": list(domains)}))
    return report, [each for each in report["diagnoses"] if each["code"] != "nothing-compared"]


def into(host, names="abc", what=NOTHING):
    return {(host, other): what for other in names if other != host}


def out_of(host, names="abc", what=NOTHING):
    return {(other, host): what for other in names if other != host}


@pytest.mark.parametrize(
    "bad, code, severity, hosts, words",
    [
        (
            into("b"),
            "unicast-blocked",
            "error",
            ["b"],
            "b gets no unicast from any other host on ros-lan (hosts), though",
        ),
        (out_of("b"), "unicast-blocked", "error", ["b"], "From b all others get no unicast on"),
        (
            {**into("b"), **out_of("b")},
            "unicast-blocked",
            "error",
            ["b"],
            "Between b and all other hosts there arrives no",
        ),
        (
            dict.fromkeys(permutations("abc", 2), NOTHING),
            "unicast-blocked",
            "error",
            ["a", "b", "c"],
            "Between all hosts",
        ),
        (
            {("a", "b"): NOTHING},
            "unicast-blocked",
            "error",
            ["a", "b"],
            "a gets no unicast from b on ros-lan (hosts), and b",
        ),
        (
            {("a", "b"): SMALL, ("b", "a"): SMALL},
            "path-mtu",
            "error",
            ["a", "b"],
            "Between a and b there arrives small",
        ),
        (into("b", what=SMALL), "path-mtu", "error", ["b"], "b gets small packets only from any"),
        (
            into("b", what=UNFRAGMENTED),
            "fragments-dropped",
            "error",
            ["b"],
            "b gets no packet that is sent in fragments",
        ),
        (
            into("b", what={**ALL, "7471": 0}),
            "ports-blocked",
            "error",
            ["b"],
            "b gets unicast to some ports of DDS only (not 7471) from",
        ),
        (into("b", what=SOME), "lossy-path", "warning", ["b"], "b gets unicast with losses, up to 16 %, from any"),
        (into("b", what=FEW), "lossy-path", "error", ["b"], "b gets unicast with losses, up to 73 %, from any"),
    ],
)
def test_one_cause_is_one_finding(bad, code, severity, hosts, words):
    report, diagnoses = found(fleet("abc", bad))
    (each,) = diagnoses
    assert (each["code"], each["severity"], each["hosts"]) == (code, severity, hosts)
    assert each["message"].startswith(words)
    assert report["verdict"] == "fail" if severity == "error" else report["verdict"] != "fail"


@pytest.mark.parametrize(
    "of_hosts, scope, fix",
    [
        ({}, "pod", "one MAC address per port"),
        ({("b", "a"): NOTHING}, "host", "firewall of eth0 of a and eth0 of b"),
        (into("b"), "pod", "firewall of "),  # nor does it reach the host
    ],
)
def test_the_attachment_is_blamed_where_unicast_reaches_a_host_and_not_its_pod(of_hosts, scope, fix):
    report = build_report(evidence([*fleet("abc", of_hosts), *fleet("abc", {("b", "a"): NOTHING}, scope="pod")]))
    blocked = [each for each in report["diagnoses"] if each["code"] == "unicast-blocked"]
    (each,) = [each for each in blocked if each["hosts"] == ["a", "b"]]
    assert each["evidence"]["scope"] == scope
    assert each["fix"].startswith("So nodes find each other and get no data.") and fix in each["fix"]


def test_between_two_that_hear_each_other_not_at_all_it_may_be_client_isolation():
    pair = {("a", "b"): NOTHING, ("b", "a"): NOTHING}
    _report, (each,) = found(fleet("abc", pair, deaf=pair))
    assert (each["code"], "client isolation in an access point" in each["fix"]) == ("deaf-pair", True)


def test_two_partitioned_halves_are_one_finding():
    halves = {pair: NOTHING for pair in permutations("abcd", 2) if (pair[0] in "ab") != (pair[1] in "ab")}
    _report, (each,) = found(fleet("abcd", halves))
    assert (each["code"], each["evidence"]["pattern"]) == ("unicast-blocked", "partition")
    assert "a and b | c and d" in each["message"]


def test_two_hosts_are_not_all_hosts():
    _report, (each,) = found(fleet("ab", dict.fromkeys(permutations("ab", 2), NOTHING)))
    assert each["message"].startswith("Between a and b there arrives no unicast")
    assert "a third host there would tell" in each["message"]


def test_two_hosts_that_do_not_hear_each_other_are_not_the_network():
    _report, (each,) = found(fleet("ab", deaf=permutations("ab", 2)))
    assert each["message"].startswith("a and b do not hear each other on ros-lan (hosts); a third host")


DEAF = {
    "deaf-network": list(permutations("abcd", 2)),
    "deaf-host": [("a", other) for other in "bcd"],
    "mute-host": [(other, "a") for other in "bcd"],
    "isolated-host": [pair for pair in permutations("abcd", 2) if "a" in pair],
    "one-way": [("a", "b")],
    "deaf-pair": [("a", "b"), ("b", "a")],
    "partition": [pair for pair in permutations("abcd", 2) if (pair[0] in "ab") != (pair[1] in "ab")],
}


@pytest.mark.parametrize("code", DEAF)
def test_where_multicast_alone_is_lost_neither_cable_nor_vlan_nor_address_is_blamed(code):
    _report, (each,) = found(fleet("abcd", deaf=DEAF[code]))
    assert (each["code"], each["evidence"]["unicast"]) == (code, "arrives")
    assert each["message"].endswith("Unicast arrives.")
    assert "239.255.0.1" in each["fix"] or "IGMP snooping" in each["fix"]
    assert [word for word in ("cable", "VLAN", "wrong NIC", "UDP 7400", "`ping`") if word in each["fix"]] == []


@pytest.mark.parametrize("code", DEAF)
def test_where_unicast_is_lost_as_well_igmp_is_not_blamed_and_it_is_told_once(code):
    _report, (each,) = found(fleet("abcd", dict.fromkeys(DEAF[code], NOTHING), deaf=DEAF[code]))
    assert (each["code"], each["evidence"]["unicast"]) == (code, "lost")
    assert "IGMP" not in each["fix"] and "rp_filter" not in each["fix"]


def test_what_one_nic_has_in_two_domains_is_told_once_and_is_in_the_rows_of_both():
    report, (each,) = found(fleet("abc", into("b"), domains=(3, 7)), domains=(3, 7))
    assert each["code"] == "unicast-blocked"
    rows = [row["unicast"] for row in report["matrix"] if (row["from"], row["to"]) == ("b", "a")]
    assert rows == [{"64": [0, 5], "1472": [0, 5], "8000": [0, 5]}] * 2


@pytest.mark.parametrize(
    "bad, said",
    [
        ({}, "6 of 6 unicast paths carry all sizes"),
        (into("b", what=UNFRAGMENTED), "4 of 6 unicast paths carry all sizes"),
    ],
)
def test_the_verdict_counts_paths_once(bad, said):
    report, _diagnoses = found(fleet("abc", bad, domains=(3, 7)), domains=(3, 7))
    assert said in table_lines(report)[-1]


def test_what_was_not_asked_is_null_and_no_fault():
    targets = fleet("abc")
    targets[0]["paths"] = {**targets[0]["paths"], "error": "cannot listen", "peers": []}
    targets[1]["paths"] = None
    report, diagnoses = found(targets)
    assert (diagnoses, {row["unicast"] is None for row in report["matrix"]}) == ([], {True})
    assert "unicast" not in table_lines(report)[-1]


def test_a_port_of_dds_that_a_program_has_was_not_tried():
    targets = fleet("abc", into("b", what={**ALL, "7470": 0}))
    targets[1]["paths"]["dds_ports"] = [7471]
    assert found(targets)[1] == []


@pytest.mark.parametrize(
    "began, codes",
    [
        ("07:00:00.500", ["unicast-blocked"]),
        ("07:00:04.000", []),  # in the last second there was nothing to send
        ("09:00:00.000", ["unicast-blocked"]),  # it was heard, so its clock is wrong
    ],
)
def test_who_met_too_shortly_is_not_called_blocked(began, codes):
    targets = fleet("abc", into("b"))
    late = {**hosts(targets[:1] + targets[2:]), **hosts(targets[1:2], began=f"2026-11-21T{began}Z")}
    report = build_report(evidence(targets, hosts=late))
    assert [each["code"] for each in report["diagnoses"] if each["severity"] == "error"] == codes


def test_of_two_nics_with_one_address_nothing_is_said_but_that():
    targets = fleet("abc", into("b"))
    targets[0]["address"] = "b"
    _report, diagnoses = found(targets)
    assert [each["code"] for each in diagnoses] == ["address-twice"]
