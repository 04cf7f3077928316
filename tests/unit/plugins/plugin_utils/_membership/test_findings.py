"""What is wrong with a declared cluster."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._membership.findings import cluster_findings


@pytest.mark.parametrize(
    ("control_plane", "workers", "absent", "part"),
    [
        (["base"], ["tb1"], [], None),
        (["base"], ["tb1"], ["tb1"], None),
        (["a", "b", "c"], ["tb1"], [], None),
        (["a", "b", "c", "d", "e"], [], [], None),
        ([], ["tb1"], [], "no control plane"),
        (["a", "b"], [], [], "a and b: 2 control plane hosts are worse than one"),
        (["a", "b", "c", "d"], [], [], "survive the loss of no more hosts than 3 do"),
        (["a", "b", "c", "d", "e", "f", "g"], [], [], "are more than a cluster makes use of"),
        (["base"], ["base", "tb1"], [], "base: both control plane and worker"),
        (["base"], ["tb1"], ["base"], "base: the control plane host cannot be reached"),
        (["a", "b", "c"], [], ["c"], None),
        (["a", "b", "c"], [], ["b", "c"], "b and c: 2 of 3 control plane hosts cannot be reached"),
        (["a", "b", "c", "d", "e"], [], ["a", "b"], None),
        (["a", "b", "c", "d", "e"], [], ["a", "b", "c"], "3 of 5 control plane hosts"),
    ],
)
def test_findings(control_plane, workers, absent, part):
    findings = cluster_findings(control_plane, workers, absent)
    assert len(findings) == (0 if part is None else 1)
    assert part is None or (part in findings[0].message and findings[0].fix)


@pytest.mark.parametrize("control_plane", [["a", "b"], ["a", "b", "c", "d"]])
def test_an_even_number_can_be_asked_for(control_plane):
    assert cluster_findings(control_plane, [], [], allow_even=True) == []


def test_the_loss_of_one_of_two_is_the_loss_of_the_quorum():
    (finding,) = cluster_findings(["a", "b"], [], ["b"], allow_even=True)
    assert finding.message.startswith("b: 1 of 2 control plane hosts cannot be reached")
