# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of probes to the report: its shape, its verdict, and each diagnosis."""

from __future__ import annotations

import ast
import re
from itertools import permutations
from pathlib import Path

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery import (
    around,
    causes,
    diagnoses,
    elsewhere,
    ephemeral,
    firewalls,
    known_causes,
    misnamed,
    pair_diagnoses,
    path_diagnoses,
    programs,
    questions,
    stale,
    strangers,
    topics,
    twins,
)
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.probes import gather
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.report import build_report, failure

from .fleet import CONTROL, LAN, LISTENER, SAMPLE, evidence, healthy, heard, hosts, listen, pod, target


def codes(report, severity=None):
    return [each["code"] for each in report["diagnoses"] if severity in (None, each["severity"])]


def only(report):
    (diagnosis,) = report["diagnoses"]
    return diagnosis


def test_a_healthy_fleet_passes_with_nothing_to_say():
    report = build_report(evidence(healthy("a", "b", "c")))
    assert (report["verdict"], report["diagnoses"]) == ("pass", [])
    assert [report[key] for key in ("schema", "domain_id", "hosts", "absent", "elapsed_s", "started")] == [
        1,
        0,
        ["a", "b", "c"],
        [],
        5.0,
        "2026-11-21T07:00:00.000+00:00",
    ]
    for network, scope, expected in ((LAN, "host", True), (LAN, "pod", True), (CONTROL, "pod", False)):
        rows = [row for row in report["matrix"] if (row["network"], row["scope"]) == (network, scope)]
        assert [(row["from"], row["to"]) for row in rows] == list(permutations("abc", 2))
        assert {row["heard"] for row in rows} == {expected}
        assert {row["first_heard_s"] for row in rows} == {0.1 if expected else None}


def test_the_schema_of_the_contract():
    targets = healthy("a", "b")
    targets[0]["heard"].append(heard("stranger", address="10.0.0.77"))
    report = build_report(evidence(targets, absent=["c"]))
    assert {
        "schema",
        "verdict",
        "domain_id",
        "started",
        "elapsed_s",
        "hosts",
        "participants",
        "matrix",
        "diagnoses",
    } <= set(report)
    assert {
        "guid_prefix",
        "vendor",
        "host",
        "scope",
        "pod",
        "network",
        "addresses",
        "locators",
        "domain_id",
        "lease_s",
    } <= set(report["participants"][0])
    assert {"from", "to", "network", "scope", "heard", "first_heard_s"} <= set(report["matrix"][0])
    assert set(only(report)) == {"code", "severity", "hosts", "network", "message", "evidence", "fix"}


def test_absent_hosts_are_named_and_do_not_fail_the_rest():
    report = build_report(evidence(healthy("a", "b"), absent=["tb7"]))
    assert (report["verdict"], codes(report, "warning")) == ("pass", ["host-absent"])
    assert only(report)["hosts"] == ["tb7"]


@pytest.mark.parametrize(
    "scope, nic, hosts_hear, told, fix",
    [
        ("host", "eth0", None, ("host", False), "IGMP snooping"),
        ("pod", "ros0", True, ("pod", False), "one MAC address per port"),
        ("pod", "ros0", False, ("host", True), "IGMP snooping"),
    ],
)
def test_a_lan_on_which_nobody_hears_anybody(scope, nic, hosts_hear, told, fix):
    targets = [target(name, scope, LAN, f"rosfleet/{name}" if scope == "pod" else "", nic) for name in "abc"]
    listen(targets, list(permutations("abc", 2)))
    others = [target(name, "pod" if scope == "host" else "host") for name in "abc"]
    listen(others, [] if hosts_hear is not False else list(permutations("abc", 2)))
    report = build_report(evidence(targets + others))
    diagnosis = next(each for each in report["diagnoses"] if each["code"] == "deaf-network")
    assert (diagnosis["evidence"]["scope"], "nics_of_pods" in diagnosis["evidence"]) == told
    assert (report["verdict"], diagnosis["code"], diagnosis["network"]) == ("fail", "deaf-network", LAN)
    assert diagnosis["hosts"] == ["a", "b", "c"]
    assert fix in diagnosis["fix"]
    assert "Nobody hears anybody on another host on ros-lan" in diagnosis["message"]


