# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings, slices and `run_once` follow the inventory, not the order in which hosts happened to answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

REPO = Path(__file__).parents[3]
PLAYBOOKS = sorted((REPO / "playbooks").glob("*.yml"))
WRITTEN = sorted([*PLAYBOOKS, *(REPO / "roles").rglob("*.yml")])
# Ansible makes them of Python's sets, whose order changes from run to run; select('in', …) and reject('in', …) keep it.
OF_SETS = re.compile(r"[|]\s*(?:ansible[.]builtin[.])?(?:difference|intersect|symmetric_difference|union)\b")


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda path: path.stem)
def test_plays_begin_from_the_inventory(playbook):
    plays = [play for play in yaml.safe_load(playbook.read_text()) if "hosts" in play]
    assert [play["hosts"] for play in plays if not play["hosts"].startswith("all")] == []


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(REPO)))
def test_no_list_of_hosts_goes_through_a_set(path):
    assert OF_SETS.findall(path.read_text()) == []


@pytest.mark.parametrize("text", ["{{ a | intersect(b) }}", "a|difference(b)", "{{ a |\n union(b) }}"])
def test_a_set_is_found(text):
    assert OF_SETS.search(text)
