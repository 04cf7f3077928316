# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Benchmark probe: how a case is judged, how its table is written, and that nothing stays of a case that fails."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from lab.bench import probe
from lab.bench.probing import case as cases
from lab.bench.probing import evidence, judge, vendors
from lab.bench.probing.case import Case, both
from lab.bench.probing.faults import FAULTS, NOT_MADE, PAIRS
from lab.bench.probing.judge import Sign
from lab.bench.probing.strangers import announcement
from lab.bench.probing.table import HEADS, markdown
from lab.bench.probing.topologies import HEALTHY
from lab.fleet.shell import LabError

DEAF = Sign(("deaf-host",), "firewall", ("h2",))
ANY = Sign((), "QoS")


def finding(code, severity="error", hosts=("h2",), message="", fix=""):
    return {"code": code, "severity": severity, "hosts": list(hosts), "message": message, "fix": fix}


@pytest.mark.parametrize(
    ("signs", "findings", "outcome"),
    [
        ([DEAF], [finding("deaf-host", fix="A Firewall.")], judge.NAMED),
        ([DEAF], [finding("deaf-host", message="A cable.")], judge.PARTLY),
        ([DEAF], [finding("deaf-host", fix="A firewall.", hosts=["h3"])], judge.PARTLY),
        ([DEAF], [finding("mute-host", fix="A firewall.")], judge.WRONG),
        ([DEAF], [finding("flood", "warning")], judge.WRONG),
        ([DEAF], [finding("malformed", "info")], judge.NOT_AT_ALL),
        ([DEAF], [], judge.NOT_AT_ALL),
        ([ANY], [finding("whatever", "info", message="Their QoS differs.")], judge.NAMED),
        ([ANY], [finding("whatever", message="They differ.")], judge.WRONG),
        ([DEAF, ANY], [finding("deaf-host", fix="A firewall."), finding("x", message="QoS")], judge.NAMED),
        ([DEAF, ANY], [finding("deaf-host", fix="A firewall.")], judge.PARTLY),
        ([], [finding("deaf-host")], judge.FALSE),
        ([], [finding("flood", "warning")], judge.QUIET),
    ],
)
def test_a_case_is_judged_by_code_hosts_and_words(signs, findings, outcome):
    assert judge.judge(signs, findings) == outcome


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ([], "PASS"),
        ([finding("flood", "warning")], "PASS"),
        ([finding("nothing-compared", "warning")], "UNKNOWN"),
        ([finding("nothing-compared", "warning"), finding("deaf-host")], "FAIL"),
    ],
)
def test_the_verdict_is_that_of_verify(findings, verdict):
    assert judge.verdict(findings) == verdict


def row(name, outcome, verdict="FAIL", kind="fault", **others):
    same = {
        "what": "a|b",
        "said": ["deaf-pair", "flood", "deaf-pair"],
        "samples": {"h2": 0, "h3": 6},
        "elapsed_s": 4.26,
    }
    heard = {"multicast": {"h1": ["h2"], "h2": []}, "ping": {"h1": [], "h2": []}, "ps": "2 participants"}
    return {"case": name, "kind": kind, "outcome": outcome, "verdict": verdict, **same, **heard, **others}


def test_a_pass_is_wrong_where_a_listener_hears_nothing():
    assert judge.passes_wrongly(row("one", judge.NOT_AT_ALL, "PASS"))
    assert not judge.passes_wrongly(row("one", judge.NOT_AT_ALL, "PASS", samples={"h2": 1}))
    assert not judge.passes_wrongly(row("one", judge.NAMED, "FAIL"))
    rows = [row("one", judge.NAMED), row("two", judge.NAMED), row("three", judge.NOT_AT_ALL, "PASS")]
    assert judge.counts(rows) == {judge.NAMED: 2, judge.NOT_AT_ALL: 1, "PASS although a listener hears nothing": 1}


def test_tables_say_what_was_injected_said_and_heard_and_what_was_not_made():
    rows = [
        row("one", judge.WRONG),
        row("two", judge.NOT_AT_ALL, "PASS", said=[], ping={"h1": ["h2"], "h2": ["h1"]}),
        row("fine", judge.QUIET, "PASS", kind="healthy", samples={}, multicast={}),
    ]
    text = markdown(rows, {"netem": "not there"})
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    assert lines[0] == HEADS
    said = "2 × deaf-pair, flood"
    one = ["one", "a\\|b", said, "**wrong**", "FAIL", "h2 0, h3 6", "4.3", "not h2←h1", "none", "2 participants"]
    assert lines[2] == one
    assert lines[3][2:7] == ["nothing", "not at all", "**PASS**", "h2 0, h3 6", "4.3"]
    assert lines[3][8] == "all"
    assert lines[6][5:8] == ["–", "4.3", "–"]
    assert lines[-1] == ["netem", "not there"]
    assert "2 cases: wrong 1, not at all 1, PASS although a listener hears nothing 1." in text


