"""What forbids to make hosts clean."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._membership.reset import reset_findings


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
