# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of ros_workloads: what is applied, in which order."""

from __future__ import annotations

from ansible_collections.rosfleet.cluster.plugins.filter.__own import workloads

NETWORKS = [{"name": "ros-lan", "pool": "10.88.1.128/25"}, {"name": "cam-lan", "pool": "10.9.0.0/24"}]
DECLARED = [{"name": "talker", "image": "lab/ros:1", "hosts": ["tb1"], "rmw": "fastrtps"}]


def test_what_a_workload_needs_comes_before_it():
    made = workloads.workload_manifests(DECLARED, NETWORKS, {"tb1": "tb1"})
    names = [manifest["metadata"]["name"] for manifest in made]
    names[3] = names[3].rpartition("-")[0]
    assert list(zip([manifest["kind"] for manifest in made], names)) == [
        ("Namespace", "ros"),
        ("NetworkAttachmentDefinition", "ros-lan"),
        ("NetworkAttachmentDefinition", "cam-lan"),
        ("ConfigMap", "rosfleet-fastdds-ros-lan"),
        ("Deployment", "talker-tb1"),
    ]


def test_nothing_declared_is_nothing_made():
    assert workloads.workload_manifests([], NETWORKS, {}) == []


def test_findings_speak_of_lans_by_name():
    assert "cam-lan" in workloads.workload_findings([{**DECLARED[0], "lan": "x"}], NETWORKS, {"tb1": "tb1"})[0]


def test_what_is_odd_is_no_reason_to_refuse():
    odd = [{**DECLARED[0], "env": {"ROS_LOCALHOST_ONLY": 1}}]
    assert workloads.workload_findings(odd, NETWORKS, {"tb1": "tb1"}) == []
    (said,) = workloads.workload_warnings(odd, NETWORKS, {"tb1": "tb1"})
    assert said.startswith("workload talker: env has ROS_LOCALHOST_ONLY")
    assert workloads.workload_warnings([{**DECLARED[0], "lan": "x"}], NETWORKS, {"tb1": "tb1"}) == []
