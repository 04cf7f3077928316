# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A role's defaults and its argument spec tell the same story: Ansible itself never compares them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ROLES = Path(__file__).parents[3] / "roles"
SPECS = sorted(ROLES.glob("*/meta/argument_specs.yml"))


def computed(default, option) -> bool:
    """Whether a default is a template that is no value of its option's type: then the description tells it in words."""
    kinds = {option["type"], option.get("elements")} - {None, "list"}
    return isinstance(default, str) and "{{" in default and not kinds <= {"str", "path"}


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.parts[-3])
def test_defaults_and_spec_agree(spec):
    options = yaml.safe_load(spec.read_text())["argument_specs"].get("main", {}).get("options", {})
    path = spec.parents[1] / "defaults/main.yml"
    defaults = (yaml.safe_load(path.read_text()) if path.exists() else None) or {}
    told = {name: default for name, default in defaults.items() if not computed(default, options[name])}
    assert told == {name: option["default"] for name, option in options.items() if "default" in option}
    assert all("by default" in str(options[name]["description"]) for name in defaults.keys() - told.keys())


def test_the_roles_are_looked_at():
    assert {"ros_lan", "ros_workloads"} <= {path.parts[-3] for path in SPECS}