def test_a_host_that_hears_on_the_ordinary_pod_network_is_worth_a_note():
    targets = healthy("a", "b")
    controls = [each for each in targets if each["network"] == CONTROL]
    listen(controls, [("b", "a")])
    report = build_report(evidence(targets))
    assert (report["verdict"], codes(report, "info")) == ("pass", ["cluster-network-hears"])
    assert "a hears b." in only(report)["message"]


def test_a_target_that_could_not_be_opened():
    targets = healthy("a", "b", "c")
    broken = target("d", errors=["d has no NIC eth9 (it has lo)."], address=None, guid_prefix=None)
    report = build_report(evidence([*targets, broken]))
    assert (report["verdict"], codes(report)) == ("fail", ["probe-failed"])
    assert only(report)["message"] == (
        "d on ros-lan (hosts, NIC eth0) could not be probed: d has no NIC eth9 (it has lo)."
    )
    rows = [row for row in report["matrix"] if "d" in (row["from"], row["to"])]
    assert len(rows) == 6
    assert not any(row["heard"] or row["probed"] for row in rows)


@pytest.mark.parametrize(
    "result, message",
    [
        ({"msg": "Timeout exceeded", "finished": True}, "The probe failed: Timeout exceeded"),
        ({"unreachable": True, "msg": "no route"}, "The host was lost during the probe: no route"),
        ({}, "The probe failed: no reason given"),
    ],
)
def test_a_host_without_a_result(result, message):
    targets = healthy("a", "b", "c")
    found = evidence(targets)
    found["hosts"]["c"]["result"] = result
    report = build_report(found)
    assert (report["verdict"], codes(report)) == ("fail", ["probe-failed"] * 3)
    assert message in report["diagnoses"][0]["message"]


def test_hosts_that_failed_before_or_lack_what_a_probe_needs():
    found = evidence(healthy("a", "b"), failed=["c"])
    found["hosts"]["b"].update(image="", refused={"cam-lan": "no NIC has an address in 10.1.0.0/24"})
    found["hosts"]["b"]["result"]["targets"] = found["hosts"]["b"]["result"]["targets"][:1]
    report = build_report(found)
    assert report["verdict"] == "fail"
    assert codes(report) == ["host-failed", "no-node", "no-nic", "nothing-compared"]
    assert "no NIC for cam-lan: no NIC has an address" in report["diagnoses"][2]["message"]


def test_who_is_not_to_be_in_the_cluster_is_probed_where_it_is_on_a_lan_and_lacks_nothing():
    found = evidence(healthy("a", "b"), domains={LAN: [0], "cam-lan": [0]}, outsiders=["laptop"])
    found["hosts"]["laptop"] = {
        "node": "laptop",
        "image": "",
        "refused": {"cam-lan": "no NIC has an address in 10.9.0.0/24"},
        "targets": [],
        "result": {**found["hosts"]["a"]["result"], "targets": [target("laptop")]},
    }
    listen([*found["hosts"]["laptop"]["result"]["targets"], found["hosts"]["a"]["result"]["targets"][0]])
    report = build_report(found)
    by_code = {each["code"]: each for each in report["diagnoses"]}
    assert by_code["not-on-lan"]["severity"] == "info"
    assert (
        "laptop is in neither `control` nor `robots`, and was not probed on cam-lan" in by_code["not-on-lan"]["message"]
    )
    assert not {"no-node", "no-nic"} & set(by_code)
    assert any(row["from"] == "laptop" and row["to"] == "a" and row["heard"] for row in report["matrix"])


def test_a_pod_that_did_not_become_ready_is_shown_with_its_state():
    bad = pod("probe-ros-lan-b", "b", ready=False, phase="Pending")
    event = {
        "involvedObject": {"uid": bad["metadata"]["uid"]},
        "type": "Warning",
        "reason": "FailedCreatePodSandBox",
        "message": "Link not found",
    }
    pods = [pod("ok", "a"), bad]
    planned = [{**each, "status": {}} for each in pods]
    report = build_report(evidence(healthy("a", "b"), planned=planned, pods=pods, events=[event]))
    assert (report["verdict"], codes(report)) == ("fail", ["pod-not-ready"])
    assert any("Link not found" in line for line in only(report)["evidence"]["state"])


