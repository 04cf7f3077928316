"""Who has to join, who must not, and who is proven a member."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.filter.membership import (
    membership_findings,
    membership_kubeconfig,
    membership_plan,
    membership_unproven,
)


def node(name="tb1", ready="True", machine="m1", address="10.0.0.2"):
    return {
        "metadata": {"name": name},
        "status": {
            "conditions": [{"type": "Ready", "status": ready, "message": "kubelet stopped posting"}],
            "nodeInfo": {"machineID": machine},
            "addresses": [{"type": "Hostname", "address": name}, {"type": "InternalIP", "address": address}],
        },
    }


def facts(role, ca_hash="ours", machine="m1"):
    return {"role": role, "node_name": "tb1", "machine_id": machine, "ca_hash": ca_hash}


@pytest.mark.parametrize(
    ("facts", "nodes", "action"),
    [
        (facts("absent", None), [], "join"),
        (facts("standalone", "own"), [], "join"),
        (facts("standalone", "own"), [node(machine="old")], "join"),  # installed anew under its old name and address
        (facts("standalone", "own"), [node(machine="twin", address="10.0.0.9")], "refuse"),
        (facts("standalone", "own"), [node(machine="twin", address="10.0.0.9", ready="Unknown")], "join"),
        (facts("worker"), [node()], "member"),
        (facts("worker"), [node(ready="Unknown")], "member"),  # just booted
        (facts("worker"), [], "rejoin"),
        (facts("worker"), [node(machine="old")], "rejoin"),
        (facts("worker", "theirs"), [], "refuse"),
        (facts("control_plane"), [], "refuse"),
        (facts("broken_worker"), [], "refuse"),
    ],
)
def test_plan(facts, nodes, action):
    plan = membership_plan({"robot": facts}, nodes, "ours", {"robot": "10.0.0.2"})
    assert plan["robot"]["action"] == action and plan["robot"]["reason"]


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        (node(), None),
        (node(name="tb10"), "no Node named tb1"),
        (node(machine="m2"), "another machine"),
        (node(address="10.0.1.2"), "not the fleet address 10.0.0.2"),
        (node(ready="Unknown"), "not Ready: kubelet stopped posting"),
    ],
)
def test_a_member_is_proven_by_name_address_machine_and_readiness(node, reason):
    unproven = membership_unproven([node], {"robot": facts("worker")}, {"robot": "10.0.0.2"})
    assert unproven == {} if reason is None else reason in unproven["robot"]


@pytest.mark.parametrize(
    ("control_plane", "workers", "absent", "part"),
    [
        (["base"], ["tb1"], [], None),
        (["base"], ["tb1"], ["tb1"], None),
        ([], ["tb1"], [], "no control plane"),
        (["a", "b"], [], [], "a and b: 2 control plane hosts are worse than one"),
        (["a", "b", "c"], [], [], "one control plane host"),
        (["base"], ["base", "tb1"], [], "base: both control plane and worker"),
        (["base"], ["tb1"], ["base"], "base: the control plane host cannot be reached"),
    ],
)
def test_findings(control_plane, workers, absent, part):
    findings = membership_findings(control_plane, workers, absent)
    assert len(findings) == (0 if part is None else 1)
    assert part is None or part in findings[0]


@pytest.mark.parametrize(
    ("python", "certificate", "expected"),
    [((3, 12), "PEM", "Q0E="), ((3, 13), "PEM", "UEVN"), ((3, 14), "PEM", "UEVN"), ((3, 13), "", "Q0E=")],
)
def test_python_313_refuses_the_ca_of_microk8s_so_the_server_is_pinned(python, certificate, expected):
    kubeconfig = "clusters:\n- cluster:\n    certificate-authority-data: Q0E=\n    server: https://10.0.0.1:16443\n"
    assert membership_kubeconfig(kubeconfig, certificate, python) == kubeconfig.replace("Q0E=", expected)
