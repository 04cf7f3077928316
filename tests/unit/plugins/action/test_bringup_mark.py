"""Marks of a bring-up report."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.action.bringup_mark import add_mark, is_recent


def test_t0_begins_a_new_report_and_later_marks_count_from_it():
    report = add_mark({"marks": {"T3": {}}}, "T0", 1000.0)
    report = add_mark(report, "T1", 1002.54)
    assert report["started"] == "1970-01-01T00:16:40+00:00"
    assert {mark: entry["elapsed_s"] for mark, entry in report["marks"].items()} == {"T0": 0.0, "T1": 2.5}


def test_a_mark_stays_where_it_was_first_reached():
    report = add_mark(add_mark({}, "T0", 0.0), "T6", 5.0)
    assert add_mark(report, "T6", 9.0)["marks"]["T6"]["elapsed_s"] == 5.0


@pytest.mark.parametrize(
    ("marks", "now", "recent"),
    [
        ({"T0": 1000.0, "T5": 1060.0}, 1075.0, True),
        ({"T0": 1000.0, "T5": 1060.0}, 1960.0, True),
        ({"T0": 1000.0, "T5": 1060.0}, 1960.1, False),  # somebody looks at a fleet that was brought up long ago
        ({"T0": 1000.0, "T4": 1060.0}, 1075.0, False),  # a bring-up that did not end
        ({"T0": 1000.0, "T5": 1060.0}, 1050.0, False),  # the clock was set back meanwhile
        ({}, 1000.0, False),  # there was no bring-up
    ],
)
def test_a_mark_belongs_only_to_a_bring_up_that_has_just_come_so_far(marks, now, recent):
    report = {}
    for mark, at in marks.items():
        report = add_mark(report, mark, at)
    assert is_recent(report, "T5", 900.0, now) is recent