@pytest.mark.parametrize(
    ("network", "words"),
    [(LAN, "the LAN's NIC is lan9 now, was it another when `site` ran"), ("other", "is the LAN's NIC there")],
)
def test_a_pod_that_did_not_become_ready_makes_one_compare_the_nic(network, words):
    bad = pod("probe-ros-lan-b", "b", ready=False, phase="Pending")
    bad["metadata"]["labels"]["rosfleet.io/lan"] = network
    targets = [{**each, "nic": "lan9"} if each["scope"] == "host" else each for each in healthy("a", "b")]
    report = build_report(evidence(targets, planned=[bad], pods=[pod("ok", "a"), bad], events=[]))
    assert words in only(report)["fix"]


def test_pods_that_could_not_be_removed_are_a_warning_and_the_verdict_stands():
    report = build_report(evidence(healthy("a", "b"), left_behind="Failed to delete object: timed out"))
    assert (report["verdict"], codes(report, "warning")) == ("pass", ["pods-left"])
    assert "timed out" in only(report)["message"]


def test_two_nics_with_one_address():
    targets = healthy("a", "b")
    for each in targets:
        if each["network"] == LAN and each["scope"] == "pod":
            each["address"] = "10.88.1.144"
    report = build_report(evidence(targets))
    assert (report["verdict"], codes(report)) == ("fail", ["address-twice"])
    assert only(report)["hosts"] == ["a", "b"]


def test_windows_that_did_not_overlap_are_a_hint():
    targets = [target("a"), target("b")]
    found = evidence(targets, hosts={**hosts(targets[:1]), **hosts(targets[1:], began="2026-11-21T07:00:09.500Z")})
    report = build_report(found)
    assert "windows-apart" in codes(report, "warning")
    assert next(each for each in report["diagnoses"] if each["code"] == "windows-apart")["evidence"] == {"gap_s": 4.5}


@pytest.mark.parametrize(
    "together_s, mutual, said",
    [
        (0.4, False, [("windows-apart", "error")]),
        (1.4, False, [("windows-apart", "error")]),
        (2.0, False, [("one-way", "error")]),  # a second and a half are enough to be heard
        (0.4, True, []),
    ],
)
def test_who_was_hardly_probed_together_is_not_called_deaf(together_s, mutual, said):
    targets = [target("a"), target("b")]
    targets[0]["heard"] = [heard(targets[1]["guid_prefix"])] if mutual else []
    targets[1]["heard"] = [heard(targets[0]["guid_prefix"])]
    began = f"2026-11-21T07:00:0{5 - together_s:.3f}Z"
    found = evidence(targets, hosts={**hosts(targets[:1]), **hosts(targets[1:], began=began)})
    told = [each for each in build_report(found)["diagnoses"] if each["code"] in ("one-way", "windows-apart")]
    assert [(each["code"], each["severity"]) for each in told] == said
    evidences = [each["evidence"] for each in told if each["code"] == "windows-apart"]
    assert evidences == [{"together_s": together_s}] * len(
        [code for code, _severity in said if code == "windows-apart"]
    )


@pytest.mark.parametrize(
    "targets, more, uncompared, fix",
    [
        (healthy("a"), {"absent": ["b", "c"]}, "host pod", "bring back b and c; then run this again"),
        (healthy("a"), {"not_asked": ["b"]}, "host pod", "let b take part (no --limit); then"),
        (healthy("a"), {"not_asked": ["b"], "absent": ["c"]}, "host pod", "take part (no --limit); bring back c; then"),
        ([], {"absent": ["a", "b"]}, "host pod", "bring back a and b"),
        (healthy("a", "b")[::3], {}, "pod", "mend what kept the others"),  # their NICs, and no pods
        (healthy("a"), {}, "pod", "A LAN is between hosts"),  # the only host of its fleet
        # Two pods of one host are a pair, and no proof that the LAN carries anything.
        (["two pods"], {"absent": ["b"]}, "host pod", "bring back b"),
        ([], {"domains": {}}, "", ""),
    ],
)
def test_a_report_that_compared_nothing_is_unknown_and_says_what_and_why(targets, more, uncompared, fix):
    if targets == ["two pods"]:
        targets = [target("a"), *(target("a", "pod", LAN, f"ros/talker-{n}", "ros0") for n in (1, 2))]
        listen(targets)
    report = build_report(evidence(targets, **more))
    found = [each for each in report["diagnoses"] if each["code"] == "nothing-compared"]
    assert (report["verdict"], [each["evidence"]["scope"] for each in found]) == ("unknown", uncompared.split())
    assert all(fix in each["fix"] for each in found)
    assert len(failure(report)) == max(len(found), 1)


