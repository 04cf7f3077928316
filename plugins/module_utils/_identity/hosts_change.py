# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The change of a hosts file on disk. PRIVATE, may change at any time."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ansible.module_utils.common.text.converters import to_bytes, to_text

from .._file_sync import Change, read
from .hosts_file import HostsFileError, Removed, rewrite

ENTRIES = {
    "type": "list",
    "elements": "dict",
    "required": True,
    "options": {
        "address": {"type": "str", "required": True},
        "names": {"type": "list", "elements": "str", "required": True},
    },
}


def hosts_change(path: str, entries: Sequence[Mapping[str, Any]], block: bool) -> tuple[Change, list[Removed]]:
    """(the change, what it takes out of lines of others). Raises HostsFileError, which says that the file stays."""
    before = read(path)
    try:
        after, removed = rewrite(to_bytes(before or ""), entries, block)
    except HostsFileError as exc:
        raise HostsFileError(f"{path} stays as it is: {exc}") from exc
    return Change(path, before, to_text(after)), removed
