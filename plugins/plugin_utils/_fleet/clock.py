# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a host's clock is off, from one exchange or several. PRIVATE, may change at any time.

Cristian's algorithm: the host read its clock somewhere between question and answer, so taking the middle is wrong by
half of the round trip at most.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Callable, Optional, Sequence

TRIES = 3
GOOD_ENOUGH_S = 0.05  # a tenth of the skew that role identity lets pass

_SECONDS = re.compile(r"\d+\.\d+")


@dataclass(frozen=True)
class Exchange:
    """When it was asked and answered by the controller's clock, and what the host's clock said; seconds since 1970."""

    asked: float
    answered: float
    host: float

    @property
    def uncertainty(self) -> float:
        return (self.answered - self.asked) / 2

    @property
    def offset(self) -> float:
        return self.host - (self.asked + self.answered) / 2


def parse_date(output: str) -> Optional[float]:
    """The answer of `date +%s.%N`; None for that of a `date` which does not know %N."""
    lines = output.strip().splitlines()
    return float(lines[-1]) if lines and _SECONDS.fullmatch(lines[-1].strip()) else None


def measure(ask: Callable[[], Optional[float]], now: Callable[[], float] = time.time) -> list[Exchange]:
    """Exchanges with a host whose clock `ask()` reads, until one is quick enough; none when it has no answer."""
    exchanges: list[Exchange] = []
    for _attempt in range(TRIES):
        asked = now()
        host = ask()
        if host is None:
            break
        exchanges.append(Exchange(asked, now(), host))
        if 0 <= exchanges[-1].uncertainty <= GOOD_ENOUGH_S:
            break
    return exchanges


def estimate(exchanges: Sequence[Exchange]) -> Optional[dict[str, float]]:
    """The host's clock minus the controller's by the quickest exchange; None when there is none to go by.

    An exchange that ended before it began saw the controller's clock being set, and counts for nothing.
    """
    usable = [exchange for exchange in exchanges if exchange.uncertainty >= 0]
    if not usable:
        return None
    best = min(usable, key=lambda exchange: exchange.uncertainty)
    return {"offset_s": round(best.offset, 6), "uncertainty_s": round(best.uncertainty, 6)}
