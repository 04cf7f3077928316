# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report for people: who hears whom as a table in a terminal, then what is wrong.

Private to this collection. Pure.
"""

from __future__ import annotations

import textwrap
from typing import Any, Mapping, Sequence

from .._and_list import and_list, short_list
from .._ros_discovery import MULTICAST, PEERS, SERVER, ZENOH
from .diagnoses import NO_LAN, NOT_COMPARED, SCOPES
from .few import as_list, few, few_of_each
from .pods import CLUSTER_NETWORK
from .topics import asked_text, summed_up

WIDTH = 100
MOST_TOPICS = 20
PARTLY = "heard, but not all sizes of unicast"
UNICODE = {"heard": "✓", "partly": "!", "deaf": "✗", "self": "·", "unknown": "?", "silent": "–"}
ASCII = {"heard": "+", "partly": "!", "deaf": "X", "self": ".", "unknown": "?", "silent": "-"}
# Whom one asks who does not find others by multicast.
WAYS = {PEERS: "peers", SERVER: "discovery servers", ZENOH: "Zenoh routers"}
MARKS = {"error": "ERROR", "warning": "WARNING", "info": "note"}


def table_lines(report: Mapping[str, Any], ascii_only: bool = False) -> list[str]:
    """Lines of at most WIDTH columns, where names allow it."""
    signs = ASCII if ascii_only else UNICODE
    blocks = [
        [table_title(*place, signs), *_grid(rows, place[0], signs), *_key(rows, place[0], signs)]
        for place, rows in tables_of(report["matrix"]).items()
    ]
    shown, more = few_of_each(report["diagnoses"])
    blocks += [
        _participants(report),
        _topics(report, signs),
        _samples(report, signs),
        *map(_diagnosis, shown),
        more,
    ]
    blocks.append([_verdict(report, signs)])
    lines = [line for block in blocks if block for line in (*block, "")]
    return lines[:-1]


def line_severity(line: str) -> str:
    """What a line of the table is about, for its colour: "error", "warning", "pass" or nothing in particular."""
    starts = {f"{MARKS['error']} ": "error", f"{MARKS['warning']} ": "warning"}
    for signs in (UNICODE, ASCII):
        starts.update(
            {
                f"{signs['heard']} PASS": "pass",
                f"{signs['deaf']} FAIL": "error",
                f"{signs['unknown']} UNKNOWN": "warning",
            }
        )
    return next((severity for start, severity in starts.items() if line.startswith(start)), "")


def tables_of(matrix: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str, int, str], list[Mapping[str, Any]]]:
    """Rows of the matrix by network, scope, domain and way: each is one table."""
    tables: dict[tuple[str, str, int, str], list[Mapping[str, Any]]] = {}
    for row in matrix:
        tables.setdefault((row["network"], row["scope"], row["domain_id"], row["way"]), []).append(row)
    return tables


def table_title(network: str, scope: str, domain_id: int, way: str, signs: Mapping[str, str]) -> str:
    if way in WAYS:
        return (
            f"{network}, {SCOPES[scope]}: each row is answered by the {WAYS[way]} in the columns (domain {domain_id})"
        )
    if network == CLUSTER_NETWORK:
        return f"{network}, {SCOPES[scope]} (negative control: {signs['silent']} between hosts is right)"
    return f"{network}, {SCOPES[scope]}: each row hears the columns (domain {domain_id})"


def _grid(rows: Sequence[Mapping[str, Any]], network: str, signs: Mapping[str, str]) -> list[str]:
    probes = list(dict.fromkeys((row["from_label"], row["from_pod"]) for row in rows))
    others = list(dict.fromkeys((row["to_label"], row["to_pod"]) for row in rows))
    # Who hears all others is in the columns as in the rows.
    columns = probes if sorted(others) == sorted(probes) else others
    cells = {
        (row["from_label"], row["from_pod"], row["to_label"], row["to_pod"]): signs[row_state(row, network)]
        for row in rows
    }
    names = [label for label, unused in probes]
    heads = [label for label, unused in columns]
    key = []
    if sum(len(head) + 2 for head in heads) + max(map(len, names)) > WIDTH:
        numbers = [str(number) for number in range(1, len(heads) + 1)]
        numbered = [f"{number} {head}" for number, head in zip(numbers, heads)]
        if columns == probes:
            names = numbered
        else:
            key = ["  " + each for each in numbered]
        heads = numbers
    left = max(map(len, names))
    if sum(len(head) + 2 for head in heads) + left > WIDTH:
        well = ["heard", "silent"] if network == CLUSTER_NETWORK else ["heard"]
        return as_list(_states(rows, network, signs), [signs[each] for each in well])
    lines = [*key, "  " + " " * left + "".join("  " + head for head in heads)]
    for name, probe in zip(names, probes):
        signs_in_row = (cells.get((*probe, *other), signs["self"]) for other in columns)
        lines.append(
            "  " + name.ljust(left) + "".join("  " + sign.center(len(h)) for sign, h in zip(signs_in_row, heads))
        )
    return [line.rstrip() for line in lines]


def _key(rows: Sequence[Mapping[str, Any]], network: str, signs: Mapping[str, str]) -> list[str]:
    there = any(row_state(row, network) == "partly" for row in rows)
    return [f"  {signs['partly']} {PARTLY}"] if there else []


def _states(
    rows: Sequence[Mapping[str, Any]], network: str, signs: Mapping[str, str]
) -> dict[tuple[str, str], dict[str, list[str]]]:
    """{(label, pod): {sign: labels of the columns with it}}"""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for row in rows:
        of_row = found.setdefault((row["from_label"], row["from_pod"]), {})
        of_row.setdefault(signs[row_state(row, network)], []).append(row["to_label"])
    return found


def row_state(row: Mapping[str, Any], network: str) -> str:
    """What a row of the matrix shows: a key of UNICODE."""
    if row["heard"]:
        return "heard" if _carries_all(row) else "partly"
    if not row["probed"]:
        return "unknown"
    return "silent" if network == CLUSTER_NETWORK else "deaf"


def _carries_all(row: Mapping[str, Any]) -> bool:
    """Whether unicast of each size that was tried arrives."""
    return all(arrived for arrived, _sent in (row.get("unicast") or {}).values())


def _participants(report: Mapping[str, Any]) -> list[str]:
    lines = []
    for each in report["participants"]:
        where = each["pod"] or each["host"] or f"unknown place, says host {each['host_claimed'] or '?'}"
        lines.append(f"  {each['vendor']} at {', '.join(each['addresses'])} on {each['network']}: {where}")
    return ["DDS participants found", *few(lines)] if lines else []


def _topics(report: Mapping[str, Any], signs: Mapping[str, str]) -> list[str]:
    """Those that somebody writes or reads on purpose; of many, those that do not match come first."""
    if "endpoints" not in report:
        return []
    those = [each for each in summed_up(report) if each.codes or not each.of_every_node]
    lines = [
        f"  {signs['deaf' if each.codes else 'heard']} {each.name} ({each.type}): "
        f"{_ends(each.writers)} -> {_ends(each.readers)}{''.join(f', {code}' for code in each.codes)}"
        for each in those[:MOST_TOPICS]
    ]
    lines += [f"  and {len(those) - MOST_TOPICS} more, in discovery.json"] if len(those) > MOST_TOPICS else []
    return [f"Topics: {asked_text(report)}", *lines]


def _ends(labels: Sequence[str]) -> str:
    return short_list(list(dict.fromkeys(labels))) if labels else "nobody"


def _samples(report: Mapping[str, Any], signs: Mapping[str, str]) -> list[str]:
    lines = [
        f"  {signs['heard' if each['heard'] else 'deaf']} {each['workload']} on {each['host']}: "
        f"{each['line'] or 'nothing that matches ' + each['pattern']}"
        for each in sorted(report["samples"], key=lambda sample: sample["heard"])
    ]
    return ["ROS samples heard", *few(lines)] if lines else []


def _diagnosis(each: Mapping[str, Any]) -> list[str]:
    lines = textwrap.wrap(f"{MARKS[each['severity']]} {each['code']}: {each['message']}", WIDTH, subsequent_indent="  ")
    for value in each["evidence"].values():
        if isinstance(value, list):
            lines += few([f"    | {line}" for line in value])
    return [*lines, *textwrap.wrap(f"Fix: {each['fix']}", WIDTH, initial_indent="  ", subsequent_indent="  ")]


def verdict_text(report: Mapping[str, Any], signs: Mapping[str, str]) -> str:
    """The verdict in one line, by sign, word and numbers."""
    sign = signs[{"pass": "heard", "fail": "deaf", "unknown": "unknown"}[report["verdict"]]]
    parts = (_pairs(report), _paths(report), _not_compared(report), _listeners(report))
    return f"{sign} {report['verdict'].upper()}: {', '.join(filter(None, parts))}"


def _verdict(report: Mapping[str, Any], signs: Mapping[str, str]) -> str:
    text = verdict_text(report, signs)
    for title, hosts in (("absent", report["absent"]), ("not in this run", report["not_asked"])):
        text += f"; {title}: {', '.join(hosts)}" if hosts else ""
    return text


def _pairs(report: Mapping[str, Any]) -> str:
    counts = []
    for way, said in {MULTICAST: "pairs heard", **{way: f"{whom} answered" for way, whom in WAYS.items()}}.items():
        required = [row for row in report["matrix"] if row["network"] != CLUSTER_NETWORK and row["way"] == way]
        if required:
            counts.append(f"{sum(row['heard'] for row in required)} of {len(required)} {said}")
    return ", ".join(counts)


def _paths(report: Mapping[str, Any]) -> str:
    """Once for each two NICs, whatever the domains."""
    tried = {
        tuple(row[key] for key in ("network", "scope", "from", "from_pod", "to", "to_pod")): _carries_all(row)
        for row in report["matrix"]
        if row.get("unicast")
    }
    return f"{sum(tried.values())} of {len(tried)} unicast paths carry all sizes" if tried else ""


def _not_compared(report: Mapping[str, Any]) -> str:
    scopes: dict[str, list[str]] = {}
    for each in report["diagnoses"]:
        if each["code"] == NO_LAN:
            return "nothing compared, as no LAN is declared"
        if each["code"] == NOT_COMPARED:
            scopes.setdefault(each["network"], []).append(SCOPES[each["evidence"]["scope"]])
    lans = [f"{network} ({', '.join(names)})" for network, names in scopes.items()]
    return f"no hosts compared on {and_list(lans)}" if lans else ""


def _listeners(report: Mapping[str, Any]) -> str:
    samples = report["samples"]
    if not samples:
        return "no listener expected"
    return f"{sum(each['heard'] for each in samples)} of {len(samples)} listeners have their sample"
