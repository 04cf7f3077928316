# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in's library as its snap sees it, and what real MicroK8s printed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from standin.contract import transcripts

sys.path.insert(0, str(Path(__file__).parents[3] / "standin" / "tree" / "lib"))


@pytest.fixture
def transcript():
    """Read a transcript by its number, such as ``"030"``."""
    return transcripts.read
