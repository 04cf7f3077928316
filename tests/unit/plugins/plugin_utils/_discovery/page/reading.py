# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a browser would find in HTML: elements with their attributes, and text."""

from __future__ import annotations

from html.parser import HTMLParser


class Page(HTMLParser):
    """`elements`: (tag, names of its attributes, their values); `texts`: those between tags, without style and script."""

    def __init__(self):
        super().__init__()
        self.elements = []
        self.texts = []
        self.others = []
        self.open = []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, [name for name, _value in attrs], [value for _name, value in attrs]))
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] not in (["style"], ["script"]):
            self.texts.append(data)

    def handle_comment(self, data):
        self.others.append(data)

    def handle_pi(self, data):
        self.others.append(data)

    @property
    def text(self):
        return "".join(self.texts)


def read(source):
    page = Page()
    page.feed(source)
    page.close()
    assert page.open == []
    return page
