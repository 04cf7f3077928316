# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The difference of two clocks is that of the quickest exchange; a few are enough."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.rosfleet.cluster.plugins.action import identity_info
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._fleet.clock import Exchange


def ticking(step):
    """A clock that is `step` seconds later each time that somebody looks."""
    seconds = iter(range(99))
    return lambda: step * next(seconds)


@pytest.fixture
def ask(make_action, monkeypatch):
    """Runs the action with this answer of the module, and of `date` 0.2 s later; returns what it returned."""

    def ask(answer, date):
        def measure(read):
            host = read()
            return [] if host is None else [Exchange(2.0, 2.2, host)]

        action = make_action(identity_info)
        monkeypatch.setattr(identity_info, "time", SimpleNamespace(time=ticking(1.0)))
        monkeypatch.setattr(identity_info, "measure", measure)
        monkeypatch.setattr(action, "_execute_module", lambda task_vars: answer)
        monkeypatch.setattr(action, "_low_level_execute_command", lambda command, sudoable: date)
        return action.run(task_vars={})

    return ask


BY_THE_MODULE = {"offset_s": 100.0, "uncertainty_s": 0.5}


@pytest.mark.parametrize(
    ("date", "clock"),
    [
        ({"rc": 0, "stdout": "10.1\n"}, {"offset_s": 8.0, "uncertainty_s": 0.1}),
        ({"rc": 127, "stdout": "1.0\n"}, BY_THE_MODULE),
        ({"rc": 0, "stdout": "1795267200.%N\n"}, BY_THE_MODULE),
    ],
)
def test_the_clock_stands_beside_what_the_module_says(ask, date, clock):
    result = ask({"changed": False, "identity": {"machine_id": "1f2e", "time": {"epoch": 100.5}}}, date)
    assert result["identity"] == {"machine_id": "1f2e", "time": {"epoch": 100.5}, "clock": clock}


def test_a_module_that_failed_is_passed_on(ask):
    assert ask({"failed": True, "msg": "no netlink"}, {"rc": 0, "stdout": "1.0"}) == {
        "failed": True,
        "msg": "no netlink",
    }
