# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where MicroK8s was stopped it is started; a host's own Node is awaited, and why it is not ready is said."""

from __future__ import annotations

import json

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import own_node, paths
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.nodes import Node
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.state import State
from ansible_collections.rosfleet.cluster.plugins.module_utils._snapd import SnapdBusy
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_running
from ansible_collections.rosfleet.cluster.plugins.modules.microk8s_running import BOOTING, command

from ..plugin_utils._membership.cluster import node

MICROK8S = ["/snap/bin/microk8s", "start"]
SNAP = ["snap", "start", "--enable", "microk8s"]
DONE = Outcome(0, "", "")
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
        monkeypatch.setattr(microk8s_running, "Files", lambda: Files(str(root)))
        monkeypatch.setattr(own_node, "run", run)
        monkeypatch.setattr(own_node.socket, "gethostname", lambda: "TB1")
        return run_main(microk8s_running, timeout=0)

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


@pytest.mark.parametrize(
    ("state", "active_after", "argv", "waited"),
    [
        (State("absent"), None, None, 0),
        (State("standalone"), 0, None, 0),
        (State("control_plane", stopped=True), None, MICROK8S, 0),
        (State("standalone"), None, MICROK8S, BOOTING),
        (State("worker"), 0, None, 0),
        (State("worker"), 5, None, 5),
        (State("worker"), None, SNAP, BOOTING),
        (State("standalone", low_memory=True), None, None, 0),
        (State("broken_worker"), None, None, 0),
    ],
)
def test_command(state, active_after, argv, waited, still_clock):
    def active(name):
        assert name == "microk8s"
        return ["daemon-containerd"] if active_after is not None and still_clock.now() >= active_after else []

    assert command(state, active, clock=still_clock) == argv
    assert still_clock.now() == waited


@pytest.fixture
def start(run_main, monkeypatch):
    """Runs the module on a host whose MicroK8s was stopped, or not; returns what it returned, and what it ran."""

    def start(stopped=True, outcome=DONE, busy=None, check_mode=False, ready=False):
        did = []

        def await_idle(name, timeout):
            did.append(f"idle {timeout}")
            if busy:
                raise SnapdBusy(busy)

        monkeypatch.setattr(microk8s_running, "read_state", lambda files: State("control_plane", stopped=stopped))
        monkeypatch.setattr(microk8s_running.command, "__defaults__", (lambda name: ["daemon-kubelite"],))
        monkeypatch.setattr(microk8s_running._snapd, "await_idle", await_idle)
        monkeypatch.setattr(microk8s_running, "run", lambda argv, timeout: did.append((argv, timeout)) or outcome)
        return run_main(microk8s_running, ready=ready, timeout=77, check_mode=check_mode), did

    return start


@pytest.mark.parametrize(
    ("stopped", "check_mode", "changed", "did"),
    [
        (True, False, True, ["idle 77", (MICROK8S, 77)]),
        (True, True, True, []),
        (False, False, False, []),
        (False, True, False, []),
    ],
)
def test_what_was_stopped_is_started(start, stopped, check_mode, changed, did):
    result, done = start(stopped, check_mode=check_mode)
    assert (result["changed"], done) == (changed, did)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (
            {"outcome": Outcome(1, "it rains\n", "")},
            "MicroK8s was stopped on this host and did not start: it rains. Fix: ",
        ),
        (
            {"outcome": Outcome(-9, "", "", timed_out=True)},
            "did not start: no end within 77 s. Fix: look at: snap services",
        ),
        ({"outcome": Outcome(3, "", "")}, "did not start: exit code 3. Fix: look at: snap services"),
        ({"busy": "snapd has been busy"}, "snapd has been busy. Fix: wait for it to end"),
    ],
)
def test_why_it_does_not_start(start, trouble, said):
    result, _did = start(**trouble)
    assert result["failed"] and said in result["msg"]


def test_what_would_have_to_be_started_is_not_awaited_in_check_mode(start):
    result, done = start(check_mode=True, ready=True)
    assert (result["changed"], "node" in result, done) == (True, False, [])


def test_a_node_is_awaited_after_the_start(start, monkeypatch):
    monkeypatch.setattr(own_node.socket, "gethostname", lambda: "TB1")
    waits = []

    def wait_for(name, machine_id, timeout):
        waits.append((name, timeout))
        return Node(name, True, machine_id), 3.0

    monkeypatch.setattr(own_node, "wait_for", wait_for)
    result, done = start(ready=True)
    assert (result["changed"], result["elapsed_s"], done[-1], waits) == (True, 3.0, (MICROK8S, 77), [("tb1", 77)])
