# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which participant indexes of a domain are taken in a network namespace, and by whom.

Private to this collection. Pure. A participant takes the two ports of an index; the first free one is what the next gets.
"""

from __future__ import annotations

from collections import Counter
from typing import Iterable, Mapping

from ._programs import Owner
from ._rtps import ports

MOST_OWNERS = 6
NOBODY_KNOWN = "?"


def indexes(sockets: Iterable[tuple[int, int]], owners: Mapping[int, Owner], domain_id: int) -> dict:
    """`sockets`: (port, inode) of all that are bound to a UDP port. The result has in `owners` {program: the ports it has}."""
    bound: dict[int, set[str]] = {}
    for port, inode in sockets:
        bound.setdefault(port, set()).add(str(owners.get(inode, NOBODY_KNOWN)))
    taken: Counter[str] = Counter()
    free = 0
    while free <= ports.LAST_PARTICIPANT:
        pair = (ports.discovery_unicast(domain_id, free), ports.user_unicast(domain_id, free))
        holders = [program for port in pair for program in bound.get(port, ())]
        if not holders:
            break
        taken.update(holders)
        free += 1
    return {"first_free": free, "owners": dict(taken.most_common(MOST_OWNERS))}
