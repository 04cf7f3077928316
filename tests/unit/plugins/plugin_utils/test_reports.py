"""Where reports are kept, and that they are whole."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._reports import read_report, report_path, write_report


@pytest.mark.parametrize(
    ("path", "environment", "expected"),
    [
        ("reports/bringup.json", {"PWD": "/home/me/fleet"}, "/home/me/fleet/reports/bringup.json"),
        ("/srv/bringup.json", {"PWD": "/home/me/fleet"}, "/srv/bringup.json"),
        # A systemd timer, AWX: never the root of the file system.
        ("reports/bringup.json", {}, "/elsewhere/reports/bringup.json"),
        ("reports/bringup.json", {"PWD": ""}, "/elsewhere/reports/bringup.json"),
    ],
)
def test_the_report_lies_where_the_user_called_ansible(path, environment, expected):
    assert report_path(path, environment, "/elsewhere") == expected


def test_a_report_is_written_whole_and_read_back(tmp_path):
    path = str(tmp_path / "reports" / "discovery.json")
    write_report(path, {"verdict": "fail", "line": "hörte"})
    write_report(path, {"verdict": "pass", "line": "hörte"})
    assert read_report(path) == {"verdict": "pass", "line": "hörte"}
    assert [each.name for each in (tmp_path / "reports").iterdir()] == ["discovery.json"]


@pytest.mark.parametrize("text", [None, "", "{half", json.dumps({"a": 1})[:-1]])
def test_a_report_that_cannot_be_read_is_empty(tmp_path, text):
    path = tmp_path / "bringup.json"
    if text is not None:
        path.write_text(text)
    assert read_report(str(path)) == {}
