# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is printed of what there is too much of: some of it, and how much is left. The report and its page have all.

Private to this collection. Pure.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Mapping, Sequence

from .._and_list import short_list

MOST_LINES = 40  # of a list
MOST_ROWS = 20  # of what is not well in a table that is too wide
MOST_OF_A_KIND = 5  # findings of one code, among those with so many


def few(lines: Sequence[str], most: int = MOST_LINES) -> list[str]:
    """The first of them, and how many more there are."""
    if len(lines) <= most:
        return list(lines)
    return [*lines[: most - 1], f"  and {len(lines) - most + 1} more, which the report has"]


def few_of_each(findings: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], list[str]]:
    """(The first findings of each code, a line for each code of which there are more)."""
    shown: list[Mapping[str, Any]] = []
    counted: Counter[str] = Counter()
    for finding in findings:
        counted[finding["code"]] += 1
        if counted[finding["code"]] <= MOST_OF_A_KIND:
            shown.append(finding)
    more = {code: count - MOST_OF_A_KIND for code, count in counted.items() if count > MOST_OF_A_KIND}
    return shown, [f"  and {count} more of {code}, which the report has" for code, count in more.items()]


def as_list(states: Mapping[tuple[str, str], Mapping[str, Sequence[str]]], well: Sequence[str]) -> list[str]:
    """A table as lines: how many rows have nothing but signs that are `well`, and of the others what they have.

    `states`: {row: {sign: names of columns}}.
    """
    unwell = [
        f"  {label}  " + "  ".join(f"{sign} {short_list(names)}" for sign, names in signs.items() if sign not in well)
        for (label, _pod), signs in states.items()
        if not set(signs) <= {*well}
    ]
    return [
        f"  {len(states) - len(unwell)} of {len(states)} rows: nothing but {' or '.join(well)}",
        *few(unwell, MOST_ROWS),
    ]