def test_a_fleet_of_one_host_is_compared_in_its_pods():
    targets = [target("a"), *(target("a", "pod", LAN, f"ros/talker-{n}", "ros0") for n in (1, 2))]
    listen(targets)
    report = build_report(evidence(targets))
    assert (report["verdict"], report["diagnoses"]) == ("pass", [])


def test_a_lan_of_one_host_is_compared_in_its_pods_and_asks_for_none_of_the_others():
    targets = [target("a"), *(target("a", "pod", LAN, f"ros/talker-{n}", "ros0") for n in (1, 2))]
    listen(targets)
    of_one = [{"name": LAN, "hosts": ["a"]}]
    report = build_report(evidence(targets, networks=of_one, absent=["b"], not_asked=["c"]))
    assert (report["verdict"], codes(report)) == ("pass", ["host-absent"])
    assert (
        build_report(evidence(targets, networks=[{"name": LAN, "hosts": ["a", "b"]}], absent=["b"]))["verdict"]
        == "unknown"
    )


def test_every_declared_lan_has_to_be_compared():
    report = build_report(evidence(healthy("a", "b"), domains={LAN: [0], "cam-lan": [0]}))
    assert report["verdict"] == "unknown"
    assert {each["network"] for each in report["diagnoses"]} == {"cam-lan"}
    assert [line[:41] for line in failure(report)] == ["nothing-compared: Nobody was probed on ca"] * 2


def test_without_a_lan_it_says_so():
    report = build_report(evidence(healthy("a", "b"), domains={}))
    assert (report["verdict"], codes(report)) == ("unknown", ["no-lan"])
    assert "Fix: Declare one in ros_lan_networks" in failure(report)[0]


def test_an_error_is_a_failure_whatever_was_compared():
    found = evidence(healthy("a"), failed=["b"])
    report = build_report(found)
    assert report["verdict"] == "fail"
    assert failure(report) == ["host-failed: b failed before it could be probed."]


def test_a_probe_that_failed_on_all_hosts_is_no_pass():
    found = evidence(healthy("a", "b"))
    for each in found["hosts"].values():
        each["result"] = {"msg": "Timeout exceeded"}
    report = build_report(found)
    assert (report["verdict"], set(codes(report))) == ("fail", {"probe-failed", "nothing-compared"})


@pytest.mark.parametrize(
    "workloads, message",
    [
        ([], "no workload has expect_log"),
        ([{"name": "talker", "hosts": ["a"]}], "no workload has expect_log"),
        ([LISTENER], "listener on b was not there to hear one"),
    ],
)
def test_that_no_listener_was_looked_at_is_said(workloads, message):
    report = build_report(evidence(healthy("a", "c"), workloads=workloads, samples=[]))
    assert (report["verdict"], codes(report, "info")) == ("pass", ["no-listener"])
    assert message in only(report)["message"]


def test_a_missing_sample_fails_even_when_all_is_heard():
    silent = {**SAMPLE, "heard": False, "line": "", "log_end": ["waiting"]}
    nobody = {**SAMPLE, "host": "c", "heard": False, "line": "", "pod": ""}
    report = build_report(evidence(healthy("a", "b"), samples=[SAMPLE, silent, nobody]))
    assert (report["verdict"], codes(report)) == ("fail", ["no-sample", "no-sample"])
    assert "No line in the log of listener on b matches its expect_log 'I heard'" in report["diagnoses"][0]["message"]
    assert report["diagnoses"][0]["evidence"]["log_end"] == ["waiting"]
    assert "listener on c has no pod" in report["diagnoses"][1]["message"]


def test_a_participant_of_another_site_is_placed_too():
    near, far = target("a", network="near"), target("b", network="far", address="10.99.1.21")
    near["heard"].append(heard("peer", address="10.99.1.21"))
    (peer,) = build_report(evidence([near, far], domains={"near": [0], "far": [0]}))["participants"]
    assert (peer["network"], peer["host"]) == ("near", "b")


