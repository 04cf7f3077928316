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


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.parts[-3])
def test_defaults_and_spec_agree(spec):
    options = yaml.safe_load(spec.read_text())["argument_specs"]["main"]["options"]
    defaults = yaml.safe_load((spec.parents[1] / "defaults" / "main.yml").read_text()) or {}
    assert defaults == {name: option["default"] for name, option in options.items() if "default" in option}


def test_the_roles_are_looked_at():
    assert {"ros_lan", "ros_workloads"} <= {path.parts[-3] for path in SPECS}
