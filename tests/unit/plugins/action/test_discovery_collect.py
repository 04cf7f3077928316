# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A probe in the background is waited for, brought and removed; one that does not end is said, and left for the cleanup."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.action import discovery_collect
from ansible_collections.rosfleet.cluster.plugins.module_utils._waiting import Clock

OPTIONS = {"job": "j1", "async_dir": "/run/rosfleet", "within": 3.0}
RUNNING = {"finished": 0, "started": 1}


@pytest.fixture
def collect(make_action, monkeypatch):
    """Runs the action on a host that gives these answers, the last one for ever; (result, what was asked)."""

    def collect(*answers):
        action, asked, remaining, seconds = make_action(discovery_collect, **OPTIONS), [], list(answers), [0.0]

        def execute(name, arguments, task_vars):
            assert (name, arguments["jid"], arguments["_async_dir"]) == (
                "ansible.builtin.async_status",
                "j1",
                "/run/rosfleet",
            )
            asked.append(arguments["mode"])
            if arguments["mode"] == "cleanup":
                return {}
            return remaining.pop(0) if len(remaining) > 1 else remaining[0]

        def sleep(length):
            seconds[0] += length

        monkeypatch.setattr(action, "clock", Clock(lambda: seconds[0], sleep))
        monkeypatch.setattr(action, "validate_argument_spec", lambda specification: (None, OPTIONS))
        monkeypatch.setattr(action, "_execute_module", execute)
        return action.run(task_vars={}), asked

    return collect


def test_what_it_heard_is_brought_and_removed(collect):
    result, asked = collect(RUNNING, RUNNING, {"finished": 1, "changed": True, "targets": ["heard"]})
    assert (result["targets"], result["changed"], result["collected"]) == (["heard"], False, True)
    assert asked == ["status", "status", "status", "cleanup"]


def test_a_probe_that_failed_is_removed_too(collect):
    result, asked = collect({"failed": True, "finished": 1, "msg": "no netlink"})
    assert (result["failed"], result["msg"], result["collected"]) == (True, "no netlink", True)
    assert asked == ["status", "cleanup"]


def test_one_that_does_not_end_is_said(collect):
    result, asked = collect(RUNNING)
    assert result["failed"] is True and "has not ended 3 s after" in result["msg"]
    assert "collected" not in result and "cleanup" not in asked
