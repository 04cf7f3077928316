# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which steps take long, and what a line on the screen says of each. Private to this collection. Pure: time comes in."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Callable, Optional, Sequence

from ._and_list import short_list


@dataclass
class Step:
    """A task, from its first host's beginning on."""

    name: str
    once: bool  # for all hosts of the play, whichever of them it runs on
    began: Optional[float] = None
    told: Optional[float] = None
    at_work: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def line(self, now: float, missing: Sequence[str]) -> str:
        since = time.strftime("%H:%M:%S", time.localtime(self.began))
        return f"… {self.name}: since {since} ({_minutes(now - self.began)}), {self._state(missing)}"

    def _state(self, missing: Sequence[str]) -> str:
        if missing:
            return f"still missing: {short_list(missing)}"
        if self.once:
            return "once for all hosts"
        return f"at work: {short_list(self.at_work)}" + (f"; done: {short_list(self.done)}" if self.done else "")


class LongSteps:
    """The steps of a run. One is due to be told when it has taken `after` seconds, and every `every` seconds from then on.

    `missing` says what a step that waits for the cluster has not seen yet.
    """

    def __init__(self, after: float, every: float, missing: Callable[[str], Sequence[str]]) -> None:
        self._after, self._every, self._missing = after, every, missing
        self._steps: dict[str, Step] = {}

    def announce(self, key: str, name: str, once: bool) -> None:
        """A step is next; those that nobody is at any more are over."""
        self._steps = {each: step for each, step in self._steps.items() if step.at_work or each == key}
        self._steps.setdefault(key, Step(name.rpartition(" : ")[2], once))  # without the role before it

    def begin(self, key: str, host: str, now: float) -> None:
        step = self._steps[key]
        step.began = now if step.began is None else step.began
        step.at_work.append(host)

    def end(self, key: str, host: str, done: bool) -> None:
        """The host is at it no more; what came of it, if it is not `done`, is on the screen already."""
        step = self._steps.get(key)
        if step and host in step.at_work:  # Ansible also ends what it has never begun, as a meta task that is skipped
            step.at_work.remove(host)
            if done:
                step.done.append(host)

    def due(self, now: float) -> list[str]:
        """The lines to show now."""
        lines = []
        for key, step in self._steps.items():
            if step.at_work and now >= (step.began + self._after if step.told is None else step.told + self._every):
                step.told = now
                lines.append(step.line(now, self._missing(key)))
        return lines


def _minutes(seconds: float) -> str:
    """ "0:09", "3:10", "1:02:03"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
