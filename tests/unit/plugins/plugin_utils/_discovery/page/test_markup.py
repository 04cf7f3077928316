# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text becomes HTML in one place, escaped, and nothing comes out of it that a page of ours does not have."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.page.markup import (
    Markup,
    element,
    join,
    with_code,
)
from hypothesis import given
from hypothesis import strategies as st

from .reading import read


@pytest.mark.parametrize(
    "made, expected",
    [
        (element("p", "a < b & c"), "<p>a &lt; b &amp; c</p>"),
        (element("p", element("strong", "x"), ["y", ["z"]]), "<p><strong>x</strong>yz</p>"),
        (element("p", "x", title="\"'>", hidden=True, class_=None), '<p title="&quot;&#x27;&gt;" hidden>x</p>'),
        (element("input", type="search", aria_label="x"), '<input type="search" aria-label="x">'),
        (element("p", "\u202eab\x00\ud800"), "<p>\\u202eab\\x00\\ud800</p>"),
        (join("<", Markup("<br>")), "&lt;<br>"),
        (with_code("run `a <b>` now"), "run <code>a &lt;b&gt;</code> now"),
        (with_code("one ` alone"), "one ` alone"),
    ],
)
def test_what_is_made(made, expected):
    assert made == expected


@pytest.mark.parametrize(
    "tag, attributes",
    [
        ("script", {}),
        ("img", {}),
        ("p", {"onclick": "x"}),
        ("p", {"style": "x"}),
        ("a", {"href": "javascript:x"}),
        ("a", {"href": "//h/x"}),
    ],
)
def test_what_no_page_has_is_refused(tag, attributes):
    with pytest.raises(ValueError):
        element(tag, **attributes)


@given(st.text(), st.text())
def test_whatever_the_text_it_is_text(text, value):
    read_back = read(element("p", text, title=value))
    assert [(tag, names) for tag, names, _values in read_back.elements] == [("p", ["title"])]
    assert read_back.text == "".join(map(seen, text))
    assert read_back.elements[0][2] == ["".join(map(seen, value))]


def seen(character):
    """A character as the page shows it."""
    return character if character.isprintable() else character.encode("unicode_escape").decode()
