# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what was said names what was injected. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NAMED, PARTLY, WRONG, NOT_AT_ALL = "named", "partly", "wrong", "not at all"
QUIET, FALSE = "no error", "false error"
FAILED = "not measured"
UNPROVEN = ("nothing-compared", "no-lan", "endpoint-unproven")
LOUD = ("error", "warning")


@dataclass(frozen=True)
class Sign:
    """How a fault is to be named: by one of these codes (any, without), of these hosts, in a text with this pattern."""

    codes: tuple[str, ...] = ()
    says: str = ""
    hosts: tuple[str, ...] = ()

    def outcome(self, findings: Sequence[Mapping[str, Any]]) -> str | None:
        """NAMED, PARTLY for the right code without the right hosts or words, or None."""
        coded = [each for each in findings if not self.codes or each["code"] in self.codes]
        if any(self._is_named_by(each) for each in coded):
            return NAMED
        return PARTLY if self.codes and coded else None

    def _is_named_by(self, finding: Mapping[str, Any]) -> bool:
        text = f"{finding['message']} {finding['fix']}"
        return set(self.hosts) <= set(finding["hosts"]) and re.search(self.says, text, re.IGNORECASE) is not None


def judge(signs: Sequence[Sign], findings: Sequence[Mapping[str, Any]]) -> str:
    """What the findings are worth; without signs nothing is wrong, and no error may be said."""
    if not signs:
        return FALSE if any(each["severity"] == "error" for each in findings) else QUIET
    outcomes = [sign.outcome(findings) for sign in signs]
    if all(outcome == NAMED for outcome in outcomes):
        return NAMED
    if any(outcomes):
        return PARTLY
    return WRONG if any(each["severity"] in LOUD for each in findings) else NOT_AT_ALL


def verdict(findings: Sequence[Mapping[str, Any]]) -> str:
    """PASS, UNKNOWN or FAIL, as `verify` would end by these findings."""
    if any(each["severity"] == "error" for each in findings):
        return "FAIL"
    return "UNKNOWN" if any(each["code"] in UNPROVEN for each in findings) else "PASS"


def passes_wrongly(row: Mapping[str, Any]) -> bool:
    """Whether the verdict is a pass although a listener got no sample."""
    return row["verdict"] == "PASS" and any(count == 0 for count in row["samples"].values())


def counts(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many rows there are of each outcome, and how many pass wrongly."""
    found: dict[str, int] = {}
    for row in rows:
        found[row["outcome"]] = found.get(row["outcome"], 0) + 1
    wrongly = sum(passes_wrongly(row) for row in rows)
    return {**found, **({"PASS although a listener hears nothing": wrongly} if wrongly else {})}
