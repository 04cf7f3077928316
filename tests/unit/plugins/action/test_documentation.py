# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An action plugin without a module behind it takes what is documented under its name."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
import yaml

PLUGINS = "ansible_collections.rosfleet.cluster.plugins"
NAMES = sorted(path.stem for path in (Path(__file__).parents[4] / "plugins/action").glob("*.py"))
DOCUMENTATION = {name: importlib.import_module(f"{PLUGINS}.modules.{name}") for name in NAMES}
ALONE = [name for name, module in DOCUMENTATION.items() if not hasattr(module, "main")]


KEYS = ("type", "required", "default", "choices", "elements")


class Asked(Exception):
    """The specification by which an action has its arguments checked."""


@pytest.fixture
def specification(make_action, monkeypatch):
    """The one of an action, which has to have its arguments checked before it looks at any."""

    def specification(name):
        action = make_action(importlib.import_module(f"{PLUGINS}.action.{name}"))

        def stop(specification):
            raise Asked(specification)

        monkeypatch.setattr(action, "validate_argument_spec", stop)
        with pytest.raises(Asked) as asked:
            action.run(task_vars={})
        return asked.value.args[0]

    return specification


@pytest.mark.parametrize("name", ALONE)
def test_what_is_documented_is_what_is_taken(name, specification):
    documented = yaml.safe_load(DOCUMENTATION[name].DOCUMENTATION)["options"]
    assert specification(name) == {
        option: {key: value for key, value in about.items() if key in KEYS} for option, about in documented.items()
    }


@pytest.mark.parametrize("name", ALONE)
def test_its_examples_have_all_that_it_requires(name, specification):
    examples = yaml.safe_load(DOCUMENTATION[name].EXAMPLES)
    calls = [set(task[f"rosfleet.cluster.{name}"]) for task in examples if f"rosfleet.cluster.{name}" in task]
    required = {option for option, about in specification(name).items() if about.get("required")}
    assert calls and all(required <= call <= set(specification(name)) for call in calls)


def test_there_are_some():
    assert {
        "bringup_mark",
        "discovery_show",
        "cluster_api",
        "controller_file",
        "fleet_inputs",
    } <= set(ALONE)
