# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who hears whom: a table for each network, scope, domain and way, whose cells open their evidence.

Private to this collection. Pure.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Iterator, Mapping, Sequence

from ..._and_list import short_list
from ..pods import CLUSTER_NETWORK
from ..table import PARTLY, UNICODE, WAYS, row_state, table_title, tables_of
from .markup import Markup, element, join

# Cells of one table, and of all tables, that a browser still shows quickly; what is beyond is summed up row by row.
TABLE_CELLS, PAGE_CELLS = 12_000, 45_000
# Up to here a table is open at once, its columns have names, and a cell says all that is known.
SMALL = 400
NAMED_COLUMNS = 6

COLOURS = {"heard": "good", "partly": "warn", "deaf": "bad", "unknown": "warn", "silent": "quiet", "self": "quiet"}
WORDS = {
    **{"heard": "heard", "partly": PARTLY, "deaf": "not heard", "unknown": "not probed"},
    "silent": "not heard, which is right here",
}
ANSWERS = {**WORDS, "heard": "answered", "deaf": "no answer"}
KEY = (
    f"✓ heard or answered, ! {PARTLY}, ✗ not, ? could not be probed, – not heard and not to be, · itself, or nobody "
    "to be asked. Choose a sign to see its evidence."
)
Probe = tuple[str, str]  # label and pod


def matrix(report: Mapping[str, Any]) -> Markup:
    tables = tables_of(report["matrix"])
    if not tables:
        return element("p", "Nothing was compared.")
    left, made = PAGE_CELLS, []
    for number, (place, rows) in enumerate(tables.items(), 1):
        fits = len(rows) <= min(TABLE_CELLS, left)
        left -= len(rows) if fits else 0
        made.append(_table(f"matrix-{number}", place, rows, fits))
    return join(element("p", KEY, class_="quiet"), made)


def _table(name: str, place: tuple[str, str, int, str], rows: Sequence[Mapping[str, Any]], fits: bool) -> Markup:
    network, _scope, _domain, way = place
    states = Counter(row_state(row, network) for row in rows)
    words = ANSWERS if way in WAYS else WORDS
    counts = ", ".join(f"{UNICODE[state]} {states[state]} {word}" for state, word in words.items() if states[state])
    control = network == CLUSTER_NETWORK
    wrong = bool(states["partly"] or states["deaf"] or states["unknown"] or control and states["heard"])
    # Past the many stops that a big table has for who goes by the Tab key.
    skip = element("a", "Skip this table", href=f"#{name}-end") if fits and len(rows) > SMALL else ""
    box = element(
        "div",
        _grid(rows, network, words) if fits else _summed_up(rows, network),
        class_="box",
        tabindex=0,
        role="group",
        aria_labelledby=name,
    )
    return element(
        "details",
        element("summary", element("h3", table_title(*place, UNICODE), id=name), element("br"), counts),
        skip,
        box,
        element("span", id=f"{name}-end") if skip else "",
        class_="table matrix",
        open=wrong or not control and len(rows) <= SMALL,
    )


def _grid(rows: Sequence[Mapping[str, Any]], network: str, words: Mapping[str, str]) -> Markup:
    probes = list(dict.fromkeys((row["from_label"], row["from_pod"]) for row in rows))
    others = list(dict.fromkeys((row["to_label"], row["to_pod"]) for row in rows))
    same = sorted(probes) == sorted(others)
    columns = probes if same else others
    cells = {
        (row["from_label"], row["from_pod"], row["to_label"], row["to_pod"]): _cell(
            row, network, words, len(rows) <= SMALL
        )
        for row in rows
    }
    numbered = len(columns) > NAMED_COLUMNS
    heads = [(str(number), label) if numbered else (label, "") for number, (label, _pod) in enumerate(columns, 1)]
    names = [f"{number} {label}" if numbered and same else label for number, (label, _pod) in enumerate(probes, 1)]
    itself, nobody = (element("td", "·", class_="quiet", aria_label=word) for word in ("itself", "not asked"))
    table = element(
        "table",
        element(
            "thead",
            element(
                "tr",
                element("th", "who ↓ whom →", scope="col"),
                [element("th", head, scope="col", title=label or None) for head, label in heads],
            ),
        ),
        element(
            "tbody",
            [
                element(
                    "tr",
                    element("th", name, scope="row"),
                    [cells.get((*probe, *other), itself if probe == other else nobody) for other in columns],
                )
                for name, probe in zip(names, probes)
            ],
        ),
    )
    if not numbered or same:
        return table
    return join(
        element("p", "Columns: ", ", ".join(f"{number} {label}" for number, label in heads), class_="quiet"), table
    )


def _cell(row: Mapping[str, Any], network: str, words: Mapping[str, str], whole: bool) -> Markup:
    """`whole`: whether it says all that is known even where nothing is wrong."""
    state = row_state(row, network)
    lost = any(arrived < sent for arrived, sent in (row.get("unicast") or {}).values())
    short = state in ("heard", "silent") and not (whole or lost)
    lines = [_time(row, words[state])] if short else _evidence(row, words[state])
    return element(
        "td",
        element(
            "details",
            element("summary", UNICODE[state], aria_label=words[state]),
            [element("p", line) for line in lines],
        ),
        class_=COLOURS[state],
    )


def _time(row: Mapping[str, Any], word: str) -> str:
    after = f" after {row['first_heard_s']:.3g} s" if row.get("first_heard_s") is not None else ""
    return f"{row['from_label']} → {row['to_label']}: {word}{after}"


def _evidence(row: Mapping[str, Any], word: str) -> Iterator[str]:
    """All that a row says. What it may have beside: `to_address` and `error` of one who was asked, `unicast` of a pair."""
    yield _time(row, word)
    yield f"by {row['way']}"
    if row.get("to_address"):
        yield f"address {row['to_address']}"
    if row.get("error"):
        yield f"error: {row['error']}"
    for size, (arrived, sent) in (row.get("unicast") or {}).items():
        yield f"unicast of {size} bytes: {arrived} of {sent} arrived"
    if row["from_pod"] or row["to_pod"]:
        yield f"pods {row['from_pod'] or '–'} → {row['to_pod'] or '–'}"


def _summed_up(rows: Sequence[Mapping[str, Any]], network: str) -> Markup:
    """One line for each who hears, where the whole table would be too big for a page."""
    by_probe: dict[Probe, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_probe.setdefault((row["from_label"], row["from_pod"]), []).append(row)
    return element(
        "table",
        element("thead", element("tr", [element("th", head, scope="col") for head in ("who", "hears", "not heard")])),
        element("tbody", [_sum(label, of_one, network) for (label, _pod), of_one in by_probe.items()]),
    )


def _sum(label: str, rows: Sequence[Mapping[str, Any]], network: str) -> Markup:
    states = [row_state(row, network) for row in rows]
    deaf = [row["to_label"] for row, state in zip(rows, states) if state in ("deaf", "unknown")]
    state = "deaf" if deaf else "partly" if "partly" in states else states[0]
    return element(
        "tr",
        element("th", label, scope="row"),
        element("td", f"{UNICODE[state]} {sum(row['heard'] for row in rows)} of {len(rows)}", class_=COLOURS[state]),
        element("td", short_list(deaf) if deaf else "–", class_="wide"),
    )
