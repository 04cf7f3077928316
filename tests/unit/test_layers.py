# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The house has one direction (docs/architecture.md): no import runs up, no room knows what is inside of another."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Iterator

import pytest

REPO = Path(__file__).parents[2]
PLUGINS = REPO / "plugins"
ROLES = sorted(path.name for path in (REPO / "roles").iterdir())
# What code of a floor may be made of: its own floor and those below.
MAY_USE = {
    "module_utils": {"module_utils"},
    "modules": {"module_utils"},
    "plugin_utils": {"module_utils", "plugin_utils"},
    "filter": {"module_utils", "plugin_utils"},
    "action": {"module_utils", "plugin_utils", "action"},
    "callback": {"module_utils", "plugin_utils"},
}
SOURCES = [path for floor in MAY_USE for path in sorted((PLUGINS / floor).rglob("*.py"))]
ROOMS = [
    path
    for pattern in ("roles/*/*/*.yml", "roles/*/templates/*", "playbooks/*.yml")
    for path in sorted(REPO.glob(pattern))
]
PRIVATE = re.compile(rf"\b__({'|'.join(ROLES)})_\w+")
# Tests of what several plugins have in common, and of module_utils that use Ansible's own code, without which the tests in the
# folder of that name run (tools/oldest).
COMMON = {
    *("test_documentation", "test_membership_faults", "test_microk8s_waits"),
    *("test_ending", "test_file_sync", "test_replacing", "test_restarting"),
}


def floor_of(path: Path) -> str:
    return path.relative_to(PLUGINS).parts[0]


def used_floors(path: Path) -> Iterator[str]:
    """The floors that a source imports from; all its imports of ours are relative."""
    depth = len(path.relative_to(PLUGINS).parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            beside = path.relative_to(PLUGINS).parts[: depth - node.level]
            parts = [*beside, *(node.module or "").split(".")]
            yield parts[0]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PLUGINS)))
def test_no_import_runs_up(path):
    assert set(used_floors(path)) - MAY_USE[floor_of(path)] == set()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PLUGINS)))
def test_pure_code_and_filters_know_no_registers_and_no_hostvars(path):
    words = {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}
    registers = {word for word in words if isinstance(word, str) and PRIVATE.fullmatch(word)}
    arguments = {node.arg for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.arg)}
    assert (registers, arguments & {"hostvars"}) == (set(), set())


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: str(path.relative_to(REPO)))
def test_no_role_or_playbook_uses_what_is_private_to_another_role(path):
    parts = path.relative_to(REPO).parts
    own = parts[1] if parts[0] == "roles" else ""
    others = {found.group() for found in PRIVATE.finditer(path.read_text()) if found.group(1) != own}
    assert others == set()


def facts_set() -> set[str]:
    """The rosfleet_* facts that roles leave for others."""
    return {
        name
        for path in REPO.glob("roles/*/tasks/*.yml")
        for name in re.findall(r"^ {4,}(rosfleet_[a-z_]+):", path.read_text(), re.MULTILINE)
    }


def test_what_passes_between_rooms_is_documented():
    documented = " ".join((REPO / "roles" / role / "meta/argument_specs.yml").read_text() for role in ROLES)
    page = (REPO / "docs/architecture.md").read_text()
    assert {"rosfleet_fleet", "rosfleet_seed", "rosfleet_kubeconfig"} <= facts_set()
    for fact in facts_set():
        assert f"C({fact})" in documented
        assert f"`{fact}`" in page


def test_every_room_is_on_the_page():
    page = (REPO / "docs/architecture.md").read_text()
    assert [role for role in ROLES if f"`{role}`" not in page] == []
    assert [path.stem for path in (REPO / "playbooks").glob("*.yml") if f"`{path.stem}`" not in page] == []


def mirrored(test: Path) -> bool:
    """Whether a test of plugins is named after one of them, in the folder of the same name."""
    place = test.relative_to(REPO / "tests/unit/plugins").parent
    folder = PLUGINS / place
    if place.parts[0] == "filter":
        folder = folder / "__own"
    names = {path.stem.lstrip("_") for path in folder.glob("*.py")}
    stem = test.stem[len("test_") :]
    return any(stem == name or stem.startswith(f"{name}_") for name in names)


TESTS = [path for path in sorted((REPO / "tests/unit/plugins").rglob("test_*.py")) if path.stem not in COMMON]


@pytest.mark.parametrize("test", TESTS, ids=lambda path: path.stem)
def test_tests_are_named_after_what_they_test(test):
    assert mirrored(test)


@pytest.mark.parametrize(
    ("source", "floors"), [("from ..module_utils._lan import x", ["module_utils"]), ("from . import y", ["action"])]
)
def test_an_import_is_seen(tmp_path, monkeypatch, source, floors):
    monkeypatch.setattr(f"{__name__}.PLUGINS", tmp_path)
    path = tmp_path / "action/a.py"
    path.parent.mkdir()
    path.write_text(source)
    assert list(used_floors(path)) == floors


def test_a_private_name_of_another_role_is_seen():
    assert [found.group(1) for found in PRIVATE.finditer("{{ __ros_lan_seen.lans }} {{ __name__ }}")] == ["ros_lan"]
