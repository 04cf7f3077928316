"""The kubeconfig that role membership keeps on the controller."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.filter.__own.membership import (
    membership_kubeconfig,
    membership_leads_to,
)


@pytest.mark.parametrize(
    ("python", "certificate", "expected"),
    [((3, 12), "PEM", "Q0E="), ((3, 13), "PEM", "UEVN"), ((3, 14), "PEM", "UEVN"), ((3, 13), "", "Q0E=")],
)
def test_python_313_refuses_the_ca_of_microk8s_so_the_server_is_pinned(python, certificate, expected):
    kubeconfig = "clusters:\n- cluster:\n    certificate-authority-data: Q0E=\n    server: https://10.0.0.1:16443\n"
    assert membership_kubeconfig(kubeconfig, certificate, python) == kubeconfig.replace("Q0E=", expected)


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
    assert membership_leads_to(kubeconfig, ["10.0.0.1", "10.0.0.2"]) is leads
