"""Whatever a host calls its NIC, nothing that a user runs says it: only the per-host attachment file, at run time."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.fleet.plan import plan

REPO = Path(__file__).parents[3]
NICS = {host.ros_nic for host in plan(4)}
FOLDERS = ("roles", "playbooks", "plugins", "inventories/lab", "molecule")
FILES = [path for folder in FOLDERS for path in (REPO / folder).rglob("*") if path.suffix in (".yml", ".j2")]


def test_the_hosts_have_different_names_for_it():
    assert len(NICS) == 4


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(REPO)))
def test_no_task_template_or_variable_mentions_one(path):
    assert not [nic for nic in NICS if nic in path.read_text()]
