# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of benchmarks: on the page between their markers, and what was not measured said in words."""

from __future__ import annotations

import json

import pytest

from lab.bench import report
from lab.bench.identity_table import HEADS, markdown

PAGE = "# Page\n\n<!-- one -->\nold | table\n<!-- end -->\n\ntext\n\n<!-- two -->\n<!-- end -->\n"


def row(way, hosts, run, elapsed, **others):
    measured = {"commands_per_host": 5, "host_cpu_s": 0.5, "controller_cpu_s": 0.25, "pairs": 40, "file_bytes": 345}
    return {"way": way, "hosts": hosts, "run": run, "elapsed_s": elapsed, "stopped_s": None, **measured, **others}


def test_a_table_is_markdown():
    assert report.table(["a", "b"], [["1", "2"], ["3", "4"]]) == "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("one", PAGE.replace("old | table", "NEW \\1")),
        ("two", PAGE.replace("<!-- two -->\n", "<!-- two -->\nNEW \\1\n")),
    ],
)
def test_only_the_text_between_the_markers_is_replaced(name, expected):
    assert report.between_markers(PAGE, name, "NEW \\1") == expected


def test_a_page_without_the_markers_is_refused():
    with pytest.raises(ValueError, match="No <!-- three -->"):
        report.between_markers(PAGE, "three", "text")


def test_a_benchmark_leaves_a_report_and_its_table(monkeypatch, tmp_path):
    monkeypatch.setattr(report, "PAGE", tmp_path / "page.md")
    monkeypatch.setattr(report, "FOLDER", tmp_path / "reports/bench")
    monkeypatch.setattr(report, "machine", lambda: "2 cores")
    report.PAGE.write_text(PAGE)
    text = report.publish("one", "2026-11-21T10:00:00+00:00", [{"what": 1}], "| t |", "3 hosts")
    assert text == "2 cores, 2026-11-21, 3 hosts\n\n| t |"
    assert report.PAGE.read_text() == PAGE.replace("old | table", text)
    assert json.loads((tmp_path / "reports/bench/one.json").read_text()) == {
        "bench": "one",
        "machine": "2 cores",
        "started": "2026-11-21T10:00:00+00:00",
        "rows": [{"what": 1}],
    }


def test_role_and_loop_stand_side_by_side_and_a_stopped_loop_is_told():
    rows = [
        row("role", 10, 1, 12.34),
        row("role", 10, 2, 5.0),
        row("loop", 10, 1, 40.0, commands_per_host=10),
        row("loop", 10, 2, 30.0, commands_per_host=10),
        row("role", 50, 1, 60.0),
        row("loop", 50, 1, None, stopped_s=300.4, pairs=700),
        row("role", 100, 1, 130.0),
    ]
    lines = [line.strip("| ").split(" | ") for line in markdown(rows).splitlines()]
    assert lines[0] == HEADS
    assert lines[2:] == [
        ["10", "first", "12.3", "1.23", "0.50, 0.25", "5", "345", "40.0", "4.00", "10"],
        ["10", "second", "5.0", "0.50", "0.50, 0.25", "5", "345", "30.0", "3.00", "10"],
        ["50", "first", "60.0", "1.20", "0.50, 0.25", "5", "345", "stopped at 300 with 700 of 2500 entries"],
        ["100", "first", "130.0", "1.30", "0.50, 0.25", "5", "345", "not run"],
    ]
