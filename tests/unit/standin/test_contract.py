# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table that is replayed on the lab, as far as it can be checked without one."""

from __future__ import annotations

import pytest

from standin.contract import transcripts
from standin.contract.table import CONTRACT, Row

ROWS = [entry for entry in CONTRACT if isinstance(entry, Row)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_row_has_its_transcript_and_a_part_is_part_of_it(row):
    real = transcripts.read(row.number)
    assert all(piece.strip() in real.command for piece in row.part.split(";"))
    assert transcripts.here(real.host) in ("base", "tb1", "tb2")


def test_no_row_is_there_twice():
    assert len({row.number for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.79.0.11:25000/5b8d47ea428a90f1f32d8db77abba8dd/2073c395c60e", "10.88.0.10:25000/TOKEN/FINGERPRINT"),
        ("- ID: 3297\n  Role: 0", "- ID: NUMBER\n  Role: 0"),
        ("Waiting for node to start. .. .. .  \n", "Waiting for node to start. DOTS  \n"),
        ("Waiting for node to start.  \n", "Waiting for node to start. DOTS  \n"),
        ("the departing node. \nho2", "the departing node. \ntb1"),
    ],
    ids=["token", "number", "waiting", "no waiting", "text"],
)
def test_what_differs_from_run_to_run_is_masked_and_nothing_else(text, expected):
    assert transcripts.masked(transcripts.here(text)) == expected
