# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Pods say about themselves."""

from __future__ import annotations

from ansible_collections.rosfleet.cluster.plugins.plugin_utils._pods import nodes_without_ready_pod


def test_nodes_without_a_ready_pod_say_why():
    def pod(name, ready):
        conditions = [{"type": "Ready", "status": ready, "message": "" if ready == "True" else "not yet"}]
        return {
            "metadata": {"name": "m-" + name},
            "spec": {"nodeName": name},
            "status": {"phase": "Running", "conditions": conditions},
        }

    assert nodes_without_ready_pod([pod("base", "True"), pod("tb1", "False")], ["base", "tb1", "tb2"]) == {
        "tb1": "pod m-tb1 on tb1: Running\n  Ready is False: not yet",
        "tb2": "no pod was placed there",
    }
