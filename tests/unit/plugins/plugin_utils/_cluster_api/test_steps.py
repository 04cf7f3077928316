# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps in their order, on a clock that does not tick by itself."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._cluster_api.awaited import AWAITED
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._cluster_api.session import Refused, Session
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._cluster_api.steps import Run, StepError
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._cluster_api.transport import Silent

from .._membership.cluster import facts, node
from .server import SILENT, Server, thing

NODES = {"await": "nodes", "within": 5, "as": "nodes"}
TB1 = {"kind": "Node", **node()}
BASE = {"kind": "Node", **node("base", machine="m0", address="10.0.0.1", control_plane=True)}


@pytest.fixture
def told():
    """What steps that wait have told."""
    return []


@pytest.fixture
def carry_out(told, still_clock):
    """What came of steps on a server, and how long they took."""

    def carry_out(server, *steps, check=False):
        run = Run(Session(server, check=check), check=check, tell=told.append, clock=still_clock)
        run.carry_out(steps)
        return run

    return carry_out


@pytest.mark.parametrize(("silent", "waited"), [(0, 0), (2, 2)])
def test_an_answer_is_waited_for(carry_out, still_clock, silent, waited):
    run = carry_out(Server(TB1, answers=[SILENT] * silent), NODES)
    assert (len(run.read["nodes"]), run.missing["nodes"], still_clock.now()) == (1, [], waited)


def test_an_api_that_stays_silent_has_not_said_that_there_is_nothing(carry_out, still_clock):
    with pytest.raises(Silent, match="nobody listens"):
        carry_out(Server(TB1, answers=[SILENT] * 99), NODES)
    assert still_clock.now() == 5


def test_what_is_waited_for_is_told_as_long_as_it_is(carry_out, told):
    step = {"await": "pods_on_nodes", "labels": ["name=multus"], "nodes": ["robot"], "within": 1, "as": "multus"}
    carry_out(Server(answers=[SILENT]), step)
    assert told == [["an answer of the API"], ["robot"]]


def test_what_has_come_is_waited_for_no_more(carry_out, told):
    carry_out(Server(TB1), NODES)
    assert told == [[]]


def test_what_does_not_come_is_missing(carry_out, still_clock):
    run = carry_out(Server(), NODES)
    assert (run.read["nodes"], bool(run.missing["nodes"]), still_clock.now()) == ([], True, 5)


def test_what_does_not_come_and_is_required_ends_the_steps(carry_out):
    server = Server()
    step = {"await": "definition", "name": "x", "within": 5, "required": True, "as": "definition"}
    with pytest.raises(Refused, match="after 5 s the cluster still has no x"):
        carry_out(server, step, {"apply": [thing("Pod", "probe", "ros")]})
    assert server.objects == {}


def test_in_check_mode_nothing_is_waited_for(carry_out, still_clock):
    carry_out(Server(), {"await": "definition", "name": "x", "within": 5, "required": True, "as": "d"}, check=True)
    assert still_clock.now() == 0


@pytest.mark.parametrize(
    ("nodes", "more", "said"),
    [
        ([BASE, TB1], {}, {}),
        ([BASE], {}, {"robot": "the cluster has no Node named tb1"}),
        (
            [BASE, TB1],
            {"control_plane": ["base", "robot"], "database": ["10.0.0.1"]},
            {"robot": "its own files make it a worker, not a control plane of a cluster with others"},
        ),
    ],
)
def test_members_are_proven_by_the_api(carry_out, nodes, more, said):
    wanted = {"robot": facts("worker", api_endpoints=["10.0.0.1:16443"])}
    step = {
        "await": "members",
        "wanted": wanted,
        "addresses": {"base": "10.0.0.1", "robot": "10.0.0.2"},
        "control_plane": ["base"],
        "within": 0,
        "as": "members",
        **more,
    }
    assert carry_out(Server(*nodes), step).missing["members"] == said


def test_what_is_not_to_be_kept_is_removed_and_only_of_these_kinds(carry_out):
    kept, gone, other = (thing("Pod", name, "ros") for name in ("kept", "gone", "other"))
    server = Server(kept, gone, thing("ConfigMap", "other", "ros"))
    run = carry_out(server, {"prune": ["Pod"], "namespace": "ros", "labels": ["a=b"], "keep": [kept, other]})
    assert (run.changed, sorted(server.objects)) == (
        True,
        ["/api/v1/namespaces/ros/configmaps/other", "/api/v1/namespaces/ros/pods/kept"],
    )


@pytest.mark.parametrize(("left", "missing"), [("probe", ["probe"]), ("other", [])])
def test_pods_are_gone_when_they_are(carry_out, left, missing):
    step = {"await": "pods_gone", "pods": [thing("Pod", "probe", "ros")], "within": 3, "as": "left"}
    assert carry_out(Server(thing("Pod", left, "ros")), step).missing["left"] == missing


def test_samples_are_looked_for_in_the_logs_of_those_that_have_one(carry_out):
    expected = [
        {"namespace": "ros", "pod": "listener", "pattern": "heard"},
        {"namespace": "ros", "pod": "", "pattern": "x"},
    ]
    step = {"await": "samples", "expected": expected, "since_seconds": 30, "within": 2, "as": "logs"}
    server = Server()
    run = carry_out(server, step)
    assert (run.missing["logs"], run.read["logs"]) == (["ros/listener"], {"ros/listener": []})
    assert {path for _method, path, _query in server.asked} == {"/api/v1/namespaces/ros/pods/listener/log"}


LAN = {"name": "ros-lan", "pool": "192.168.8.128/25"}
SLICES = {"slices": [LAN], "nodes": {"tb1": ["ros-lan"]}, "namespace": "rosfleet", "as": "slices"}
VERSIONED = {"metadata": {**TB1["metadata"], "resourceVersion": "1", "annotations": {}}}
COUNTER = thing("Namespace", "rosfleet", metadata={"resourceVersion": "1"})


@pytest.mark.parametrize("check", [False, True])
def test_slices_are_handed_out_once(carry_out, check):
    server = Server({**TB1, **VERSIONED}, COUNTER)
    first = carry_out(server, SLICES, check=check)
    assert (first.changed, first.read["slices"]) == (True, {"tb1": {"ros-lan": "192.168.8.128/28"}})
    assert carry_out(server, SLICES, check=check).changed is check


def test_without_nodes_nobody_knows_who_holds_which_slice(carry_out):
    with pytest.raises(Refused, match="did not say which Nodes there are"):
        carry_out(Server(COUNTER), SLICES)


@pytest.mark.parametrize("step", [{"as": "x"}, {"read": "Pod", "apply": []}, {"await": "better days", "within": 1}])
def test_a_step_without_one_known_verb_is_none(carry_out, step):
    with pytest.raises(StepError):
        carry_out(Server(), step)


def test_all_that_can_be_waited_for_has_a_name_that_is_no_phrase():
    assert AWAITED and all(name.isidentifier() for name in AWAITED)
