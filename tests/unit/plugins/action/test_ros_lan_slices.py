"""How the cluster is asked, and what counts as no answer."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.rosfleet.cluster.plugins.action.ros_lan_slices import Cluster


def cluster(answer):
    asked = []

    def run(module, options):
        asked.append((module, options))
        return answer

    return Cluster(run, "/kube/config", "rosfleet"), asked


def test_nodes_and_the_counter_are_asked_for_through_the_api():
    one, asked = cluster({"resources": [{"metadata": {"name": "tb1"}}]})
    assert one.nodes() == [{"metadata": {"name": "tb1"}}]
    assert one.counter() == {"metadata": {"name": "tb1"}}
    assert asked == [
        ("kubernetes.core.k8s_info", {"kubeconfig": "/kube/config", "kind": "Node"}),
        ("kubernetes.core.k8s_info", {"kubeconfig": "/kube/config", "kind": "Namespace", "name": "rosfleet"}),
    ]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"failed": True, "msg": "connection refused"}, "connection refused"),
        ({"resources": [], "api_found": False, "msg": "Failed to find API"}, "Failed to find API"),
        ({"resources": []}, "an empty answer"),
    ],
)
def test_no_answer_is_not_an_empty_cluster(answer, said):
    one, unused = cluster(answer)
    with pytest.raises(AnsibleActionFail, match=said):
        one.nodes()


def test_a_patch_that_comes_too_late_is_told_from_one_that_fails():
    patch = [{"kind": "Node"}]
    assert cluster({"changed": True})[0].patch(patch) is True
    assert cluster({"failed": True, "reason": "Conflict", "msg": "409"})[0].patch(patch) is False
    with pytest.raises(AnsibleActionFail, match="forbidden"):
        cluster({"failed": True, "reason": "Forbidden", "msg": "forbidden"})[0].patch(patch)


def test_nothing_to_patch_asks_nobody():
    one, asked = cluster({})
    assert one.patch([]) is True
    assert asked == []
