# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of arguments."""

from __future__ import annotations

from microk8s_lab import argsfile

TEXT = """\
--a=${SNAP_DATA}/x
# --b=comment

--bind 0.0.0.0:25000
--labels="one=1,two=2"
--unknown=${OTHER}
"""


def test_arguments_lose_comments_and_quotes_and_gain_known_variables():
    assert argsfile.arguments(TEXT, {"SNAP_DATA": "/data"}) == [
        "--a=/data/x",
        "--bind",
        "0.0.0.0:25000",
        "--labels=one=1,two=2",
        "--unknown=${OTHER}",
    ]


def test_value_of_both_spellings():
    assert argsfile.value(TEXT, "--a") == "${SNAP_DATA}/x"
    assert argsfile.value(TEXT, "--bind") == "0.0.0.0:25000"
    assert argsfile.value(TEXT, "--b") is None


def test_variables_are_assignments_and_nothing_else():
    text = "# A=1\nHTTPS_PROXY=http://proxy:3128\nexport NO_PROXY='10.0.0.0/8,localhost'\nulimit -n 65536 || true\n"
    assert argsfile.variables(text) == {"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "10.0.0.0/8,localhost"}


def test_changed_replaces_in_place_or_appends_or_removes():
    assert argsfile.changed("--x=1\n--y=2\n", "--x", "3") == "--x=3\n--y=2\n"
    assert argsfile.changed("--x=1\n", "--z", "3") == "--x=1\n--z=3\n"
    assert argsfile.changed("--x=1\n--y=2\n", "--x", None) == "--y=2\n"
