# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told once of a host and its pods, and what is not."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._finding import WARNING, Finding
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.folding import folded


def finding(code="deaf-host", hosts=("tb2",), nic="eno2", severity="error", **evidence):
    nics = {"nics": {hosts[0]: nic}}
    return Finding(code, f"{code} of {nic}.", "Mend it.", severity, list(hosts), "ros-lan", {**nics, **evidence})


def test_what_holds_for_a_host_and_its_pods_is_told_of_the_host_with_the_nics_of_both():
    (only,) = folded([finding()], [finding(nic="ros0")])
    assert only.message == "deaf-host of eno2. The same holds for pods there."
    assert only.evidence == {"nics": {"tb2": "eno2"}, "nics_of_pods": {"tb2": "ros0"}}


@pytest.mark.parametrize(
    "of_pods",
    [
        finding(nic="ros0", hosts=("tb1", "tb2")),
        finding("mute-host", nic="ros0"),
        finding(nic="ros0", severity=WARNING),
        finding(nic="ros0", domain_ids=[7]),
    ],
    ids=["other hosts", "another fault", "not as grave", "one of several domains"],
)
def test_what_is_something_else_is_told_too(of_pods):
    assert folded([finding()], [of_pods]) == [finding(), of_pods]


def test_what_holds_for_pods_alone_is_theirs():
    assert folded([], [finding(nic="ros0")]) == [finding(nic="ros0")]
