# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each finding has a code that programs can rely on, written down where it is made."""

from __future__ import annotations

import ast
import re
from pathlib import Path

PLUGINS = Path(__file__).parents[2] / "plugins"
# What makes findings, and which of its arguments is the code.
MAKERS = {"Finding": 0, "Finding.from_text": 0, "_finding": 1, "host_finding": 1}
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def codes(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in MAKERS:
            code = node.args[MAKERS[ast.unparse(node.func)]]
            if isinstance(code, ast.Constant):
                yield code.value


def test_codes_are_words_with_dashes():
    found = {code for path in sorted(PLUGINS.rglob("*.py")) for code in codes(path.read_text())}
    assert {"memory-cgroup", "arguments", "version"} <= found
    assert [code for code in found if not KEBAB.fullmatch(code)] == []
