# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A probe in the background is waited for, brought and removed; one that does not end is said, and left for the cleanup."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._waiting import Clock
from ansible_collections.rosfleet.cluster.plugins.modules import discovery_collect

# As ansible-core 2.20 to 2.22 write them.
BEGUN = {"started": 1, "finished": 0, "ansible_job_id": "j1"}
LOST = {"started": 1, "finished": 1, "failed": True, "msg": "FATAL ERROR: the module did not start"}


@pytest.fixture
def collect(tmp_path):
    """Collects a job whose file has these texts, one after the other; (result, whether the file is still there)."""

    def collect(*texts):
        path, remaining, seconds = tmp_path / "j1", list(texts), [0.0]

        def sleep(length):
            seconds[0] += length
            if remaining:
                path.write_text(remaining.pop(0))

        sleep(0)
        clock = Clock(lambda: seconds[0], sleep)
        return discovery_collect.collect("/j1", 3, files=Files(str(tmp_path)), clock=clock), path.exists()

    return collect


@pytest.mark.parametrize(
    ("texts", "result"),
    [
        ([BEGUN, BEGUN, {"changed": True, "targets": ["heard"]}], {"changed": False, "targets": ["heard"]}),
        ([{"failed": True, "msg": "no netlink"}], {"failed": True, "changed": False, "msg": "no netlink"}),
        ([BEGUN, LOST], {**LOST, "changed": False}),
    ],
)
def test_what_it_said_is_brought_and_removed(collect, texts, result):
    assert collect(*map(json.dumps, texts)) == ({**result, "collected": True}, False)


def test_what_cannot_be_read_is_said(collect):
    result, there = collect("Traceback")
    assert (result["failed"], "can be read: Traceback" in result["msg"], there) == (True, True, False)


@pytest.mark.parametrize("texts", [[], [json.dumps(BEGUN)]], ids=["never begun", "never ended"])
def test_one_that_does_not_end_is_said(collect, texts):
    result, there = collect(*texts)
    assert result["failed"] is True and "has not ended 3 s after" in result["msg"]
    assert ("collected" in result, there) == (False, bool(texts))
