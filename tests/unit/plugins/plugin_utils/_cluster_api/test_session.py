# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked and told, and what counts as an answer."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._cluster_api.session import Refused, Session
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._cluster_api.transport import Response, Silent

from .server import SILENT, Server, thing

POD = thing("Pod", "probe", "ros", spec={"nodeName": "tb1"})
FORBIDDEN = Response(403, '{"kind": "Status", "message": "nodes is forbidden"}')


def test_a_list_says_of_each_what_all_have_in_common():
    (found,) = Session(Server(POD)).read("Pod", namespace="ros")
    assert (found["kind"], found["apiVersion"], found["metadata"]["name"]) == ("Pod", "v1", "probe")


def test_what_is_asked_for_is_selected_by_the_api():
    server = Server(POD)
    Session(server).read("Pod", namespace="ros", labels=["a=b", "c"], fields=["x=y"])
    assert server.asked == [("GET", "/api/v1/namespaces/ros/pods", {"labelSelector": "a=b,c", "fieldSelector": "x=y"})]


@pytest.mark.parametrize(("name", "count"), [("probe", 1), ("other", 0)])
def test_one_object_by_its_name(name, count):
    assert len(Session(Server(POD)).read("Pod", namespace="ros", name=name)) == count


def test_a_kind_that_the_cluster_does_not_know_has_no_objects():
    assert Session(Server()).read("NetworkAttachmentDefinition") == []


@pytest.mark.parametrize(
    ("answer", "raised", "said"), [(FORBIDDEN, Refused, "nodes is forbidden"), (SILENT, Silent, "nobody listens")]
)
def test_no_answer_is_not_an_empty_cluster(answer, raised, said):
    with pytest.raises(raised, match=said):
        Session(Server(answers=[answer])).read("Node")


@pytest.mark.parametrize(
    ("there", "wanted", "changed"),
    [
        ([], POD, True),
        ([POD], POD, False),
        ([{**POD, "status": {"phase": "Running"}}], POD, False),
        ([{**POD, "spec": {"nodeName": "tb2"}}], POD, True),
    ],
)
@pytest.mark.parametrize("check", [False, True])
def test_an_object_is_as_its_manifest_says_afterwards_and_only_tried_out_in_check_mode(there, wanted, changed, check):
    server = Server(*there)
    before = dict(server.objects)
    assert Session(server, check=check).apply(wanted) is changed
    assert [query.get("dryRun") for method, _path, query in server.asked if method == "PATCH"] == [
        "All" if check else None
    ]
    assert (
        server.objects == before
        if check
        else server.objects["/api/v1/namespaces/ros/pods/probe"]["spec"] == wanted["spec"]
    )


NOT_THERE = Response(404, '{"message": "namespaces ros not found"}')


def test_what_cannot_be_tried_out_yet_would_be_made():
    assert Session(Server(answers=[NOT_THERE, NOT_THERE]), check=True).apply(POD) is True


def test_an_object_in_a_namespace_that_is_not_there_is_refused():
    with pytest.raises(Refused, match="Pod probe was not applied"):
        Session(Server(answers=[NOT_THERE, NOT_THERE])).apply(POD)


def test_a_patch_that_comes_too_late_is_told_from_one_that_fails():
    assert Session(Server(POD)).patch(POD) is True
    assert Session(Server(answers=[Response(409, "{}")])).patch(POD) is False
    with pytest.raises(Refused, match="Pod probe was not changed: nodes is forbidden"):
        Session(Server(answers=[FORBIDDEN])).patch(POD)


@pytest.mark.parametrize("check", [False, True])
def test_whether_there_was_something_to_remove(check):
    server = Server(POD)
    session = Session(server, check=check)
    assert (session.remove(POD), session.remove(thing("Pod", "other", "ros"))) == (True, False)
    assert bool(server.objects) is check


@pytest.mark.parametrize(("status", "lines"), [(200, ["a", "b"]), (400, []), (404, [])])
def test_a_pod_that_has_not_started_has_no_log(status, lines):
    assert Session(Server(answers=[Response(status, "a\nb\n")])).log("ros", "talker", 30) == lines
