# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a rollout and of its pods, and what is said when it fails."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils import _pods, _rollout
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._manifests import stale

DONE = {"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}


def manifest(host="tb1", namespace="ros"):
    labels = {"rosfleet.io/workload": "talker", "rosfleet.io/host": host}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": f"talker-{host}", "namespace": namespace, "labels": labels},
    }


def deployment(host="tb1", **status):
    made = manifest(host)
    return {**made, "metadata": {**made["metadata"], "generation": 2}, "status": {**DONE, **status}}


def pod(host="tb1", ready="True", leaving=False, **status):
    metadata = {
        "name": f"talker-{host}-abc",
        "namespace": "ros",
        "uid": "u-" + host,
        "labels": manifest(host)["metadata"]["labels"],
    }
    if leaving:
        metadata["deletionTimestamp"] = "2026-11-21T07:00:00Z"
    conditions = [{"type": "Ready", "status": ready}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {"nodeName": host},
        "status": {"phase": "Running", "conditions": conditions, **status},
    }


@pytest.mark.parametrize(
    "existing, expected",
    [
        ([deployment()], {}),
        ([], {"tb1": ["talker-tb1"]}),
        ([deployment(observedGeneration=1)], {"tb1": ["talker-tb1"]}),
        ([deployment(updatedReplicas=None)], {"tb1": ["talker-tb1"]}),
        ([deployment(replicas=2)], {"tb1": ["talker-tb1"]}),
        ([deployment(availableReplicas=None)], {"tb1": ["talker-tb1"]}),
        ([{**deployment(), "status": None}], {"tb1": ["talker-tb1"]}),
    ],
    ids=["done", "not there", "not looked at yet", "old pod", "both pods", "not available", "no status yet"],
)
def test_unfinished(existing, expected):
    assert _rollout.unfinished(existing, [manifest()], ["tb1"]) == expected


def test_absent_hosts_are_not_waited_for():
    assert _rollout.unfinished([], [manifest("tb1"), manifest("tb2")], ["tb2"]) == {"tb2": ["talker-tb2"]}


@pytest.mark.parametrize(
    "interfaces, leaving, replaced",
    [
        ([{"u-tb1": ["lo", "eth0", "ros0"]}], False, False),
        ([{"u-tb1": ["lo", "eth0"]}], False, True),
        ([{}, {"u-tb1": ["lo", "eth0"]}], False, True),
        ([{"u-tb1": ["lo", "eth0"]}], True, False),
        ([{}], False, False),
    ],
    ids=["attached", "cluster network only", "as the second host sees it", "leaving", "does not run yet"],
)
def test_pods_that_started_without_their_lan_are_replaced(interfaces, leaving, replaced):
    name = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "talker-tb1-abc", "namespace": "ros"}}
    assert _rollout.without_attachment([pod(leaving=leaving)], interfaces) == ([name] if replaced else [])


@pytest.mark.parametrize(
    "seen, expected",
    [
        (pod(), True),
        (pod(ready="False"), False),
        (pod(leaving=True), False),
        (pod(conditions=None), False),
    ],
)
def test_readiness(seen, expected):
    assert _pods.is_ready(seen) is expected


def test_a_failure_shows_states_and_the_events_of_the_pod_to_blame():
    waiting = {"reason": "ImagePullBackOff", "message": "Back-off pulling image"}
    died = {"reason": "Error", "exitCode": 1, "message": "ros0: does not match an available interface\n"}
    failing = pod(
        ready="False",
        phase="Pending",
        conditions=[{"type": "Ready", "status": "False", "message": "containers with unready status: [talker]"}],
        containerStatuses=[
            {"name": "talker", "state": {"waiting": waiting}, "lastState": {"terminated": died}},
        ],
    )
    events = [
        {
            "involvedObject": {"uid": "u-tb1"},
            "type": "Warning",
            "reason": "Failed",
            "message": "no such image",
            "count": 4,
            "lastTimestamp": "2026-11-21T07:00:02Z",
        },
        {
            "involvedObject": {"uid": "u-tb1"},
            "type": "Normal",
            "reason": "Scheduled",
            "message": "assigned",
            "eventTime": "2026-11-21T07:00:01Z",
        },
        {"involvedObject": {"uid": "u-tb2"}, "type": "Warning", "reason": "Other", "message": "of another pod"},
    ]
    assert _rollout.explain_failure(["talker-tb1"], [failing, pod("tb2")], events) == "\n".join(
        [
            "talker-tb1 is not running as declared:",
            "pod talker-tb1-abc on tb1: Pending",
            "  Ready is False: containers with unready status: [talker]",
            "  container talker waiting: ImagePullBackOff, Back-off pulling image",
            "  container talker last terminated: Error, exit code 1, ros0: does not match an available interface",
            "  event Normal Scheduled: assigned",
            "  event Warning Failed (x4): no such image",
            "  Fix: correct the image's name, let the host reach its registry, or side-load it with microk8s_images",
        ]
    )


def test_a_container_that_dies_sends_the_reader_to_its_log():
    died = pod(ready="False", containerStatuses=[{"name": "talker", "state": {"terminated": {"exitCode": 1}}}])
    said = _rollout.explain_failure(["talker-tb1"], [died], [])
    assert said.endswith("Look at: microk8s kubectl logs --previous --namespace ros talker-tb1-abc")


NO_MATCH = 'failed to pull and unpack image "x": no match for platform in manifest: not found'


@pytest.mark.parametrize(
    "status",
    [
        {"state": {"waiting": {"reason": "ImagePullBackOff", "message": NO_MATCH}}},
        {
            "state": {"waiting": {"reason": "CrashLoopBackOff"}},
            "lastState": {"terminated": {"exitCode": 255, "message": "exec /ros_entrypoint.sh: exec format error\n"}},
        },
    ],
)
def test_an_image_for_other_processors_is_known_by_what_is_said_of_it(status):
    said = _rollout.explain_failure(
        ["talker-tb1"], [pod(ready="False", containerStatuses=[{"name": "talker", **status}])], []
    )
    assert (
        "not made for the processor of tb1 (amd64 on PCs, arm64 on Raspberry Pis and Jetsons)" in said.splitlines()[-1]
    )


def test_a_failure_without_any_pod():
    assert "no pod of it is there" in _rollout.explain_failure(["talker-tb1"], [], [])


def test_stale_is_what_exists_and_is_not_wanted():
    assert stale([deployment("tb1"), deployment("tb2")], [manifest("tb1")]) == [
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "talker-tb2", "namespace": "ros"}}
    ]
    assert len(stale([manifest("tb1", namespace="old")], [manifest("tb1")])) == 1
