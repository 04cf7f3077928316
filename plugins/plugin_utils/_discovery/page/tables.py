# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was heard beside the probe, as tables: participants with a filter box, topics, samples.

Private to this collection. Pure.
"""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence

from ..table import UNICODE
from ..topics import asked_text, summed_up
from .markup import Markup, element, join

BOUND = 5_000  # rows of a table


def participants(report: Mapping[str, Any]) -> Markup:
    heads = ("name", "vendor", "host", "pod", "addresses", "LAN", "domain", "heard by")
    rows = [
        (
            each["name"] or each["guid_prefix"],
            each["vendor"],
            each["host"] or f"unknown, says {each['host_claimed'] or 'nothing'}",
            each["pod"] or "–",
            ", ".join(each["addresses"]),
            each["network"],
            str(each["heard_in_domain_id"]),
            _few(each["heard_by"]),
        )
        for each in report["participants"]
    ]
    return _filtered("participants", heads, rows) if rows else element("p", "Nobody was heard beside the probe itself.")


def topics(report: Mapping[str, Any]) -> Optional[Markup]:
    """Nothing where nobody looked at topics."""
    if "endpoints" not in report:
        return None
    rows = [
        (each.name, each.type, _few(each.writers), _few(each.readers), ", ".join(each.codes) or "–")
        for each in summed_up(report)
    ]
    heads = ("topic", "type", "written by", "read by", "does not match")
    left_out = report["endpoints_left_out"]
    return join(
        element("p", asked_text(report)),
        _filtered("topics", heads, rows) if rows else element("p", "No topic was heard of."),
        element("p", f"{left_out} more writers and readers are left out.") if left_out else "",
    )


def samples(report: Mapping[str, Any]) -> Markup:
    rows = [
        (
            f"{each['workload']} on {each['host']}",
            f"{UNICODE['heard']} heard" if each["heard"] else f"{UNICODE['deaf']} not heard",
            each["pattern"],
            each["line"] or "; ".join(each["log_end"]) or ("an empty log" if each["pod"] else "no pod"),
        )
        for each in report["samples"]
    ]
    heads = ("listener", "sample", "expected in its log", "its log says")
    return (
        _table("samples", heads, rows)
        if rows
        else element("p", "No workload declares by expect_log what it has to hear.")
    )


def _filtered(name: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    """A table with a box that a script shows."""
    box = element(
        "p",
        element("label", "Show only rows with: ", element("input", type="search", name=name)),
        " ",
        element("span", id=f"{name}-shown", aria_live="polite"),
        hidden=True,
    )
    return join(element("p", f"{len(rows)} in all."), box, _table(name, heads, rows))


def _table(name: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    body = [
        element("tr", element("th", row[0], scope="row"), [element("td", cell, class_="wide") for cell in row[1:]])
        for row in rows[:BOUND]
    ]
    table = element(
        "table",
        element("thead", element("tr", [element("th", head, scope="col") for head in heads])),
        element("tbody", body),
        id=name,
    )
    more = element("p", f"{len(rows) - BOUND} more are in discovery.json.") if len(rows) > BOUND else ""
    return join(element("div", table, class_="box", tabindex=0, role="group", aria_label=f"Table of {name}"), more)


def _few(names: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(names)) or ["–"]
    return ", ".join(distinct) if len(distinct) <= 3 else f"{', '.join(distinct[:2])} and {len(distinct) - 2} others"
