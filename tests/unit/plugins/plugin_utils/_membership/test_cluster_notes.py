"""What a user is told of a cluster although nothing is to be done."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._membership.cluster_notes import cluster_notes

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
    assert [finding.sentence for finding in cluster_notes([], FLEET, ha)] == [line]


def test_a_node_of_no_inventory_is_named():
    (finding,) = cluster_notes([node("tb1"), node("tb10")], FLEET, {})
    assert finding.sentence == (
        "The Node tb10 is in the cluster and in no inventory. Fix: declare it, or take it out: playbook "
        "remove with -e remove=tb10"
    )


def test_of_a_cluster_that_was_not_asked_there_is_nothing_to_tell():
    assert cluster_notes(None, FLEET, {}) == []
