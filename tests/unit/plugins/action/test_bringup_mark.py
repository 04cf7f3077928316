"""Marks of a bring-up report."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.action import bringup_mark
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
        ({"T0": 1000.0, "T5": 1060.06}, 1060.06, True),  # noted as 60.1 s after T0
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


@pytest.fixture
def mark(make_action, tmp_path):
    """Writes a mark into the report of this test; returns what the action returned, and the marks that are written."""
    path = tmp_path / "reports" / "bringup.json"

    def mark(name, **arguments):
        result = make_action(bringup_mark, path=str(path), mark=name, **arguments).run(task_vars={})
        return result, set(json.loads(path.read_text())["marks"]) if path.exists() else None

    return mark


def test_marks_are_written_one_after_the_other(mark):
    begun, written = mark("T0")
    assert (begun["changed"], begun["written"], begun["elapsed_s"], written) == (False, True, 0.0, {"T0"})
    assert mark("T1")[1] == {"T0", "T1"}


def test_a_mark_after_another_is_left_out_without_that(mark):
    mark("T0")
    left_out, written = mark("T6", after="T5")
    assert (left_out["written"], left_out["elapsed_s"], written) == (False, None, {"T0"})
    mark("T5")
    assert mark("T6", after="T5")[1] == {"T0", "T5", "T6"}
    assert mark("T6", after="T5", within=-1.0)[0]["written"] is False


def test_check_mode_leaves_no_mark(mark):
    told, written = mark("T0", check_mode=True)
    assert (told["written"], told["elapsed_s"], written) == (False, 0.0, None)
