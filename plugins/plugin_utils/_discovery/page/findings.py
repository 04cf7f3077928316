# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong, errors first: what, on which hosts and NICs, and what to do.

Private to this collection. Pure.
"""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from ....module_utils._finding import ERROR, INFO, WARNING
from .markup import Markup, element, with_code

BOUND = 300
# Class, sign and word of each severity, in the order in which they are shown.
SEVERITIES = {ERROR: ("bad", "✗", "Error"), WARNING: ("warn", "!", "Warning"), INFO: ("quiet", "i", "Note")}


def findings(report: Mapping[str, Any]) -> Markup:
    order = list(SEVERITIES)
    found = sorted(report["diagnoses"], key=lambda each: order.index(each["severity"]))
    if not found:
        return element("p", "Nothing was found to be wrong.")
    counts = (sum(each["severity"] == severity for each in found) for severity in order)
    said = ", ".join(
        f"{count} {word.lower()}{'s' * (count > 1)}"
        for count, (_colour, _sign, word) in zip(counts, SEVERITIES.values())
        if count
    )
    return element(
        "div",
        element("p", said, ", errors first." if found[0]["severity"] != found[-1]["severity"] else "."),
        [_shown(each) for each in found[:BOUND]],
        element("p", f"{len(found) - BOUND} more are in discovery.json.") if len(found) > BOUND else "",
    )


def _shown(each: Mapping[str, Any]) -> Markup:
    colour, sign, word = SEVERITIES[each["severity"]]
    about = {
        "Fix": each["fix"],
        "Hosts": ", ".join(each["hosts"]),
        "NIC": ", ".join(_nics(each["evidence"])),
        "LAN": each["network"],
    }
    evidence = [line for key, value in each["evidence"].items() for line in _lines(key, value)]
    return element(
        "div",
        element("h3", f"{sign} {word}: ", with_code(each["message"])),
        element(
            "dl", [[element("dt", name), element("dd", with_code(value))] for name, value in about.items() if value]
        ),
        element(
            "details",
            element("summary", "Evidence, and its code ", element("code", each["code"])),
            element("ul", [element("li", line) for line in evidence])
            if evidence
            else element("p", "No more than said above."),
        ),
        class_=f"finding {colour}",
    )


def _nics(evidence: Mapping[str, Any]) -> list[str]:
    of_each = [f"{nic} of {owner}" for owner, nic in (evidence.get("nics") or {}).items()]
    return of_each or [evidence["nic"]] if of_each or evidence.get("nic") else []


def _lines(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = [f"{name} {each}" for name, each in value.items()]
    if isinstance(value, (list, tuple)):
        yield from (f"{key}: {each}" for each in value)
    elif value not in (None, ""):
        yield f"{key}: {value}"
