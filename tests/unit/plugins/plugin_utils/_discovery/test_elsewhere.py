# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DDS programs on a host that are not on the LAN: said of those, and of no other."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.report import build_report

from .fleet import LAN, evidence, healthy, hosts, pod

NETWORKS = [{"name": LAN, "subnet": "10.0.0.0/24"}]


def program(**more):
    nic = {"nic": "eth0", "kind": "veth", "index": 4, "link": 5, "addresses": [more.pop("address", "172.17.0.2/16")]}
    return {
        "pod_uid": "",
        "container": "3f2a9c000000",
        "programs": ["listener (pid 12)"],
        "domain_ids": [0],
        "nics": [nic],
        "default_route": True,
        "error": "",
        **more,
    }


def found(*programs, networks=NETWORKS, pods=(), targets=None):
    left = hosts(healthy("a", "b") if targets is None else targets)
    left["a"]["result"]["elsewhere"] = list(programs)
    report = build_report(evidence(hosts=left, networks=networks, pods=list(pods)))
    return [each for each in report["diagnoses"] if each["code"] == "program-elsewhere"]


def test_a_container_behind_a_translation_is_named_with_its_program_and_address():
    (finding,) = found(program())
    assert (finding["severity"], finding["hosts"]) == ("warning", ["a"])
    assert "listener (pid 12) in container 3f2a9c000000 on a, in domain 0," in finding["message"]
    assert "172.17.0.2/16 and none on the LAN (10.0.0.0/24)" in finding["message"]
    assert "address translation" in finding["message"]


def test_a_translation_is_said_only_where_something_leaves():
    (finding,) = found(program(default_route=False, nics=[]))
    assert "has no address at all" in finding["message"]
    assert "Nothing that it sends leaves the host" in finding["message"]
    assert "translation" not in finding["message"]


@pytest.mark.parametrize(
    "what, each, more",
    [
        ("it is on the LAN", program(address="10.0.0.200/24"), {}),
        ("in a domain in which nobody is looked for", program(domain_ids=[5]), {}),
        ("its addresses were not read", program(nics=[], error="cannot enter"), {}),
        ("no LAN has a subnet", program(), {"networks": [{"name": LAN}]}),
        ("its pod is probed", program(pod_uid="uid-probe-a"), {"pods": [pod("probe-a", "a")]}),
    ],
)
def test_what_is_no_finding(what, each, more):
    assert found(each, **more) == [], what


def test_a_pod_that_nobody_declared_is_a_warning_and_a_workloads_an_error():
    (stranger,) = found(program(pod_uid="unknown"))
    assert (
        stranger["severity"],
        "in a Kubernetes pod" in found(program(pod_uid="unknown", container=""))[0]["message"],
    ) == ("warning", True)
    (declared,) = found(
        program(pod_uid="uid-server-x"), pods=[pod("server-x", "a", namespace="ros", workload="server")]
    )
    assert (declared["severity"], "of pod ros/server-x" in declared["message"]) == ("error", True)


def test_a_host_without_a_result_has_nothing_elsewhere():
    left = hosts(healthy("a", "b"), a={"unreachable": True, "msg": "gone"})
    report = build_report(evidence(hosts=left, networks=NETWORKS))
    assert "program-elsewhere" not in [each["code"] for each in report["diagnoses"]]
