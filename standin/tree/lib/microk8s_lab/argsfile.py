# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of arguments ($SNAP_DATA/args/*), one per line, as MicroK8s' services read them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from string import Template


def arguments(text: str, variables: Mapping[str, str]) -> list[str]:
    """The arguments in a file's text: comments dropped, quotes removed, ``${NAME}`` replaced where it is known."""
    return [Template(word).safe_substitute(variables) for line in text.splitlines() for word in _words(line)]


def _words(line: str) -> list[str]:
    return [] if line.lstrip().startswith("#") else shlex.split(line)


def variables(text: str) -> dict[str, str]:
    """What a file of environment variables sets: lines ``NAME=VALUE``, with or without ``export``; others are commands."""
    words = (word for line in text.splitlines() for word in _words(line.strip().removeprefix("export ")))
    return dict(word.split("=", 1) for word in words if word.partition("=")[0].isidentifier() and "=" in word)


def value(text: str, key: str) -> str | None:
    """The value of ``--key=value`` or ``--key value``, as written but without quotes; None when it is not there."""
    for line in text.splitlines():
        words = _words(line)
        if words and words[0].partition("=")[0] == key:
            return words[0].partition("=")[2] or " ".join(words[1:])
    return None


def changed(text: str, key: str, new: str | None) -> str:
    """The text with ``key=new`` in place of every line that starts with the key, else at the end; None removes them."""
    lines: list[str] = []
    placed = new is None
    for line in text.splitlines():
        if not line.startswith(key):
            lines.append(line)
        elif not placed or new is not None:
            lines.append(f"{key}={new}")
            placed = True
    if not placed:
        lines.append(f"{key}={new}")
    return "".join(f"{line}\n" for line in lines)