def test_participants_are_placed_by_their_address_and_told_once():
    targets = healthy("a", "b")
    talker = target("a", "pod", LAN, "ros/talker-1", "ros0", address="10.88.1.130")
    ros = heard("cyclone", vendor="Eclipse Cyclone DDS", address="10.88.1.130", paths=["unicast"])
    stray = heard(
        "stray",
        vendor="eProsima Fast DDS",
        address="10.9.9.9",
        domain_id=7,
        translated=True,
        locators=["UDPv4:172.17.0.2:7410"],
    )
    for each in targets[:2] + targets[3:5]:
        each["heard"] += [ros]
    targets[3]["heard"].append(stray)
    found = evidence([*targets, talker], pods=[pod("talker-1", "a", namespace="ros", workload="talker")])
    report = build_report(found)
    cyclone, other = report["participants"]  # by address
    assert (cyclone["host"], cyclone["scope"], cyclone["pod"]) == ("a", "pod", "ros/talker-1")
    assert (cyclone["paths"], cyclone["heard_by"]) == (["unicast"], ["a", "b"])
    assert (other["host"], other["pod"], other["heard_by"]) == (None, None, ["b"])
    assert {"address-translated", "other-domain"} <= set(codes(report))
    (translated,) = [each for each in report["diagnoses"] if each["code"] == "address-translated"]
    assert "Either an address translation lies between" in translated["message"]
    assert "its host has several NICs and its middleware is bound to none" in translated["message"]
    assert "bind the middleware to the one on this LAN: in Cyclone DDS by <NetworkInterface>" in translated["fix"]


@pytest.mark.parametrize(
    "sources, named, code",
    [
        (["10.0.0.9"], "172.17.0.2", "address-translated"),
        (["10.0.0.9"], "10.0.0.8", "address-changed"),  # it was started when its host had that
        (["10.0.0.9", "10.0.0.8"], "10.0.0.8", None),  # the same GUID prefix twice, or a host with two addresses
    ],
)
def test_an_address_translation_is_said_only_of_what_can_be_one(sources, named, code):
    targets = healthy("a", "b")
    for each, source in zip(targets[::3], sources):
        locators = [f"UDPv4:{named}:7410"]
        each["heard"].append(heard("stray", address=source, locators=locators, translated=source != named))
    report = build_report(evidence(targets, networks=[{"name": LAN, "subnet": "10.0.0.0/24"}]))
    assert [each["code"] for each in report["diagnoses"]] == ([code] if code else [])
    assert report["participants"][0]["translated"] == (code == "address-translated")


@pytest.mark.parametrize(
    "locators, code",
    [
        (["UDPv4:127.0.0.1:7410", "SHM(16):7411"], "only-loopback"),
        (["UDPv4:127.0.0.1:7410", "UDPv4:10.0.0.9:7410"], None),
        ([], None),
    ],
)
def test_who_names_the_loopback_alone_was_started_too_early(locators, code):
    targets = healthy("a", "b")
    targets[0]["heard"].append(heard("talker", address="10.0.0.9", locators=locators, translated=code is not None))
    assert codes(build_report(evidence(targets))) == ([code] if code else [])


def in_two_domains(*names, deaf=None):
    """A healthy fleet that is probed in domains 3 and 7; `deaf` {domain: pairs that do not hear each other}."""
    made = []
    for host in names:
        made += [target(host, domain_id=domain, guid_prefix=f"{host}-{domain}", address=host) for domain in (3, 7)]
        made += [
            target(
                host,
                "pod",
                LAN,
                f"probe-{host}",
                "ros0",
                domain_id=domain,
                guid_prefix=f"p{host}-{domain}",
                address=f"p{host}",
            )
            for domain in (3, 7)
        ]
    for domain in (3, 7):
        listen([each for each in made if each["domain_id"] == domain], (deaf or {}).get(domain, ()))
    return made


def test_each_domain_is_compared_by_itself():
    report = build_report(evidence(in_two_domains("a", "b"), domains={LAN: [3, 7]}))
    assert (report["verdict"], report["diagnoses"]) == ("pass", [])
    assert (report["domain_id"], report["domain_ids"]) == (3, [3, 7])
    assert [(row["from"], row["to"], row["domain_id"]) for row in report["matrix"] if row["scope"] == "host"] == [
        ("a", "b", 3),
        ("b", "a", 3),
        ("a", "b", 7),
        ("b", "a", 7),
    ]


