# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of facts that a host keeps for every playbook. Private to this collection. Pure."""

from __future__ import annotations

import json
from typing import Any, Mapping

PATH = "/etc/ansible/facts.d/rosfleet.fact"
IDENTITY = "identity"  # the section of role identity


def with_section(text: str, section: str, facts: Mapping[str, Any]) -> str:
    """The file with the facts of one section; what is no JSON object in UTF-8, a file cut in half for example, begins anew."""
    try:
        before = json.loads(text.encode())
    except ValueError:
        before = {}
    sections = before if isinstance(before, dict) else {}
    return json.dumps({**sections, section: facts}, indent=2, sort_keys=True) + "\n"
