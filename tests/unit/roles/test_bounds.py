# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""There is one way to the API, which bounds every question: without a quorum the API server takes requests and hangs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from .test_delegation import FILES, ROLES, tasks


def goes_another_way(task: dict[str, Any]) -> bool:
    return any(key.startswith("kubernetes.core.") for key in task)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROLES)))
def test_no_task_goes_another_way(path: Path):
    assert [task["name"] for task in tasks(yaml.safe_load(path.read_text())) if goes_another_way(task)] == []


@pytest.mark.parametrize(
    ("task", "other"),
    [
        ({"kubernetes.core.k8s_info": {"kind": "Node"}}, True),
        ({"block": [{"kubernetes.core.k8s": {}}]}, True),
        ({"rosfleet.cluster.cluster_api": {"steps": []}}, False),
    ],
)
def test_what_is_another_way(task, other):
    assert any(goes_another_way(each) for each in tasks([task])) is other
