# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Topics in the report: all that is found about them, what it says of them, and the same summed up by topic for people.

Private to this collection. Pure.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Mapping, Sequence

from ...module_utils._finding import ERROR, INFO, WARNING, Finding
from .._workloads import domain_id_of
from . import endpoint_findings, expectations, tag_findings
from .endpoints import COMPLETE, NOT_ASKED, PARTLY, READER, WRITER, Graph
from .topic_names import is_of_every_node

SEVERITIES = {  # of each code, at its worst
    endpoint_findings.QOS: ERROR,
    endpoint_findings.TYPE: ERROR,
    endpoint_findings.TOPIC: ERROR,
    tag_findings.TAG: ERROR,
    expectations.MISSING: ERROR,
    expectations.UNPUBLISHED: ERROR,
    expectations.UNPROVEN: WARNING,
    expectations.UNASKED: INFO,
}
MOST_TOLD = 50
# Those that tell a topic that is there.
CODES = (endpoint_findings.QOS, endpoint_findings.TYPE, endpoint_findings.TOPIC, expectations.UNPUBLISHED)


def findings(
    graph: Graph,
    wanted: Sequence[expectations.Expected],
    workloads: Sequence[Mapping[str, Any]],
    looked_at: expectations.Looked,
) -> list[Finding]:
    """All that is wrong with topics. `wanted`: what is declared of them."""
    declared = {each.declared for each in wanted}
    told = [*endpoint_findings.of_matching(graph), *endpoint_findings.of_names(graph, declared)]
    domains: dict[str, set[int]] = {}
    for workload in workloads:
        for host in workload.get("hosts") or ():
            domains.setdefault(host, set()).add(domain_id_of(workload) or 0)
    return [
        *_bounded([each.finding for each in told]),
        *tag_findings.of_tags(graph, domains),
        *expectations.of_expected(wanted, graph, told, looked_at),
        *expectations.of_unasked(graph, looked_at.asked),
    ]


def _bounded(found: Sequence[Finding]) -> list[Finding]:
    """Errors first, and of many the number of the rest."""
    ranked = sorted(found, key=lambda each: each.severity != ERROR)
    shown, rest = ranked[:MOST_TOLD], ranked[MOST_TOLD:]
    if rest:
        message = f"{len(rest)} more topics have publishers and subscriptions that do not match."
        more = {"severity": rest[0].severity, "evidence": {"topics": sorted({each.evidence["topic"] for each in rest})}}
        shown.append(Finding(rest[0].code, message, "Mend those that are told first.", **more))
    return shown


def fields(graph: Graph) -> dict[str, Any]:
    """What the report has of them."""
    rows = graph.rows()
    counts = Counter(each.asked for each in graph.speakers)
    return {
        "endpoints": rows,
        "endpoints_left_out": len(graph.endpoints) - len(rows),
        "endpoints_asked": {"complete": counts[COMPLETE], "partly": counts[PARTLY], "not_asked": counts[NOT_ASKED]},
    }


@dataclass
class Topic:
    """One topic of one type, for people."""

    topic: str
    type: str
    name: str
    writers: list[str] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    written_on: set[str] = field(default_factory=set)  # the hosts, "" where none is known
    read_on: set[str] = field(default_factory=set)
    codes: list[str] = field(default_factory=list)  # of what does not match

    @property
    def of_every_node(self) -> bool:
        return is_of_every_node(self.topic)


def summed_up(report: Mapping[str, Any]) -> list[Topic]:
    """The topics of a report: those that do not match first, what every node has last."""
    found: dict[tuple[str, str], Topic] = {}
    for each in report.get("endpoints", ()):
        one = found.setdefault((each["topic"], each["type"]), Topic(each["topic"], each["ros_type"], each["name"]))
        names, hosts = {WRITER: (one.writers, one.written_on), READER: (one.readers, one.read_on)}[each["kind"]]
        names.append(each["label"])
        hosts.add(each["host"] or "")
    wrong: dict[str, list[str]] = {}
    for each in report["diagnoses"]:
        if each["code"] in CODES:
            evidence = each["evidence"]
            for topic in (evidence.get("topic"), evidence.get("almost"), *evidence.get("topics", ())):
                wrong.setdefault(topic, []).append(each["code"])
    for one in found.values():
        one.codes = list(dict.fromkeys(wrong.get(one.topic, ())))
    return sorted(found.values(), key=lambda one: (not one.codes, one.of_every_node, one.name, one.type))


def asked_text(report: Mapping[str, Any]) -> str:
    """Of how many participants the topics are known."""
    counts = report["endpoints_asked"]
    if not any(counts.values()):
        return "No participant was there to be asked for its topics."
    said = f"{counts['complete']} of {sum(counts.values())} participants have told what they write and read"
    partly = f", {counts['partly']} not all of it" if counts["partly"] else ""
    unasked = f"; not asked: {counts['not_asked']}, so what these have is not known" if counts["not_asked"] else ""
    return f"{said}{partly}{unasked}."