def test_a_fault_of_the_network_is_told_once_and_one_of_a_domain_with_its_number():
    pairs = [("a", "b"), ("a", "c")]
    everywhere = build_report(evidence(in_two_domains("a", "b", "c", deaf={3: pairs, 7: pairs}), domains={LAN: [3, 7]}))
    in_one = build_report(evidence(in_two_domains("a", "b", "c", deaf={7: pairs}), domains={LAN: [3, 7]}))
    assert (everywhere["verdict"], in_one["verdict"]) == ("fail", "fail")
    assert [each["message"] for each in everywhere["diagnoses"]] == [
        "a hears no other host on ros-lan (hosts), and is heard by others. The same holds for pods there.",
    ]
    assert [each["message"] for each in in_one["diagnoses"]] == [
        "In domain 7: a hears no other host on ros-lan (hosts), and is heard by others. The same holds for pods there.",
    ]


def test_what_one_nic_has_in_two_domains_is_told_once():
    targets = in_two_domains("a", "b")
    for each in targets[:2]:
        each.update(errors=["NIC eth0 is down"], guid_prefix="", address="")
    assert codes(build_report(evidence(targets, domains={LAN: [3, 7]}))).count("probe-failed") == 1


def test_noise_and_floods_are_noted():
    targets = healthy("a", "b")
    targets[0].update(malformed=4, first_malformed="from 10.0.0.9: magic b'HTTP'", forgotten=7)
    report = build_report(evidence(targets))
    assert (report["verdict"], codes(report)) == ("pass", ["malformed", "flood"])


@pytest.mark.parametrize(
    ("started", "collected", "result"),
    [
        ({"ansible_job_id": "j"}, {"targets": []}, {"targets": []}),
        ({"msg": "no python"}, {"skipped": True}, {"msg": "no python"}),
    ],
)
def test_what_the_tasks_left_on_a_host(started, collected, result):
    left = {"refused": {"a": {}}, "targets": {"a": []}, "started": {"a": started}, "collected": {"a": collected}}
    assert gather({"a": {"node_name": "n", "sandbox_image": "i"}}, left) == {
        "a": {"node": "n", "image": "i", "refused": {}, "targets": [], "result": result}
    }


def source(module):
    return Path(module.__file__).read_text()


MODULES = (
    *(diagnoses, pair_diagnoses, around, programs, ephemeral, firewalls),
    *(twins, stale, elsewhere, known_causes, strangers),
)


def made():
    """The code of each finding that is written down where it is made, and its severity; the gravest of several."""
    for module in MODULES:
        for call in ast.walk(ast.parse(source(module))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Finding":
                code, _message, _fix, severity, *_rest = [*call.args, ast.Constant("error")]
                if ast.unparse(code) != "cause.code":
                    gravest = severity.body if isinstance(severity, ast.IfExp) else severity
                    yield tuple(eval(ast.unparse(each), vars(module)) for each in (code, gravest))


def severities(found):
    """{code: the gravest severity}"""
    order = ["info", "warning", "error"]
    return dict(sorted(found, key=lambda pair: order.index(pair[1])))


def test_the_readme_of_the_role_lists_every_code_with_its_severity():
    repository = Path(__file__).parents[5]
    listed = dict(
        re.findall(r"^\| `([a-z-]+)` \| (\w+) \|", (repository / "roles/discovery/README.md").read_text(), re.M)
    )
    deaf = {
        getattr(causes, name): "error"
        for name in ("EVERYBODY", "DEAF", "MUTE", "ISOLATED", "ONE_WAY", "PAIR", "PARTITION")
    }
    of_names = dict.fromkeys((misnamed.TRANSLATED, misnamed.OTHER_NIC), "warning")
    silent = dict.fromkeys(questions.CODES.values(), "error")
    of_topics = {**path_diagnoses.SEVERITIES, **topics.SEVERITIES}
    assert listed == {**severities(made()), **deaf, **silent, **of_names, **of_topics}


def test_the_page_for_people_has_a_row_for_each_fault_of_a_path():
    page = (Path(__file__).parents[5] / "docs/troubleshooting.md").read_text()
    assert [code for code in (*path_diagnoses.SEVERITIES, causes.PARTITION) if f"\n| `{code}`" not in page] == []
