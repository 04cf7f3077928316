# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Token files in credentials/: one token per line, ``TOKEN`` for one use or ``TOKEN|EPOCH`` for any number until then."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from microk8s_lab import files

MINIMUM = 32  # characters


def line(token: str, ttl: int, now: float) -> str:
    """The line to append for a token that lives ``ttl`` seconds (negative: once, for ever)."""
    return f"{token}\n" if ttl < 0 else f"{token}|{int(now) + ttl}\n"


def consumed(text: str, token: str, now: float) -> tuple[bool, str]:
    """Whether the token is valid, and the file's text after its use."""
    for entry in text.splitlines():
        name, limited, expiry = entry.partition("|")
        if not token or name != token:
            continue
        if not limited:
            return True, text.replace(f"{entry}\n", "", 1)
        return now < float(expiry), text
    return False, text


def add(path: Path, token: str, ttl: int = -1) -> None:
    """Append a token to the file."""
    with _locked(path):
        files.write(path, _text(path) + line(token, ttl, time.time()))


def consume(path: Path, token: str) -> bool:
    """Use a token: True when it was valid."""
    with _locked(path):
        before = _text(path)
        valid, after = consumed(before, token, time.time())
        if after != before:
            files.write(path, after)
    return valid


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
