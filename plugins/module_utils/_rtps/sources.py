# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From which addresses one GUID prefix is heard, when, and what is said from each. No I/O, no clock.

Private to this collection.
A GUID prefix belongs to one participant. Heard from several addresses it is one that has several NICs or has moved, one that
somebody repeats, or two that share it: what each names for itself, and whether they take turns, tells these apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from .spdp import Participant

MAX_SOURCES = 4  # of one GUID prefix; who sends from ever new addresses gets no more


@dataclass
class Source:
    """One address from which a GUID prefix is heard."""

    address: str
    first_s: float
    last_s: float
    datagrams: int = 0
    locators: tuple[str, ...] = ()  # as last named from there

    def as_result(self) -> dict:
        return {
            "address": self.address,
            "first_s": round(self.first_s, 3),
            "last_s": round(self.last_s, 3),
            "datagrams": self.datagrams,
            "locators": list(self.locators),
        }


class Sources:
    """The addresses of one GUID prefix, the first few of them."""

    def __init__(self) -> None:
        self._found: dict[str, Source] = {}

    def note(self, address: str, at_s: float, said: Optional[Participant]) -> None:
        """A datagram came from `address`, with what the participant says of itself when it was an announcement."""
        if address not in self._found and len(self._found) >= MAX_SOURCES:
            return
        source = self._found.setdefault(address, Source(address, at_s, at_s))
        source.last_s = at_s
        source.datagrams += 1
        if said:
            source.locators = said.unicast_locators

    def as_result(self) -> list[dict]:
        """All of them where there are several; one address is nothing to tell."""
        return [source.as_result() for source in self._found.values()] if len(self._found) > 1 else []
