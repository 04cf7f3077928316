# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What roles and manifests call by the same name."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._manifests import NAMESPACE

ROLES = Path(__file__).parents[4] / "roles"


@pytest.mark.parametrize("role", ["ros_lan", "discovery"])
def test_the_namespace_that_one_role_makes_is_where_the_other_finds_its_pods(role):
    variables = yaml.safe_load((ROLES / role / "vars/main.yml").read_text())
    assert variables[f"__{role}_namespace"] == NAMESPACE
