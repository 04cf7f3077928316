# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the benchmark as the tables that people read. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lab.bench.probing import judge
from lab.bench.report import table

HEADS = [
    "case",
    "injected",
    "said",
    "outcome",
    "verdict",
    "samples",
    "seconds",
    "`ros2 multicast`",
    "ping",
    "`cyclonedds ps`",
]
TITLES = {"fault": "One fault at a time", "pair": "Two faults at once", "healthy": "Healthy topologies"}


def markdown(rows: Sequence[Mapping[str, Any]], not_made: Mapping[str, str]) -> str:
    """A table for each kind of case with its counts before it, and what could not be made."""
    parts = []
    for kind, title in TITLES.items():
        those = [row for row in rows if row["kind"] == kind]
        if those:
            summary = ", ".join(f"{name} {count}" for name, count in judge.counts(those).items())
            parts.append(
                f"### {title}\n\n{len(those)} cases: {summary}.\n\n{table(HEADS, [_cells(row) for row in those])}"
            )
    missing = table(["not made", "why"], [list(each) for each in not_made.items()])
    return "\n\n".join([*parts, f"### Not made\n\n{missing}"])


def _cells(row: Mapping[str, Any]) -> list[str]:
    return [
        row["case"],
        row["what"].replace("|", "\\|"),
        ", ".join(_said(row["said"])) or "nothing",
        f"**{row['outcome']}**" if row["outcome"] in (judge.WRONG, judge.FALSE) else row["outcome"],
        f"**{row['verdict']}**" if judge.passes_wrongly(row) else row["verdict"],
        ", ".join(f"{host} {count}" for host, count in row["samples"].items()) or "–",
        f"{row['elapsed_s']:.1f}",
        _pairs(row["multicast"]),
        _pairs(row["ping"]),
        row["ps"].replace("|", "\\|"),
    ]


def _said(codes: Sequence[str]) -> list[str]:
    """Each code once, with how often it was said."""
    return [f"{codes.count(code)} × {code}" if codes.count(code) > 1 else code for code in dict.fromkeys(codes)]


def _pairs(heard: Mapping[str, Sequence[str]]) -> str:
    """Who does not hear whom, of all ordered pairs of hosts."""
    missing = [f"{host}←{other}" for host in heard for other in heard if other != host and other not in heard[host]]
    if not heard:
        return "–"
    if not missing:
        return "all"
    return (
        "none"
        if len(missing) == len(heard) * (len(heard) - 1)
        else f"not {' '.join(missing[:4])}" + " …" * (len(missing) > 4)
    )
