# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every question to the API has a bound: without a quorum the API server keeps its port open, and requests hang."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from .test_delegation import FILES, ROLES, tasks

# The action that asks the API by itself, in a loop.
ASKS = ("kubernetes.core.", "rosfleet.cluster.membership_proof")


def may_hang(task: dict[str, Any]) -> bool:
    return any(key.startswith(ASKS) for key in task) and "timeout" not in task


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROLES)))
def test_no_question_may_hang(path: Path):
    assert [task["name"] for task in tasks(yaml.safe_load(path.read_text())) if may_hang(task)] == []


@pytest.mark.parametrize(
    ("task", "hangs"),
    [
        ({"kubernetes.core.k8s_info": {"kind": "Node"}}, True),
        ({"kubernetes.core.k8s": {"wait_timeout": 60}}, True),
        ({"kubernetes.core.k8s_info": {"kind": "Node"}, "timeout": 20}, False),
        ({"block": [{"kubernetes.core.k8s": {}}], "timeout": 20}, False),
        ({"ansible.builtin.debug": {}}, False),
    ],
)
def test_what_may_hang(task, hangs):
    assert [may_hang(each) for each in tasks([task])] == [hangs]
