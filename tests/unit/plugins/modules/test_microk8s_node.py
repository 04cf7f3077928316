# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host's own Node is awaited, and why it is not ready is said."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import own_node, paths
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_node

from ..plugin_utils._membership.cluster import node

KUBECTL = [
    paths.KUBECTL,
    f"--kubeconfig={paths.KUBELET_CONFIG}",
    "--request-timeout=5s",
    "get",
    "node",
    "tb1",
    "-o",
    "json",
]


@pytest.fixture
def look(run_main, write_tree, monkeypatch):
    """Runs the module on tb1 (machine-id m1), where kubectl gives this answer or raises it."""

    def look(answer):
        def run(argv, timeout):
            assert (argv, timeout) == (KUBECTL, 15)
            if isinstance(answer, Exception):
                raise answer
            return answer

        root = write_tree({"/etc/machine-id": "m1\n"})
        monkeypatch.setattr(microk8s_node, "Files", lambda: Files(str(root)))
        monkeypatch.setattr(own_node, "run", run)
        monkeypatch.setattr(own_node.socket, "gethostname", lambda: "TB1")
        return run_main(microk8s_node, timeout=0)

    return look


def shown(**seen):
    return Outcome(0, json.dumps(node(**seen)), "")


def test_a_node_that_is_ready(look):
    result = look(shown())
    assert (result["changed"], result["node"]["ready"], result["node"]["address"]) == (False, True, "10.0.0.2")
    assert result["elapsed_s"] < 5


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (shown(ready="Unknown"), "kubelet stopped posting"),
        (shown(machine="twin"), "another machine has this name (its machine-id is twin, this host's is m1)"),
        (Outcome(1, "", "Error: connection refused\n"), "Error: connection refused"),
        (Outcome(-9, "", "", timed_out=True), "no answer from the API within 15 s"),
        (FileNotFoundError(), f"{paths.KUBECTL} is missing: MicroK8s is not installed"),
    ],
)
def test_why_a_node_is_not_ready(look, answer, reason):
    result = look(answer)
    assert result["failed"] is True
    assert result["msg"].startswith(f"Node tb1 was not ready after 0 s: {reason}. Look at: snap services microk8s; ")
    assert result["node"]["name"] == "tb1"
