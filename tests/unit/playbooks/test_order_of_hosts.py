"""Findings, slices and `run_once` follow the inventory, not the order in which hosts happened to answer."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

PLAYBOOKS = sorted((Path(__file__).parents[3] / "playbooks").glob("*.yml"))


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda path: path.stem)
def test_plays_begin_from_the_inventory(playbook):
    plays = [play for play in yaml.safe_load(playbook.read_text()) if "hosts" in play]
    assert [play["hosts"] for play in plays if not play["hosts"].startswith("all")] == []
