# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A line on the screen for what takes long: which host, which step, since when. PRIVATE, may change at any time.

Ansible shows a task when it begins and each host when it has ended. In between, minutes on a robot, nothing tells a slow step
from a hung one.
"""

from __future__ import annotations

import threading
import time
from abc import abstractmethod
from contextlib import contextmanager
from typing import Any, Callable, Iterator, Mapping

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

FIRST_S = 10.0  # what is over before needs no line
AGAIN_S = 60.0


@contextmanager
def told_while(
    what: str, say: Callable[[str], Any], *, first: float = FIRST_S, again: float = AGAIN_S, clock=time.strftime
) -> Iterator[None]:
    """Let `say` tell `what` is being done and since when, after `first` seconds and every `again` seconds from then on."""
    since = clock("%H:%M:%S")
    over = threading.Event()

    def tell() -> None:
        pause = first
        while not over.wait(pause):
            say(f"{what}, since {since}")
            pause = again

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()


class LongStep(ActionBase):
    """The action of a module whose step is told while it takes long. What more it does than run the module is in `act`."""

    _supports_check_mode = True

    @abstractmethod
    def step(self) -> str:
        """What the host does, to stand after its name. The task's arguments are not checked yet."""

    def who(self, task_vars: Mapping[str, Any]) -> str:
        return self._task.delegate_to or task_vars["inventory_hostname"]

    def act(self, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        return self._execute_module(task_vars=task_vars)

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        with told_while(f"{self.who(task_vars)}: {self.step()}", Display().display):
            return {**result, **self.act(task_vars)}
