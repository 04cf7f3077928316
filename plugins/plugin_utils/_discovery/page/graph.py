# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts as boxes with their participants inside, hung on their LANs, which are lines: as a drawing, and as a list.

Private to this collection. Pure. The layout is the same for the same report.
"""

from __future__ import annotations

from typing import Any, Iterator, Mapping, Sequence

from ..._and_list import and_list
from .markup import Markup, element, join
from .places import Place, lans, places

MOST_HOSTS, MOST_LANS = 30, 8  # of a drawing; beyond, the list alone is shown
MOST_PARTICIPANTS, MOST_TOPICS = 6, 6  # in a box
MOST_LISTED = 50  # participants of a host, and topics, in the list
LINE, PAD, GAP, TOP, STEP, STUB, BOX = 19, 10, 16, 30, 30, 38, 305
CHARACTERS = 40  # of a line in a box


def graph(report: Mapping[str, Any]) -> Markup:
    there = places(report)
    names = lans(there)
    if not there:
        return element("p", "No host was there.")
    listed = element("ul", [_item(place) for place in there])
    if len(there) > MOST_HOSTS or len(names) > MOST_LANS:
        return join(
            element(
                "p",
                f"{len(there)} hosts on {len(names)} LANs are too many to be drawn; this is the list.",
                class_="quiet",
            ),
            element("details", element("summary", "Hosts, their LANs and their participants"), listed),
        )
    return join(
        element(
            "p",
            "Lines on the left are LANs; where a host hangs on one stands how many pairs with it were heard or answered.",
            class_="quiet",
        ),
        element(
            "div",
            _drawing(there, names),
            class_="box",
            tabindex=0,
            role="group",
            aria_label="Drawing of hosts and LANs",
        ),
        element("details", element("summary", "The same as a list"), listed),
    )


def _item(place: Place) -> Markup:
    """A host in the list."""
    more = len(place.participants) - MOST_LISTED
    inside = [f"{name} ({what})" for name, what in place.participants[:MOST_LISTED]]
    inside += [f"{more} more, in the table of participants"] if more > 0 else []
    inside += [line if matches else f"✗ {line}" for line, matches in place.topics[:MOST_LISTED]]
    more = len(place.topics) - MOST_LISTED
    inside += [f"{more} more, in the table of topics"] if more > 0 else []
    return element(
        "li",
        element("strong", place.name),
        "".join(f"; {lan}: {_state(*pairs)[2]}" for lan, pairs in place.lans.items()),
        "; absent" if place.absent else "",
        element("ul", [element("li", line) for line in inside]) if inside else "",
    )


def _state(heard: int, pairs: int) -> tuple[str, str, str]:
    """Class, sign and words of how a host hangs on a LAN."""
    if not pairs:
        return "quiet", "?", "not compared"
    if heard == pairs:
        return "good", "✓", f"{heard} of {pairs} with it heard"
    return "bad", "✗", f"{heard} of {pairs} with it heard"


def _drawing(there: Sequence[Place], names: Sequence[str]) -> Markup:
    across = {lan: PAD + STEP * number for number, lan in enumerate(names)}
    left = PAD + STEP * max(len(names) - 1, 0) + STUB
    head = TOP + LINE * len(names)
    boxes, y = [], head
    for place in there:
        lines = list(_lines(place))
        boxes += _box(place, lines, left, y, across)
        y += _height(lines) + GAP
    bottom, width = y, left + BOX + PAD
    return element(
        "svg",
        [_lan(lan, x, LINE * (number + 1), bottom - GAP) for number, (lan, x) in enumerate(across.items())],
        boxes,
        viewBox=f"0 0 {width} {bottom}",
        width=width,
        height=bottom,
        role="img",
        aria_label=f"{and_list([place.name for place in there])}, on {and_list(list(names)) if names else 'no LAN'}; "
        "the list below says the same",
    )


def _lan(name: str, x: int, top: int, bottom: int) -> Iterator[Markup]:
    yield element("line", x1=x, y1=top + 4, x2=x, y2=bottom, class_="lan")
    yield element("text", _short(name), x=x - 2, y=top - 4, class_="name")


def _lines(place: Place) -> Iterator[tuple[str, str]]:
    """What stands in a box below its name: classes and texts."""
    for lan, pairs in place.lans.items():
        colour, _sign, words = _state(*pairs)
        yield colour, f"{lan}: {words}"
    for name, what in place.participants[:MOST_PARTICIPANTS]:
        yield "", name
        yield "quiet", what
    yield from _more(len(place.participants) - MOST_PARTICIPANTS, "participants")
    for line, matches in place.topics[:MOST_TOPICS]:
        yield ("", line) if matches else ("bad", f"✗ {line}")
    yield from _more(len(place.topics) - MOST_TOPICS, "topics")
    if not (place.participants or place.topics):
        yield "quiet", "absent" if place.absent else "no participant beside the probe"


def _more(count: int, what: str) -> Iterator[tuple[str, str]]:
    if count > 0:
        yield "quiet", f"and {count} more {what}"


def _height(lines: Sequence[tuple[str, str]]) -> int:
    return PAD + LINE * (len(lines) + 1) + PAD // 2


def _box(place: Place, lines: Sequence[tuple[str, str]], x: int, y: int, across: Mapping[str, int]) -> Iterator[Markup]:
    stub = y + PAD + LINE // 2
    for number, (lan, pairs) in enumerate(place.lans.items()):
        colour, sign, words = _state(*pairs)
        level = stub + LINE * number
        yield element(
            "line",
            element("title", f"{place.name} on {lan}: {words}"),
            x1=across[lan],
            y1=level,
            x2=x,
            y2=level,
            class_=colour,
        )
        yield element("text", sign, x=x - 18, y=level - 4, class_=colour)
    yield element("rect", x=x, y=y, width=BOX, height=_height(lines), rx=6)
    yield element("text", _short(place.name), x=x + PAD, y=y + LINE + 2, class_="name")
    for number, (colour, line) in enumerate(lines, 2):
        yield element("text", _short(line), x=x + PAD, y=y + LINE * number + 2, class_=colour or None)


def _short(text: str) -> str:
    return text if len(text) <= CHARACTERS else text[: CHARACTERS - 1] + "…"
