# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user must install is what the collection uses: nothing is missing, and nothing is asked for in vain."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tomllib
import yaml

REPO = Path(__file__).parents[2]
OURS = {"ansible.builtin", "rosfleet.cluster"}
NAME = r"[a-z_][a-z0-9_]*"
# A task's key (`kubernetes.core.k8s:`) or a group of module_defaults, and a filter, test or lookup in a template.
KEY = re.compile(rf"(?:group/)?({NAME}\.{NAME})\.{NAME}(?:\.{NAME})*")
IN_TEMPLATE = re.compile(
    rf"""(?:\||\bis(?:\ not)?\ |(?:lookup|query|q)\(["'])\s*({NAME}\.{NAME})\.{NAME}""", re.VERBOSE
)


def collections_of_yaml(node: Any) -> Iterator[str]:
    """The collections that a parsed YAML file uses, such as `kubernetes.core`."""
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(key, str) and (match := KEY.fullmatch(key)):
                yield match[1]
            yield from collections_of_yaml(value)
    elif isinstance(node, list):
        for item in node:
            yield from collections_of_yaml(item)
    elif isinstance(node, str):
        yield from IN_TEMPLATE.findall(node)


def imports_of(text: str) -> set[str]:
    """The absolute names that Python source text imports."""
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


def used_collections() -> set[str]:
    used = set()
    for folder in ("roles", "playbooks"):
        for path in (REPO / folder).rglob("*.yml"):
            for document in yaml.safe_load_all(path.read_text()):
                used |= set(collections_of_yaml(document))
    for path in (REPO / "plugins").rglob("*.py"):
        for name in imports_of(path.read_text()):
            if name.startswith("ansible_collections."):
                used.add(".".join(name.split(".")[1:3]))
    return used - OURS


def test_a_use_is_seen_wherever_it_can_stand():
    task = {
        "a.task.module": {"x": "{{ y | a.filter.name }}"},
        "module_defaults": {"group/a.group.all": {}},
        "when": "z is a.test.name or z is not a.negated.name",
        "loop": ["{{ lookup('a.lookup.name') + query(\"a.query.name\") }}"],
        "vars": {"a.domain.io/label": "kubernetes.default.svc, not.a.use"},
    }
    kinds = ("task", "filter", "group", "test", "negated", "lookup", "query")
    assert sorted(collections_of_yaml(task)) == sorted(f"a.{kind}" for kind in kinds)


def test_collections():
    assert used_collections() == set(yaml.safe_load((REPO / "galaxy.yml").read_text())["dependencies"])


def test_python_packages_of_the_controller():
    """Only what runs on the controller may import one."""
    # PyYAML and Jinja come with ansible-core, urllib3 with kubernetes.
    here = {"ansible", "yaml", "jinja2", "urllib3", "ansible_collections", *sys.stdlib_module_names}
    imported: dict[str, set[str]] = {}
    for folder in ("action", "filter", "modules", "module_utils", "plugin_utils"):
        names = {name for path in (REPO / "plugins" / folder).rglob("*.py") for name in imports_of(path.read_text())}
        imported[folder] = {name.split(".")[0] for name in names} - here
    assert imported["modules"] | imported["module_utils"] == set()
    pins = tomllib.loads((REPO / "pyproject.toml").read_text())["dependency-groups"]["controller"]
    declared = {pin.split("==")[0] for pin in pins}
    assert set().union(*imported.values()) == declared
    assert (
        set(re.search(r"^pip install (.*?) *#", (REPO / "README.md").read_text(), re.MULTILINE)[1].split()) == declared
    )


def test_galaxy_s_tools_run_on_the_default_ansible_core():
    project = tomllib.loads((REPO / "pyproject.toml").read_text())
    settings = project["tool"]["rosfleet"]
    default = settings["core"][settings["default_core"]]["ansible-core"]
    assert f"ansible-core=={default}" in project["dependency-groups"]["certify"]
