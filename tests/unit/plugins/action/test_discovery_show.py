# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report is printed line by line, in the colours of what the lines say."""

from __future__ import annotations

import json

import pytest
from ansible import constants
from ansible.errors import AnsibleActionFail
from ansible_collections.rosfleet.cluster.plugins.action import discovery_show

LINES = ["ERROR deaf-host", "WARNING host-absent", "✓ PASS: 2 of 2 pairs heard", "tb1 hears tb2"]
COLOURS = [constants.COLOR_ERROR, constants.COLOR_WARN, constants.COLOR_OK, None]


@pytest.fixture
def show(make_action, monkeypatch):
    """Runs the action; returns what it returned, and the lines with their colours."""

    def show(**arguments):
        printed = []
        monkeypatch.setattr(
            discovery_show, "table_lines", lambda report, ascii_only: [*report["lines"], str(ascii_only)]
        )
        monkeypatch.setattr(
            discovery_show.Display, "display", lambda self, line, color=None: printed.append((line, color))
        )
        return make_action(discovery_show, **arguments).run(task_vars={}), printed

    return show


@pytest.mark.parametrize(
    ("given", "ascii_only"), [({}, "False"), ({"ascii": True}, "True"), ({"ascii": "yes"}, "True")]
)
def test_lines(show, given, ascii_only):
    result, printed = show(report={"lines": LINES}, **given)
    assert result["lines"] == [*LINES, ascii_only]
    assert printed == [*zip(LINES, COLOURS), (ascii_only, None)]
    assert result["changed"] is False


@pytest.mark.parametrize("arguments", [{}, {"report": "no report"}, {"report": {}, "color": True}])
def test_what_is_no_report_is_refused(show, arguments):
    with pytest.raises(AnsibleActionFail):
        show(**arguments)


@pytest.mark.parametrize("check_mode", [False, True])
def test_the_report_is_kept_where_it_is_wanted(show, tmp_path, check_mode):
    path = tmp_path / "reports" / "discovery.json"
    result, printed = show(report={"lines": LINES}, path=str(path), check_mode=check_mode)
    assert (result["path"], path.exists()) == (str(path), not check_mode)
    assert check_mode or json.loads(path.read_text()) == {"lines": LINES}
    assert len(printed) == len(LINES) + 1


@pytest.mark.parametrize("check_mode", [False, True])
def test_the_page_is_kept_as_the_report_is_and_named_in_one_line(show, tmp_path, monkeypatch, check_mode):
    monkeypatch.setattr(discovery_show, "page", lambda report: f"<p>{len(report['lines'])} ✓")
    kept, page = tmp_path / "reports" / "discovery.json", tmp_path / "reports" / "discovery.html"
    result, printed = show(report={"lines": LINES}, path=str(kept), page=str(page), check_mode=check_mode)
    said = (f"The same as a page for a browser: {page}", None)
    assert (result["page"], page.exists(), printed[-1] == said) == (str(page), not check_mode, not check_mode)
    if not check_mode:
        assert result["lines"][-1] == said[0]
        assert page.read_text(encoding="utf-8") == "<p>4 ✓"
        assert page.stat().st_mode == kept.stat().st_mode
        assert sorted(path.name for path in page.parent.iterdir()) == [page.name, kept.name]
