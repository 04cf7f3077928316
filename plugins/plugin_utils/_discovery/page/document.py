# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as one page for a browser, reports/discovery.html: verdict, what is wrong, who hears whom, who is there.

Private to this collection. Pure. It asks nothing of anybody: style and script are in it, and its policy forbids the rest.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Iterator, Mapping

from ....module_utils._finding import ERROR
from ..table import UNICODE, verdict_text
from .findings import findings
from .graph import graph
from .markup import Markup, element, join
from .matrix import matrix
from .style import SCRIPT, STYLE, policy
from .tables import participants, samples, topics

COLOURS = {"pass": "good", "fail": "bad", "unknown": "warn"}
MEANINGS = {
    "pass": "All that had to find each other did, on every LAN that was compared.",
    "fail": "Somebody does not find somebody, or could not be probed. What, where, and what to do: below, errors first.",
    "unknown": "Nothing is known to be wrong, but not all was compared, so nothing is proven.",
}
TERMS = (
    "A pair is one host or pod that listens on a LAN for another; each direction is a pair of its own. "
    "A listener is a workload that has to show in its log, as its sample, that a message of ROS arrived."
)
FEW = 12  # hosts that are named at once


def page(report: Mapping[str, Any]) -> str:
    """`report`: the content of discovery.json."""
    sections = list(_sections(report))
    title = f"{report['verdict'].upper()}: ROS 2 discovery"
    return "<!DOCTYPE html>\n" + element(
        "html",
        element("head", _head(title), Markup(f"<style>{STYLE}</style>")),
        element(
            "body",
            element("header", _verdict(report), _contents(sections)),
            element("main", [element("section", element("h2", name), body, id=_id(name)) for name, body in sections]),
            Markup(f"<script>{SCRIPT}</script>"),
        ),
        lang="en",
    )


def _head(title: str) -> Markup:
    return join(
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy()),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
    )


def _sections(report: Mapping[str, Any]) -> Iterator[tuple[str, Markup]]:
    yield "What is wrong", findings(report)
    yield "Who hears whom", matrix(report)
    yield "Hosts and LANs", graph(report)
    yield "Participants", participants(report)
    heard = topics(report)
    if heard is not None:
        yield "Topics", heard
    yield "Samples", samples(report)


def _id(name: str) -> str:
    return "s-" + name.lower().replace(" ", "-")


def _contents(sections: list[tuple[str, Markup]]) -> Markup:
    links = [element("li", element("a", name, href=f"#{_id(name)}")) for name, _body in sections]
    return element("nav", element("ul", links), aria_label="Sections")


def _verdict(report: Mapping[str, Any]) -> Markup:
    return element(
        "div",
        element("p", "rosfleet.cluster.verify: who finds whom over DDS, as probed on the wire", class_="quiet"),
        element("h1", verdict_text(report, UNICODE)),
        element("p", MEANINGS[report["verdict"]]),
        element("details", element("summary", "What is a pair, and a listener?"), element("p", TERMS)),
        element("p", _when(report)),
        _named("Hosts probed", report["hosts"]),
        _named("No error names", _unblamed(report)),
        _named("Absent", report["absent"]),
        _named("Left out of this run", report["not_asked"]),
        class_=f"verdict {COLOURS[report['verdict']]}",
    )


def _unblamed(report: Mapping[str, Any]) -> list[str]:
    """The hosts that no error names, where errors name some."""
    blamed = {host for each in report["diagnoses"] if each["severity"] == ERROR for host in each["hosts"]}
    return [host for host in report["hosts"] if host not in blamed] if blamed else []


def _when(report: Mapping[str, Any]) -> str:
    if not report["started"]:
        return "No probe ran."
    began = datetime.fromisoformat(report["started"]).astimezone(timezone.utc)
    domains = ", ".join(map(str, report["domain_ids"]))
    return (
        f"Probed on {began:%Y-%m-%d at %H:%M:%S} UTC, for {report['elapsed_s']:.1f} s, in DDS "
        f"domain{'s' if len(report['domain_ids']) > 1 else ''} {domains}."
    )


def _named(title: str, hosts: list[str]) -> Markup:
    if not hosts:
        return Markup()
    names = ", ".join(hosts)
    if len(hosts) <= FEW:
        return element("p", f"{title}: {names}.")
    return element("details", element("summary", f"{title}: {len(hosts)}"), element("p", names))
