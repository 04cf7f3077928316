"""Marks of a bring-up report."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.action import bringup_mark
from ansible_collections.rosfleet.cluster.plugins.action.bringup_mark import add_mark, report_path


def test_t0_begins_a_new_report_and_later_marks_count_from_it():
    report = add_mark({"marks": {"T3": {}}}, "T0", 1000.0)
    report = add_mark(report, "T1", 1002.54)
    assert report["started"] == "1970-01-01T00:16:40+00:00"
    assert {mark: entry["elapsed_s"] for mark, entry in report["marks"].items()} == {"T0": 0.0, "T1": 2.5}


def test_a_mark_stays_where_it_was_first_reached():
    report = add_mark(add_mark({}, "T0", 0.0), "T6", 5.0)
    assert add_mark(report, "T6", 9.0)["marks"]["T6"]["elapsed_s"] == 5.0


@pytest.mark.parametrize(
    ("path", "environment", "expected"),
    [
        ("reports/bringup.json", {"PWD": "/home/me/fleet"}, "/home/me/fleet/reports/bringup.json"),
        ("/srv/bringup.json", {"PWD": "/home/me/fleet"}, "/srv/bringup.json"),
        ("reports/bringup.json", {}, "/elsewhere/reports/bringup.json"),
    ],
)
def test_the_report_lies_where_the_user_called_ansible(path, environment, expected):
    assert report_path(path, environment, "/elsewhere") == expected


def test_marks_are_written_one_after_the_other(make_action, tmp_path):
    path = tmp_path / "reports" / "bringup.json"
    results = [make_action(bringup_mark, path=str(path), mark=mark).run(task_vars={}) for mark in ("T0", "T1")]
    assert [result["changed"] for result in results] == [False, False]
    assert results[0]["elapsed_s"] == 0.0
    assert set(json.loads(path.read_text())["marks"]) == {"T0", "T1"}
    assert list(path.parent.iterdir()) == [path]


def test_a_report_that_is_cut_off_is_begun_anew(make_action, tmp_path):
    path = tmp_path / "bringup.json"
    path.write_text('{"schema": 1, "marks"')
    make_action(bringup_mark, path=str(path), mark="T3").run(task_vars={})
    assert set(json.loads(path.read_text())["marks"]) == {"T3"}


def test_check_mode_leaves_no_mark(make_action, tmp_path):
    path = tmp_path / "reports" / "bringup.json"
    make_action(bringup_mark, path=str(path), mark="T0", check_mode=True).run(task_vars={})
    assert list(tmp_path.iterdir()) == []
