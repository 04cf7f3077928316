# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A booted cluster is itself again when it says so of now, not of yesterday."""

from __future__ import annotations

import datetime

import pytest

from lab.fleet.kubernetes import not_back

SINCE = datetime.datetime(2026, 11, 26, 1, 0, 0, tzinfo=datetime.timezone.utc)
BEFORE, AFTER = "2026-11-26T00:59:59Z", "2026-11-26T01:00:00Z"


def node(status="True", heartbeat=AFTER):
    conditions = [
        {"type": "DiskPressure", "status": "False", "lastHeartbeatTime": AFTER},
        {"type": "Ready", "status": status, "lastHeartbeatTime": heartbeat},
    ]
    return {"kind": "Node", "metadata": {"name": "tb1"}, "status": {"conditions": conditions}}


def pod(*states, phase="Running"):
    statuses = [{"state": state} for state in states]
    return {"kind": "Pod", "metadata": {"name": "talker"}, "status": {"phase": phase, "containerStatuses": statuses}}


def running(began):
    return {"running": {"startedAt": began}}


@pytest.mark.parametrize(
    ("item", "missing"),
    [
        (node(), []),
        (node(heartbeat=BEFORE), ["Node tb1"]),
        (node(status="False"), ["Node tb1"]),
        (node(status="Unknown"), ["Node tb1"]),
        (pod(running(AFTER)), []),
        (pod(running(AFTER), running(BEFORE)), ["Pod talker"]),
        (pod({"waiting": {"reason": "ContainerCreating"}}), ["Pod talker"]),
        (pod(), ["Pod talker"]),
        (pod({"terminated": {}}, phase="Succeeded"), []),
    ],
)
def test_what_was_not_reported_anew_is_missing(item, missing):
    assert not_back([item], SINCE) == missing
