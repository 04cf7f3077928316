"""What a user is told although nothing is to be done, and after a removal; and what forbids a reset."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._membership.notes import notes
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._membership.removal import farewell
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._membership.reset import reset_findings

from .cluster import node

FLEET = [
    {"host": name, "hostname": name, "address": f"10.0.0.{number}"}
    for number, name in enumerate(("base", "tb1", "tb2"), start=1)
]


def ha(available, **roles):
    members = [{"address": address, "role": role} for role, addresses in roles.items() for address in addresses]
    return {"members": members, "highly_available": available}


@pytest.mark.parametrize(
    ("ha", "line"),
    [
        (
            ha(True, voter=["10.0.0.1", "10.0.0.2", "10.0.0.3"]),
            "The cluster's database: voters base tb1 tb2, standbys none, spares none; it outlives the loss of one of them.",
        ),
        (
            ha(False, voter=["10.0.0.1"], spare=["10.0.0.2"], standby=["10.9.9.9"]),
            "The cluster's database: voters base, standbys 10.9.9.9, spares tb1; it does not outlive the loss of a voter.",
        ),
    ],
)
def test_the_database(ha, line):
    assert [finding.sentence for finding in notes([], FLEET, ha)] == [line]


def test_a_node_of_no_inventory_is_named():
    (finding,) = notes([node("tb1"), node("tb10")], FLEET, {})
    assert finding.sentence == (
        "The Node tb10 is in the cluster and in no inventory. Fix: declare it, or take it out: playbook "
        "remove with -e remove=tb10"
    )


def test_of_a_cluster_that_was_not_asked_there_is_nothing_to_tell():
    assert notes(None, FLEET, {}) == []


def test_a_departed_control_plane_holds_the_key():
    worker, plane = farewell(
        {"tb1": {"host": "tb1", "control_plane": False}, "base": {"host": "base", "control_plane": True}}
    )[::2]
    assert worker == "tb1 is out of the cluster. Take it out of the inventory, or the next site joins it again."
    assert "base was a control plane and still holds the key of the cluster's certificate authority" in plane


@pytest.mark.parametrize(
    ("names", "allowed", "parts"),
    [
        ([], True, ["No host is named"]),
        (["tb1"], True, []),
        (["tb1"], False, ["tb1: would lose MicroK8s and all its data"]),
        (["tb"], True, ["tb: no host of the inventory has exactly this name"]),
        (["tb2"], True, ["tb2: cannot be reached"]),
    ],
)
def test_reset(names, allowed, parts):
    findings = reset_findings(names, ["base", "tb1", "tb2"], ["base", "tb1"], allowed)
    assert len(findings) == len(parts)
    assert all(part in finding.message and finding.fix for part, finding in zip(parts, findings))
