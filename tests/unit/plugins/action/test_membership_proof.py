"""Waiting for members, on a clock that does not tick by itself."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.rosfleet.cluster.plugins.action import membership_proof
from ansible_collections.rosfleet.cluster.plugins.action.membership_proof import await_members
from ansible_collections.rosfleet.cluster.plugins.modules.membership_proof import EXAMPLES

from ..plugin_utils.membership.cluster import facts, node

MISSING = {"robot": "the cluster has no Node named tb1"}


@pytest.mark.parametrize(
    ("answers", "unproven", "elapsed"),
    [
        ([["tb1"]], {}, 0),
        (["connection refused", [], ["tb1"]], {}, 2),
        ([[]] * 99, MISSING, 5),
        (["connection refused"] * 99, {"robot": "the API does not answer: connection refused"}, 5),
    ],
)
def test_await_members(answers, unproven, elapsed, still_clock):
    remaining = list(answers)
    result = await_members(
        lambda: remaining.pop(0), lambda nodes: {} if nodes else MISSING, ["robot"], 5, clock=still_clock
    )
    assert (result, still_clock.now()) == (unproven, elapsed)


PLANES = {"base": node("base", machine="m0", address="10.0.0.1", control_plane=True), "tb1": node()}


@pytest.mark.parametrize(
    ("answer", "more", "said"),
    [
        ({"resources": list(PLANES.values())}, {}, {}),
        ({"resources": [PLANES["base"]]}, {}, {"robot": "the cluster has no Node named tb1"}),
        ({"failed": True, "msg": "connection refused"}, {}, {"robot": "the API does not answer: connection refused"}),
        (
            {"resources": list(PLANES.values())},
            {"control_plane": ["base", "robot"], "database": ["10.0.0.1"]},
            {"robot": "its own files make it a worker, not a control plane of a cluster with others"},
        ),
    ],
)
def test_the_api_is_asked_for_nodes_and_judged(make_action, monkeypatch, answer, more, said):
    asked = []

    def execute_module(name, arguments, task_vars):
        asked.append((name, arguments))
        return answer

    wanted = {"robot": facts("worker", api_endpoints=["10.0.0.1:16443"])}
    addresses = {"base": "10.0.0.1", "robot": "10.0.0.2"}
    arguments = {"kubeconfig": "/kube", "wanted": wanted, "addresses": addresses, "control_plane": ["base"], **more}
    action = make_action(membership_proof, timeout=0, **arguments)
    monkeypatch.setattr(action, "_execute_module", execute_module)
    result = action.run(task_vars={})
    assert (result["unproven"], result["changed"]) == (said, False)
    assert asked == [("kubernetes.core.k8s_info", {"kubeconfig": "/kube", "kind": "Node"})]


def test_its_example_works_as_it_is_written(make_action, monkeypatch):
    task = yaml.safe_load(EXAMPLES)[0]["rosfleet.cluster.membership_proof"]
    action = make_action(membership_proof, **task)
    identity = task["wanted"]["tb1"]
    there = node(machine=identity["machine_id"], address=task["addresses"]["tb1"])
    monkeypatch.setattr(action, "_execute_module", lambda *arguments, **more: {"resources": [there]})
    assert action.run(task_vars={})["unproven"] == {}
