# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in a sentence. Private to this collection. Pure."""

from __future__ import annotations

from typing import Sequence

LONGEST_LIST = 6  # names that fit a line


def and_list(names: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def short_list(names: Sequence[str]) -> str:
    """All of a few names, the first of many."""
    if len(names) <= LONGEST_LIST:
        return and_list(names)
    return and_list([*names[: LONGEST_LIST - 1], f"{len(names) - LONGEST_LIST + 1} others"])
