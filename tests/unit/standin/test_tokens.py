# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Token files."""

from __future__ import annotations

from microk8s_lab import tokens

ONCE, UNTIL = "a" * 32, "b" * 32
NOW = 1_000.0


def test_lines():
    assert tokens.line(ONCE, -1, NOW) == f"{ONCE}\n"
    assert tokens.line(UNTIL, 60, NOW) == f"{UNTIL}|1060\n"


def test_token_for_one_use_is_used_up():
    assert tokens.consumed(f"{ONCE}\n{UNTIL}|1060\n", ONCE, NOW) == (True, f"{UNTIL}|1060\n")


def test_token_with_a_limit_is_good_until_then():
    text = f"{UNTIL}|1060\n"
    assert tokens.consumed(text, UNTIL, NOW) == (True, text)
    assert tokens.consumed(text, UNTIL, 1060.0) == (False, text)


def test_unknown_and_empty_tokens_are_refused():
    assert tokens.consumed(f"{ONCE}\n\n", "c" * 32, NOW) == (False, f"{ONCE}\n\n")
    assert tokens.consumed("\n", "", NOW) == (False, "\n")
