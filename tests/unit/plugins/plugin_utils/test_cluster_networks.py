# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody has an address in the networks of the cluster's pods and Services, wherever these are."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._cluster_networks import all_networks, networks_of
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._microk8s import network_findings

from ..looks import ABSENT, fleet, look

MICROK8S = {"pods": ["10.1.0.0/16"], "Services": ["10.152.183.0/24"]}
ARGUMENTS = {
    "proxy": "--kubeconfig=${SNAP_DATA}/credentials/proxy.config\n--cluster-cidr=10.42.0.0/16,fd01::/64\n",
    "apiserver": "--service-cluster-ip-range=10.43.0.0/24\n",
}


@pytest.mark.parametrize(
    "role, arguments, launch_config, pods, services",
    [
        ("absent", {}, {}, "10.1.0.0/16", "10.152.183.0/24"),
        ("absent", {}, None, "10.1.0.0/16", "10.152.183.0/24"),
        ("absent", {}, "text", "10.1.0.0/16", "10.152.183.0/24"),
        ("absent", {}, {"extraCNIEnv": {"IPv4_CLUSTER_CIDR": "10.2.0.0/16"}}, "10.2.0.0/16", "10.152.183.0/24"),
        ("absent", {}, {"extraCNIEnv": {"IPv4_SERVICE_CIDR": "10.43.0.0/24"}}, "10.1.0.0/16", "10.43.0.0/24"),
        (
            "absent",
            {},
            {"extraKubeAPIServerArgs": {"--service-cluster-ip-range": "10.43.0.0/24,fd02::/108"}},
            "10.1.0.0/16",
            "10.43.0.0/24",
        ),
        # Calico does not ask kube-proxy.
        ("absent", {}, {"extraKubeProxyArgs": {"--cluster-cidr": "10.2.0.0/16"}}, "10.1.0.0/16", "10.152.183.0/24"),
        # What is installed is as it is, whatever is declared since.
        (
            "control_plane",
            ARGUMENTS,
            {"extraCNIEnv": {"IPv4_CLUSTER_CIDR": "10.2.0.0/16"}},
            "10.42.0.0/16",
            "10.43.0.0/24",
        ),
        ("standalone", {"proxy": "", "apiserver": ""}, {}, "10.1.0.0/16", "10.152.183.0/24"),
        ("worker", ARGUMENTS, {}, "10.42.0.0/16", None),
    ],
)
def test_the_networks_of_a_host(role, arguments, launch_config, pods, services):
    assert networks_of(role, arguments, launch_config) == {"pods": [pods], "Services": [services] if services else []}


def nic(name, *addresses):
    return {"name": name, "loopback": name == "lo", "addresses": list(addresses)}


def of(nics, address="192.168.8.21", role="absent", **more):
    """A fleet of one present host with these NICs."""
    identity = {"nics": nics, "default_routes": [{"nic": nics[0]["name"], "gateway": "", "source": address}]}
    seen = look(identity=identity, nics=[nic("lo", "127.0.0.1/8"), *nics], microk8s={"role": role}, arguments={})
    return fleet({"tb1": {"ansible_host": address, **more}}, {"tb1": seen})


ROBOT = nic("eth0", "192.168.8.21/24")
OTHER_PODS = {"microk8s_launch_config": {"extraCNIEnv": {"IPv4_CLUSTER_CIDR": "10.42.0.0/16"}}}


@pytest.mark.parametrize(
    "members, found",
    [
        # A campus network of 10.1.0.0/21.
        (
            of([nic("enp1s0", "10.1.3.13/21")], "10.1.3.13"),
            [("error", "its fleet address 10.1.3.13 (enp1s0) is one of 10.1.0.0/16")],
        ),
        (of([nic("enp1s0", "10.1.3.13/21")], "10.1.3.13", **OTHER_PODS), []),
        (
            of([ROBOT, nic("eth1", "10.1.3.13/24")]),
            [("error", "its address 10.1.3.13 (eth1) is one of 10.1.0.0/16, from")],
        ),
        (
            of([ROBOT, nic("lxdbr0", "10.152.183.1/24")]),
            [("error", "from which the cluster gives Services their addresses")],
        ),
        (of([ROBOT, nic("eth1", "10.42.0.7/24")], **OTHER_PODS), [("error", "is one of 10.42.0.0/16")]),
        # It is in a network that is wider, and not itself one of those that are cut off.
        (
            of([ROBOT, nic("eth1", "10.9.0.7/8")]),
            [
                ("warning", "machines of that network that have such an address are taken for pods"),
                ("warning", "taken for Services"),
            ],
        ),
        # Who is a member already is healed all the same, and has the pods' network on NICs of its own.
        (
            of([nic("enp1s0", "10.1.3.13/21")], "10.1.3.13", role="worker"),
            [("warning", "its fleet address 10.1.3.13 (enp1s0)")],
        ),
        (of([ROBOT, nic("vxlan.calico", "10.1.44.0/32"), nic("cali1234", "10.1.44.1/32")], role="worker"), []),
        (of([ROBOT]), []),
        (of([nic("eth0", "10.2.3.13/16")], "10.2.3.13"), []),
    ],
)
def test_hosts_in_a_network_of_the_cluster(members, found):
    findings = network_findings(members, ["tb1"])
    assert [(each["severity"], words in each["message"]) for each, (_severity, words) in zip(findings, found)] == [
        (severity, True) for severity, _words in found
    ]
    assert len(findings) == len(found)
    assert all(each["fix"] and each["host"] == "tb1" for each in findings)


def test_an_absent_hosts_fleet_address_counts_too():
    members = fleet({"tb1": {"ansible_host": "10.1.3.15"}}, {"tb1": ABSENT})
    (finding,) = network_findings(members, ["tb1"])
    assert "its fleet address 10.1.3.15 is one of 10.1.0.0/16" in finding["message"]


def test_another_network_is_suggested_that_is_nobodys():
    (finding,) = network_findings(of([nic("eth0", "10.1.3.13/21"), nic("eth1", "10.42.0.9/24")], "10.1.3.13"), ["tb1"])
    assert "IPv4_CLUSTER_CIDR: 10.244.0.0/16, IPv4_SERVICE_CIDR: 10.152.183.0/24}}" in finding["fix"]


def test_the_networks_of_all_who_are_to_be_in_the_cluster():
    variables = {
        "base": OTHER_PODS,
        "tb1": {},
        "laptop": {"microk8s_launch_config": {"extraCNIEnv": {"IPv4_CLUSTER_CIDR": "x"}}},
    }
    assert all_networks(fleet(variables, {}, None, ["base", "tb1"])) == {
        **MICROK8S,
        "pods": ["10.1.0.0/16", "10.42.0.0/16"],
    }
