# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a step waits for is noted where the screen's callback reads it."""

from __future__ import annotations

from ansible_collections.rosfleet.cluster.plugins.action import cluster_api
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._step_missing import read_missing

from ..plugin_utils._cluster_api.server import Server


def test_what_is_missing_is_noted_under_the_task(make_action, monkeypatch, tmp_path):
    monkeypatch.setattr(cluster_api, "connect", lambda kubeconfig: Server())
    monkeypatch.setattr(cluster_api.constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    step = {"await": "pods_on_nodes", "labels": ["name=multus"], "nodes": ["tb1"], "within": 0, "as": "multus"}
    action = make_action(cluster_api, kubeconfig="/k", steps=[step])
    assert list(action.run(task_vars={})["missing"]["multus"]) == ["tb1"]
    assert read_missing(str(tmp_path), action._task._uuid) == ["tb1"]
