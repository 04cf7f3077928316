# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in's library as its snap sees it, and what real MicroK8s printed."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "lab" / "microk8s" / "lib"))


class Transcript:
    """One command run on real MicroK8s."""

    def __init__(self, text: str) -> None:
        self.stdout = re.search(r"^--- stdout\n(.*?)^--- stderr$", text, re.DOTALL | re.MULTILINE)[1]
        self.stderr = re.search(r"^--- stderr\n(.*?)^--- locks before:", text, re.DOTALL | re.MULTILINE)[1]
        self.exit_status = int(re.search(r"^rc: (\d+)", text, re.MULTILINE)[1])


@pytest.fixture
def transcript():
    """Read a transcript by its number, such as ``"030"``."""

    def read(number: str) -> Transcript:
        (path,) = (Path(__file__).parent / "transcripts").glob(f"{number}-*.txt")
        return Transcript(path.read_text())

    return read
