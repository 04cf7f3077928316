# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters are the roles' own: Ansible finds them, and neither lists nor documents them for users."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
FILTERS = {
    name
    for path in (REPO / "plugins" / "filter" / "__own").glob("*.py")
    for name in import_module(f"ansible_collections.rosfleet.cluster.plugins.filter.__own.{path.stem}")
    .FilterModule()
    .filters()
}
USED = {
    name
    for folder in ("roles", "playbooks")
    for path in (REPO / folder).rglob("*.yml")
    for name in re.findall(r"(?:\||\bmap\(['\"])\s*rosfleet\.cluster\.((?:__own\.)?\w+)", path.read_text())
}
# In a process of its own, as Ansible's loader must be there before anything of a collection is imported.
ASK = """
import json, sys
from ansible.plugins.list import list_plugins
from ansible.plugins.loader import filter_loader, init_plugin_loader
init_plugin_loader()
listed = [name for collection in ("ansible.builtin", "rosfleet.cluster") for name in list_plugins("filter", [collection])]
print(json.dumps({"listed": listed, "found": [name for name in sys.argv[1:] if filter_loader.get(name)]}))
"""


@pytest.fixture(scope="module")
def answer():
    names = [f"rosfleet.cluster.__own.{name}" for name in sorted(FILTERS)]
    return json.loads(subprocess.run([sys.executable, "-c", ASK, *names], capture_output=True, check=True).stdout)


def test_each_is_found(answer):
    assert answer["found"] == [f"rosfleet.cluster.__own.{name}" for name in sorted(FILTERS)]


def test_none_is_listed(answer):
    assert "ansible.builtin.combine" in answer["listed"]
    assert [name for name in answer["listed"] if name.startswith("rosfleet.")] == []


def test_each_is_used_and_what_is_used_is_there():
    assert {f"__own.{name}" for name in FILTERS} == USED
