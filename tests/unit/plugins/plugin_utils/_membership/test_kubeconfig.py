"""The kubeconfig that role membership keeps on the controller."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._membership.kubeconfig import (
    leads_to,
    verifiable,
    would_be_lost,
)

ONE = "clusters:\n- cluster:\n    server: https://10.0.0.1:16443\n  name: microk8s-cluster\n"
OURS = (
    ONE + "contexts:\n- {name: microk8s, context: {cluster: microk8s-cluster, user: admin}}\nusers:\n- {name: admin}\n"
)


@pytest.mark.parametrize(
    ("python", "certificate", "expected"),
    [((3, 12), "PEM", "Q0E="), ((3, 13), "PEM", "UEVN"), ((3, 14), "PEM", "UEVN"), ((3, 13), "", "Q0E=")],
)
def test_python_313_refuses_the_ca_of_microk8s_so_the_server_is_pinned(python, certificate, expected):
    kubeconfig = "clusters:\n- cluster:\n    certificate-authority-data: Q0E=\n    server: https://10.0.0.1:16443\n"
    assert verifiable(kubeconfig, certificate, python) == kubeconfig.replace("Q0E=", expected)


@pytest.mark.parametrize(
    ("kubeconfig", "leads"),
    [
        ("clusters:\n- cluster:\n    server: https://10.0.0.1:16443\n", True),
        ("clusters:\n- cluster:\n    server: https://10.0.0.2:16443\n", True),
        ("clusters:\n- cluster:\n    server: https://10.0.0.10:16443\n", False),  # another fleet's
        ("clusters:\n- cluster:\n    server: https://cluster.example.org\n", False),
        ("clusters:\n- cluster: [", False),
        ("", False),
    ],
)
def test_a_kubeconfig_leads_to_a_control_plane_of_this_fleet_or_not(kubeconfig, leads):
    assert leads_to(kubeconfig, ["10.0.0.1", "10.0.0.2"]) is leads


@pytest.mark.parametrize(
    "kept", ["", "\n", ONE, OURS], ids=["nothing", "a blank line", "one cluster", "as MicroK8s writes it"]
)
def test_what_may_be_an_earlier_one_of_this_cluster_is_overwritten(kept):
    assert would_be_lost(kept, "/home/u/.kube/fleet") == []


@pytest.mark.parametrize(
    ("kept", "what"),
    [
        (OURS.replace("name: microk8s,", "name: kind-dev,"), "the way to other clusters (kind-dev)"),
        (
            OURS.replace("name: microk8s,", "name: prod, user: a}\n- {name: microk8s,"),
            "the way to other clusters (prod)",
        ),
        (OURS + "- {name: operator}\n", "the way to several clusters"),
        ("Host base\n  User ubuntu\n", "what is no kubeconfig"),
        ("clusters: all of them\n", "what is no kubeconfig"),
        ("clusters: [", "what is no kubeconfig"),
    ],
)
def test_what_cannot_have_come_from_here_is_not_overwritten(kept, what):
    (finding,) = would_be_lost(kept, "/home/u/.kube/config")
    assert finding.message == (
        f"/home/u/.kube/config on this controller holds {what}, and the cluster's kubeconfig would overwrite it"
    )
