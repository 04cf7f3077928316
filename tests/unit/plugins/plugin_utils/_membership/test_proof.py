"""Who is proven a member."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._membership.proof import unproven

from .cluster import facts, node

ADDRESSES = {"robot": "10.0.0.2", "base": "10.0.0.1"}
BASE = node("base", address="10.0.0.1", control_plane=True)


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
    reasons = unproven([node], {"robot": facts("worker")}, ADDRESSES)
    assert reasons == {} if reason is None else reason in reasons["robot"]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (facts("worker", api_endpoints=["10.0.0.1:16443"]), None),
        (facts("worker", api_endpoints=["10.0.0.9:16443", "10.0.0.1:16443"]), None),
        (
            facts("worker", api_endpoints=["10.0.0.9:16443"]),
            "looks for the API at 10.0.0.9, which no control plane has",
        ),
        (facts("worker", api_endpoints=["10.0.0.9:16443"], api_load_balanced=True), None),
        (facts("standalone"), "its own files make it a standalone, not a worker"),
    ],
)
def test_a_workers_own_story(facts, reason):
    reasons = unproven([BASE, node()], {"robot": facts}, ADDRESSES, ["base"])
    assert reasons == {} if reason is None else reason in reasons["robot"]


@pytest.mark.parametrize(
    ("facts", "database", "reason"),
    [
        (facts("control_plane"), ["10.0.0.1", "10.0.0.2"], None),
        (facts("control_plane"), ["10.0.0.1"], "the cluster's database does not list 10.0.0.2 (10.0.0.1)"),
        (facts("standalone"), ["10.0.0.1", "10.0.0.2"], "make it a standalone, not a control plane"),
    ],
)
def test_a_control_planes_own_story(facts, database, reason):
    reasons = unproven([BASE, node()], {"robot": facts}, ADDRESSES, ["base", "robot"], database)
    assert reasons == {} if reason is None else reason in reasons["robot"]


def test_the_only_control_plane_needs_no_database_of_several():
    assert unproven([BASE], {"base": facts("standalone", node_name="base")}, ADDRESSES, ["base"]) == {}
