# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The address book: which fleet address each host had when it was last asked, kept on the controller.

With it every playbook, also one that reaches only some hosts (`--limit`, absent robots), has the same addresses.
Private to this collection. Pure.
"""

from __future__ import annotations

import json
from typing import Any, Iterable, Mapping, Optional

from .member import is_reachable_ipv4


def parse(text: str) -> dict[str, dict[str, str]]:
    """{inventory name: {"address", "contacted"}} of the file's text; entries that are none are left out."""
    try:
        book = json.loads(text)
    except ValueError:
        return {}
    return {
        str(host): {"address": entry["address"], "contacted": entry["contacted"]}
        for host, entry in (book.items() if isinstance(book, dict) else ())
        if isinstance(entry, dict)
        and isinstance(entry.get("contacted"), str)
        and is_reachable_ipv4(str(entry.get("address")))
    }


def remembered(book: Mapping[str, Mapping[str, str]], host: str, contacted: str) -> Optional[str]:
    """The host's address when it was last seen; None when the inventory says since then to contact it elsewhere."""
    entry = book.get(host, {})
    return entry.get("address") if entry.get("contacted") == contacted else None


def updated(
    book: Mapping[str, Mapping[str, str]], fleet: Mapping[str, Mapping[str, Any]], accepted: Iterable[str]
) -> dict[str, dict[str, str]]:
    """The book after this run: the hosts that were `accepted` anew, the others as they were; who left the inventory is gone.

    A host that was refused, as another machine has its name for example, is not believed its address.
    """
    entries: dict[str, dict[str, str]] = {}
    believed = set(accepted)
    for host, each in fleet.items():
        if host in believed and each["present"] and each["address"]:
            entries[host] = {"address": each["address"], "contacted": each["contacted"]}
        elif host in book:
            entries[host] = dict(book[host])
    return entries


def text_of(book: Mapping[str, Mapping[str, Any]]) -> str:
    """The file's text."""
    return json.dumps(book, indent=2, sort_keys=True) + "\n"
