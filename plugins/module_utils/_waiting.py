# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for a condition, bounded in time: the only place of the plugins that sleeps. PRIVATE."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Callable, TypeVar

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Clock:
    """Time as seconds, and how to let it pass. Tests bring one that does not tick by itself."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


REAL_CLOCK = Clock()


def wait_until(
    ask: Callable[[], Answer],
    satisfied: Callable[[Answer], bool],
    timeout: float,
    *,
    clock: Clock = REAL_CLOCK,
    interval: float = 1.0,
) -> tuple[Answer, float]:
    """(last answer, seconds waited): asks at once and every `interval` s until `satisfied`, or until `timeout` s are over."""
    began = clock.now()
    while True:
        answer = ask()
        waited = clock.now() - began
        if satisfied(answer) or waited >= timeout:
            return answer, waited
        clock.sleep(interval)
