# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What readers are told can be followed: no reference to papers that they do not have, no link to a file that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

REPO = Path(__file__).parents[2]
PAGES = [
    path
    for folder in (".", "docs", "roles", "playbooks", "lab", "standin", "changelogs")
    for path in ((REPO / folder).glob("*.md") if folder == "." else (REPO / folder).rglob("*.md"))
]
# The numbers of the demands that the project began from, such as "A7" or "(B12, A3)".
PAPERS = re.compile(r"\b[AB][1-9][0-9]?\b")
LINK = re.compile(r"\]\((?!\w+:|#)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPO)))
def test_no_page_refers_to_papers_or_to_files_that_are_not_there(page):
    text = page.read_text()
    assert PAPERS.findall(text) == []
    assert [link for link in LINK.findall(text) if not (page.parent / link).exists()] == []


def test_such_references_are_seen():
    assert PAPERS.findall("as A20 demands (seed B6); T4, 3A1 and x86 are none") == ["A20", "B6"]
    assert LINK.findall("[a](docs/a.md), [b](b.md#c), [d](#e), [f](https://g/h)") == ["docs/a.md", "b.md"]
    assert {"README.md", "decisions.md"} <= {page.name for page in PAGES}


def test_the_readme_s_smallest_inventory_is_one():
    text = re.search(r"```yaml\n(.*?)```", (REPO / "README.md").read_text(), re.DOTALL)[1]
    inventory = yaml.safe_load(text)["all"]
    hosts = {name for group in inventory["children"].values() for name in group["hosts"]}
    assert hosts == {host for workload in inventory["vars"]["ros_workloads"] for host in workload["hosts"]}


def test_the_readme_names_the_modules_that_are_for_users():
    described = {
        path.stem: re.search(r"^short_description: (.*)$", path.read_text(), re.MULTILINE)[1]
        for path in (REPO / "plugins" / "modules").glob("*.py")
    }
    table = re.search(r"\| module \|.*?\n\n", (REPO / "README.md").read_text(), re.DOTALL)[0]
    for_users = set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))
    assert for_users == {name for name, text in described.items() if not text.startswith('"[internal] ')}
