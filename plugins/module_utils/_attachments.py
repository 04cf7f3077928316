# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The per-node attachment files that Multus reads for definitions without spec.config.

Private to this collection. Multus goes through /etc/cni/multus/net.d in the order of file names and takes the first
file whose "name" is that of the definition. A file that is no JSON ends the search with an error, so one broken
file breaks every LAN whose file sorts after it.
"""

from __future__ import annotations

import json
import os
from typing import Any

SUFFIXES = (".conf", ".json", ".conflist")
# CNI plugins ignore keys that they do not know; this one says that the file is ours to rewrite and to remove.
OWNER_KEY = "rosfleet"


def read_attachments(directory: str) -> list[dict[str, Any]]:
    """Every file that Multus would read in `directory`, in its order; an absent directory has none.

    Each is {"file": path, "name": attachment name or "", "owned": made by us, "text": the whole file, "error": why Multus
    stops here or ""}.
    """
    try:
        names = sorted(name for name in os.listdir(directory) if name.endswith(SUFFIXES))
    except FileNotFoundError:
        return []
    return [_read_attachment(os.path.join(directory, name)) for name in names]


def _read_attachment(path: str) -> dict[str, Any]:
    found: dict[str, Any] = {"file": path, "name": "", "owned": False, "text": "", "error": ""}
    try:
        with open(path, encoding="utf-8") as stream:
            found["text"] = stream.read()
        content = json.loads(found["text"])
    except (OSError, ValueError) as exc:
        found["error"] = str(exc)
        return found
    if not isinstance(content, dict):
        found["error"] = "not a JSON object"
        return found
    found["name"] = str(content.get("name", ""))
    found["owned"] = OWNER_KEY in content
    return found
