# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A message of 256 kB, which travels in fragments, and whose every byte follows from its number and its sender."""

from __future__ import annotations

from array import array

SIZE = 256 * 1024
PATTERN = bytes(range(251))  # a prime, so that no fragment looks like another


def content(number: int, host: str) -> array:
    """The message of this number from this host."""
    title = f"number {number} from {host}\n".encode()
    return array("B", (title + PATTERN * (SIZE // len(PATTERN) + 1))[:SIZE])


def title(data: array) -> str | None:
    """Which message this is; None when it is not, byte for byte, one of those that ``content`` makes."""
    first_line = data[: data.index(ord("\n"))].tobytes().decode(errors="replace") if ord("\n") in data else ""
    words = first_line.split(" ", 3)
    if len(words) != 4 or not words[1].isdigit() or data != content(int(words[1]), words[3]):
        return None
    return first_line
