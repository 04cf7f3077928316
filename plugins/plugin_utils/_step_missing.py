# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a step still waits for, from Ansible's process for the task to the one that shows it. Private to this collection.

A file in the folder that Ansible makes on the controller for each run, for its user alone, and removes at the end.
"""

from __future__ import annotations

import json
import os
from typing import Sequence


def note_missing(folder: str, step: str, names: Sequence[str]) -> None:
    path = _path(folder, step)
    with open(f"{path}.new", "w", encoding="utf-8") as handle:
        json.dump(list(names), handle)
    os.replace(f"{path}.new", path)


def read_missing(folder: str, step: str) -> list[str]:
    """Nothing where the step has noted nothing."""
    try:
        with open(_path(folder, step), encoding="utf-8") as handle:
            return json.load(handle)
    except FileNotFoundError:
        return []


def _path(folder: str, step: str) -> str:
    return os.path.join(folder, f"missing-{step}.json")