def test_the_cases_are_as_many_as_they_are_said_to_be_and_each_has_a_name_of_its_own():
    assert len(FAULTS) >= 45 and len(PAIRS) == 10 and len(HEALTHY) == 20 and NOT_MADE
    names = [case.name for case in probe.ALL]
    assert len(set(names)) == len(names)
    assert all(case.signs == () and case.kind == "healthy" for case in HEALTHY)
    assert all(len(case.signs) == 2 and case.kind == "pair" for case in PAIRS)


def test_a_pair_of_faults_has_both_injected_and_needs_both_named():
    told = []
    one = Case("one", "1", told.append, (DEAF,))
    other = Case("other", "2", lambda net: told.append(f"other {net}"), (ANY,), parts=(), later=told.append, settle_s=2)
    pair = both(one, other)
    pair.inject("net")
    pair.later("net")
    assert told == ["net", "other net", "net"]
    assert (pair.name, pair.signs, pair.parts, pair.settle_s) == ("one + other", (DEAF, ANY), (), 2)


def test_cases_are_chosen_by_name_and_one_that_is_none_is_refused():
    assert [case.name for case in probe.chosen("cable fw-input-drop+cable")] == ["cable", "fw-input-drop + cable"]
    assert len(probe.chosen("")) == len(probe.ALL) > len(FAULTS) + len(PAIRS) + len(HEALTHY)
    with pytest.raises(ValueError, match="there is no case nonsense"):
        probe.chosen("cable nonsense")


@pytest.mark.parametrize("built", [True, False])
def test_a_case_is_left_out_and_told_where_its_participant_is_not_built(monkeypatch, built):
    monkeypatch.setattr(vendors, "is_built", lambda image: built or image != vendors.DUST)
    told = vendors.left_out([*vendors.VENDORS, *HEALTHY])
    assert set(told) == (set() if built else {case.name for case in vendors.VENDORS if "dust" in case.name})
    assert all("lab/dust" in why and "lab build participants" in why for why in told.values())


class FakeNet:
    def __init__(self, *_arguments):
        self.closed = False
        nets.append(self)

    def open(self):
        pass

    def close(self):
        self.closed = True


nets: list[FakeNet] = []


