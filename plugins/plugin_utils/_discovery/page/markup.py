# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place in which text becomes HTML: a strict builder that knows few elements, and escapes all that it is given.

Private to this collection. Pure.
"""

from __future__ import annotations

import html
from typing import Iterable, Union

from ....module_utils._rtps.parameters import printable

VOID = frozenset(["br", "input", "meta"])
ELEMENTS = VOID | {
    *("html", "head", "title", "body", "header", "main", "nav", "section", "div", "h1", "h2", "h3", "p", "ul", "li"),
    *("a", "code", "span", "strong", "label", "dl", "dt", "dd", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td"),
    *("svg", "line", "rect", "text"),
}
ATTRIBUTES = {
    *("charset", "http-equiv", "name", "content", "lang", "id", "class", "href", "type", "title", "scope"),
    *("hidden", "open", "role", "tabindex", "aria-label", "aria-labelledby", "aria-live"),
    *("viewBox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "rx"),
}


class Markup(str):
    """HTML that this builder has made, and that is not escaped again."""

    __slots__ = ()


Child = Union[str, Iterable[str]]


def element(tag: str, *children: Child, **attributes: Union[str, int, bool, None]) -> Markup:
    """An element. `class_` is class and `aria_label` aria-label; of values, True is none, and None and False leave it out.

    Raises ValueError for an element or attribute that no page of ours has, and for a link that leads out of the page.
    """
    if tag not in ELEMENTS:
        raise ValueError(f"no element of the page: {tag!r}")
    start = tag + "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in VOID:
        return Markup(f"<{start}>")
    return Markup(f"<{start}>{join(*children)}</{tag}>")


def join(*children: Child) -> Markup:
    """The children one after the other, those that are no Markup escaped."""
    return Markup("".join(_escaped(each) if isinstance(each, str) else join(*each) for each in children))


def with_code(text: str) -> Markup:
    """`text` with what stands between backquotes, as commands do, set apart as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return join(text)
    return join(element("code", part) if number % 2 else part for number, part in enumerate(parts))


def _escaped(text: str) -> str:
    return text if isinstance(text, Markup) else html.escape(printable(text))


def _attribute(name: str, value: Union[str, int, bool, None]) -> str:
    name = name.rstrip("_").replace("_", "-")
    if name not in ATTRIBUTES:
        raise ValueError(f"no attribute of the page: {name!r}")
    if value is None or value is False:
        return ""
    if name == "href" and not str(value).startswith("#"):
        raise ValueError(f"a link that leads out of the page: {value!r}")
    return f" {name}" if value is True else f' {name}="{html.escape(printable(str(value)))}"'
