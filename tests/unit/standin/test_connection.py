# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection string of join."""

from __future__ import annotations

import re

import pytest
from microk8s_lab import connection

TOKEN = "5b8d47ea428a90f1f32d8db77abba8dd"


def test_parts():
    assert connection.parse(f"10.79.0.11:25000/{TOKEN}/2073c395c60e") == connection.Connection(
        "10.79.0.11", 25000, TOKEN, "2073c395c60e"
    )
    assert connection.parse(f"10.79.0.11:25000/{TOKEN}").fingerprint is None


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("051", "foo"),
        ("052", f"ho1:25000/{TOKEN}/2073c395c60e"),
        ("053", f"[fd00::1]:25000/{TOKEN}/2073c395c60e"),
        ("059", f"10.79.0.11:25000/{TOKEN}/0000"),
    ],
)
def test_refused_as_microk8s_does(transcript, number, text):
    expected = transcript(number).stdout.strip().removeprefix("Invalid connection: ")
    with pytest.raises(connection.InvalidConnection, match=f"^{re.escape(expected)}$"):
        connection.parse(text)
