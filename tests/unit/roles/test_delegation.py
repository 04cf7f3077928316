# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No task asks a particular host without knowing that it is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator

import pytest
import yaml

ROLES = Path(__file__).parents[3] / "roles"
FILES = sorted(ROLES.glob("*/tasks/*.yml"))
# The controller, and the control plane that was chosen among those that answered in this run.
KNOWN = ("localhost", "{{ rosfleet_seed.host }}")


def tasks(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each task, those in blocks with what their block says of all of them."""
    for entry in entries:
        parts = [part for key in ("block", "rescue", "always") for part in entry.get(key, [])]
        inherited = {key: value for key, value in entry.items() if key not in ("block", "rescue", "always")}
        yield from tasks([{**inherited, **part} for part in parts]) if parts else [entry]


def asks_blindly(task: dict[str, Any]) -> bool:
    """Whether it may end the play for all hosts because the one that it asks is off.

    Under run_once Ansible's linear strategy does that unless errors are ignored as well as what is unreachable.
    """
    is_a_look = task.get("ignore_unreachable") is True and task.get("ignore_errors") is True
    return task.get("delegate_to", "localhost") not in KNOWN and not is_a_look


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROLES)))
def test_only_hosts_that_are_there_are_asked(path):
    assert [task["name"] for task in tasks(yaml.safe_load(path.read_text())) if asks_blindly(task)] == []


@pytest.mark.parametrize(
    ("task", "blind"),
    [
        ({"delegate_to": "{{ microk8s_control_plane | first }}"}, True),
        ({"delegate_to": "{{ item }}", "ignore_unreachable": True}, True),
        ({"delegate_to": "{{ item }}", "ignore_unreachable": True, "ignore_errors": True}, False),
        ({"block": [{"delegate_to": "{{ rosfleet_seed.host }}"}]}, False),
        ({"block": [{}], "delegate_to": "cp1"}, True),
        ({}, False),
    ],
)
def test_what_counts_as_blind(task, blind):
    assert [asks_blindly(each) for each in tasks([task])] == [blind]
