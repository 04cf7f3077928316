# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Participants that a domain tag keeps apart."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.tag_findings import of_tags

from .topic_graph import graph, speaker

TAGGED = {"tag": "blue"}


@pytest.mark.parametrize(
    "speakers, domains, severity",
    [
        ([speaker("a", "x"), speaker("b", "y")], {}, None),
        ([speaker("a", "x", **TAGGED), speaker("b", "y", **TAGGED)], {}, None),
        ([speaker("a", "x"), speaker("b", "y", **TAGGED)], {}, "error"),
        ([speaker("a", "x"), speaker("", **TAGGED)], {}, "warning"),
        ([speaker("a", "x"), speaker("b", **TAGGED)], {}, "warning"),
        # A host whose workloads are declared for that domain.
        ([speaker("a", "x"), speaker("b", **TAGGED)], {"b": {0}}, "error"),
        ([speaker("a", "x"), speaker("b", **TAGGED)], {"b": {5}}, "warning"),
        # They would not hear each other anyway.
        ([speaker("a", "x"), speaker("b", "y", domain_id=5, **TAGGED)], {}, None),
        ([speaker("a", "x"), speaker("b", "y", networks=("cam-lan",), **TAGGED)], {}, None),
        # Who is told to stay alone is meant to; a workload is not.
        ([speaker("a", "x"), speaker("b", tag="ros_discovery_off_17")], {}, None),
        ([speaker("a", "x"), speaker("b", "y", tag="ros_discovery_off_17")], {}, "error"),
    ],
)
def test_who_is_kept_apart(speakers, domains, severity):
    found = list(of_tags(graph(speakers=speakers), domains))
    assert [(each.code, each.severity) for each in found] == ([("domain-tag", severity)] if severity else [])


def test_the_few_are_told_to_do_as_most_do():
    speakers = [speaker("a", "x"), speaker("b", "x"), speaker("c", "x", tag="blue")]
    (found,) = of_tags(graph(speakers=speakers), {})
    assert found.message == (
        "Participants of domain 0 on ros-lan have different domain tags and do not hear each other: a/x and b/x without a tag; "
        "c/x with the tag blue."
    )
    assert (found.hosts, found.network, "give c/x the tag of the others" in found.fix) == (["c"], "ros-lan", True)
