# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: long_steps
type: aggregate
short_description: Tells which hosts are still at a step that takes long
version_added: 0.1.0
author: rosfleet contributors (@rosfleet)
description:
  - Ansible shows a task when it begins and each host when it has ended. In between, minutes on a robot, nothing tells a slow
    step from a hung one.
  - With this callback a step that takes longer than O(after) says so in one line, and again every O(every) seconds, with the
    time since when, the hosts that are still at it and those that are done; or, where one question to the cluster is about all
    of them, what it does not show yet. What is over before needs no line.
  - The lines go to standard error, so that what another callback writes to standard output (JSON, for one) stays as it is.
  - A line holds the names of the task and of hosts, and nothing of the task's arguments or results.
requirements:
  - Name it in C(callbacks_enabled) of your C(ansible.cfg).
options:
  after:
    description: How long a step may take, in seconds, before it is told for the first time.
    type: float
    default: 10
    env:
      - name: ROSFLEET_LONG_STEPS_AFTER
    ini:
      - section: callback_long_steps
        key: after
  every:
    description: How long it may go on, in seconds, before it is told again.
    type: float
    default: 60
    env:
      - name: ROSFLEET_LONG_STEPS_EVERY
    ini:
      - section: callback_long_steps
        key: every
"""

EXAMPLES = r"""
# ansible.cfg
# [defaults]
# callbacks_enabled = rosfleet.cluster.long_steps
# [callback_long_steps]
# every = 30
"""

import atexit
import threading
import time
from functools import partial

from ansible import constants
from ansible.plugins.callback import CallbackBase

from ..plugin_utils._long_steps import LongSteps
from ..plugin_utils._step_missing import read_missing

TICK_S = 1.0  # how often it is looked whether a line is due


class CallbackModule(CallbackBase):
    """Ansible tells what begins and ends; a thread beside it shows what is due while Ansible waits."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "rosfleet.cluster.long_steps"
    CALLBACK_NEEDS_ENABLED = True

    def set_options(self, task_keys=None, var_options=None, direct=None):
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)
        missing = partial(read_missing, constants.DEFAULT_LOCAL_TMP)
        self._steps = LongSteps(self.get_option("after"), self.get_option("every"), missing)
        self._lock = threading.Lock()

    def v2_playbook_on_start(self, playbook):
        self._over = threading.Event()
        self._teller = threading.Thread(target=self._tell, name="long_steps", daemon=True)
        self._teller.start()
        atexit.register(self._end)  # a run that is cut off has no last event

    def v2_playbook_on_stats(self, stats):
        self._end()

    def v2_playbook_on_task_start(self, task, is_conditional):
        with self._lock:
            self._steps.announce(task._uuid, task.get_name(), task.run_once is True)

    def v2_playbook_on_handler_task_start(self, task):
        self.v2_playbook_on_task_start(task, False)

    def v2_runner_on_start(self, host, task):
        with self._lock:
            self._steps.begin(task._uuid, host.get_name(), time.time())

    def v2_runner_on_ok(self, result):
        self._ended(result, done=True)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._ended(result)

    def v2_runner_on_skipped(self, result):
        self._ended(result)

    def v2_runner_on_unreachable(self, result):
        self._ended(result)

    def _ended(self, result, done=False):
        with self._lock:
            self._steps.end(result.task._uuid, result.host.get_name(), done)

    def _tell(self):
        while not self._over.wait(TICK_S):
            with self._lock:
                lines = self._steps.due(time.time())
            for line in lines:
                self._display.display(line, stderr=True)

    def _end(self):
        atexit.unregister(self._end)
        self._over.set()
        self._teller.join()
