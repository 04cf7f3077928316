# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What real MicroK8s printed and left: transcripts, read for the hosts of the lab."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from lab.cache import REPO

FOLDER = REPO / "tests" / "unit" / "fixtures" / "microk8s"
# The transcripts' hosts and addresses, and the lab's.
_PLACES = {
    "ho1": "base", "ho2": "tb1", "ho3": "tb2",
    "10.79.0.11": "10.88.0.10", "10.79.0.12": "10.88.0.21", "10.79.0.13": "10.88.0.22",
    "10.79.1.11": "10.88.1.10", "10.79.1.12": "10.88.1.21", "10.79.1.13": "10.88.1.22",
    "10.79.0.99": "10.88.0.99",
}  # fmt: skip
# What no two runs have in common.
_MASKS = (
    (r"\b[0-9a-f]{32}\b", "TOKEN"),
    (r"(?<=TOKEN/)[0-9a-f]{12}\b", "FINGERPRINT"),
    (r"(?<=ID: )\d+", "NUMBER"),
    (r"(?<=_ssl\.c:)\d+", "LINE"),
    (r"(?<=[a-z]\. )(?:\.\.? )*(?= $)", "DOTS "),
)


@dataclass(frozen=True)
class Transcript:
    """One command run on real MicroK8s: where, what, and what came of it; ``locks`` are those afterwards."""

    host: str
    command: str
    exit_status: int
    stdout: str
    stderr: str
    locks: frozenset[str]


def parse(text: str) -> Transcript:
    """Read the text of a transcript."""

    def part(pattern: str) -> str:
        found = re.search(pattern, text, re.DOTALL | re.MULTILINE)
        if found is None:
            raise ValueError(f"no {pattern!r} in the transcript")
        return found[1]

    return Transcript(
        host=part(r"^host: (\w+)$"),
        command=part(r"^\$ (.*?)^rc: ").rstrip("\n"),
        exit_status=int(part(r"^rc: (\d+)")),
        stdout=part(r"^--- stdout\n(.*?)^--- stderr$"),
        stderr=part(r"^--- stderr\n(.*?)^--- locks before:"),
        locks=frozenset(part(r"^--- locks after: *(.*?)$").split()),
    )


def path_of(number: str) -> Path:
    """The file of a transcript by its number, such as ``"030"``."""
    (path,) = FOLDER.glob(f"{number}-*.txt")
    return path


def read(number: str) -> Transcript:
    """A transcript by its number."""
    return parse(path_of(number).read_text())


def here(text: str) -> str:
    """A text with the lab's hosts in place of the transcripts'."""
    return re.sub("|".join(rf"\b{re.escape(place)}\b" for place in _PLACES), lambda found: _PLACES[found[0]], text)


def masked(text: str) -> str:
    """A text without what differs from run to run."""
    for pattern, replacement in _MASKS:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    return text