@pytest.mark.parametrize("error", [LabError("no"), AssertionError("never ready"), KeyboardInterrupt()])
def test_nothing_stays_of_a_case_that_fails(monkeypatch, tmp_path, error):
    def inject(_net):
        raise error

    nets.clear()
    monkeypatch.setattr(cases, "Net", FakeNet)
    arguments = (Case("bad", "an error", inject), 1, None, Path(tmp_path), threading.Event())
    if isinstance(error, KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            cases.measure(*arguments)
    else:
        failed = cases.measure(*arguments)
        assert (failed["outcome"], failed["error"]) == (judge.FAILED, f"{type(error).__name__}: {error}")
        assert "not measured" in markdown([failed], {})
    assert [net.closed for net in nets] == [True]


def test_a_case_that_the_machine_disturbed_is_measured_again(monkeypatch, tmp_path):
    full = {"targets": [{"errors": ["NIC eth0 cannot send to 239.255.0.1: No buffer space available. Look."]}]}
    outcomes = [[full], [full], [{"targets": [{"errors": []}]}]]

    def measured(_case, _net):
        cases._refuse_disturbed(outcomes.pop(0))
        return {"outcome": judge.NAMED}

    nets.clear()
    monkeypatch.setattr(cases, "Net", FakeNet)
    monkeypatch.setattr(cases, "_measured", measured)
    monkeypatch.setattr(cases, "AFTER_DISTURBANCE_S", 0)
    row = cases.measure(Case("good", "nothing"), 1, None, Path(tmp_path), threading.Event())
    assert (row["outcome"], outcomes, [net.closed for net in nets]) == (judge.NAMED, [], [True, True, True])


def test_evidence_is_judged_by_the_collection_and_pods_are_no_part_of_it():
    def result(own, heard):
        entry = {"first_heard_s": 0.1, "address": "10.77.0.9", "guid_prefix": heard}
        target = {**evidence.targets(["lan"], [0])[0], "guid_prefix": own, "address": "10.77.0.1", "errors": []}
        targets = [{**target, "address": f"10.77.0.{own}", "heard": [entry] if heard else []}]
        return {"began": "2026-11-21T07:00:00.000Z", "elapsed_s": 2.5, "targets": targets}

    on = {"h1": ("lan",), "h2": ("lan",)}
    fine = evidence.report({"h1": result("1", "2"), "h2": result("2", "1")}, on, [0], {})
    assert [each["code"] for each in evidence.findings(fine, [])] == ["no-listener"]
    deaf = evidence.report({"h1": result("1", ""), "h2": result("2", "1")}, on, [0], {})
    assert "one-way" in [each["code"] for each in evidence.findings(deaf, [])]
    lost = evidence.report({"h1": {"failed": True, "msg": "gone"}, "h2": result("2", "")}, on, [0], {})
    assert {"probe-failed", "nothing-compared"} <= {each["code"] for each in evidence.findings(lost, [])}


def test_the_programs_of_a_container_are_declared_as_a_workloads():
    on = {"h1": ["lan"]}
    inside = {"pod_uid": "", "container": "", "programs": ["listener (pid 1)"], "domain_ids": [0]}
    elsewhere = [{**inside, "nics": [], "default_route": False, "error": ""}]
    result = {
        "began": "2026-11-21T07:00:00.000Z",
        "elapsed_s": 2.5,
        "domain_id": 0,
        "targets": [],
        "elsewhere": elsewhere,
    }
    for containers, severity in (({"h4": "h1"}, "error"), ({}, "warning")):
        said = evidence.findings(evidence.report({"h1": result}, on, [0], containers), [])
        assert [each["severity"] for each in said if each["code"] == "program-elsewhere"] == [severity]


def test_what_is_said_of_a_declared_program_is_not_said_of_its_host_too():
    declared = finding("address-changed")
    said = [
        finding("address-changed", "warning"),
        finding("address-changed", "warning", hosts=["h3"]),
        finding("flood"),
    ]
    found = evidence.findings({"diagnoses": said}, [declared])
    assert found == [*said[1:], declared]


class Addresses:
    def address(self, host):
        return f"10.77.0.{host[1:]}"


@pytest.mark.parametrize(
    "name, asked",
    [
        ("peers-list", {"h1": ["2", "3"], "h2": ["1", "3"], "h3": ["1", "2"]}),
        ("discovery-server", {"h1": ["1"], "h2": ["1"]}),
        ("ds-wrong-port", {"h1": ["1"], "h2": ["1"]}),
        ("zenoh", {"h1": ["1"], "h2": ["1"]}),
        ("peers", {"h1": ["2"], "h2": ["1"]}),
    ],
)
def test_nodes_are_asked_by_the_way_that_is_declared(name, asked):
    (case,) = probe.chosen(name)
    assert set(case.on()) == set(asked) == set(cases._declared(case))
    wanted = cases._targets(case, Addresses(), case.on())
    kind = evidence.ASKED[case.way]
    for host, (target,) in wanted.items():
        assert target["multicast"] is False
        places = [(each["kind"], each["address"]) for each in target["ask"]]
        assert places == [(kind, f"10.77.0.{last}") for last in asked[host]]


def test_what_is_declared_for_multicast_are_all_nodes_but_those_that_are_told_of_others():
    assert cases._declared(probe.chosen("zenoh-vs-dds")[0]) == {"h1": 0, "h2": 0}
    assert "h4" not in cases._declared(probe.chosen("nat")[0])
    assert evidence.report({}, {"h1": ("lan",)}, (), {})["diagnoses"]


def test_what_is_said_of_a_declared_program_is_not_said_again_of_its_host():
    report = {"diagnoses": [finding("index-exhausted", "warning"), finding("index-exhausted", "warning", ("h3",))]}
    said = evidence.findings(report, [finding("index-exhausted")])
    assert [(each["severity"], each["hosts"]) for each in said] == [("warning", ["h3"]), ("error", ["h2"])]


def test_a_clone_announces_the_same_prefix_from_wherever_it_is():
    one, other = announcement("10.77.0.2"), announcement("10.77.0.3")
    assert one[:20] == other[:20] and one[20:] != other[20:]
