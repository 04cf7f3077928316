# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is offered against what is requested, by DDS 1.4, 2.2.3."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery import matching
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.matching import Qos

from .topic_graph import said

DURABILITIES = ("volatile", "transient-local", "transient", "persistent")
LIVELINESS = ("automatic", "manual-by-participant", "manual-by-topic")
RANKED = {"reliability": ("best-effort", "reliable"), "durability": DURABILITIES, "liveliness": LIVELINESS}


@pytest.mark.parametrize(
    "policy, offered, requested",
    [(policy, one, other) for policy, ranks in RANKED.items() for one in ranks for other in ranks],
)
def test_at_least_what_is_requested_has_to_be_offered(policy, offered, requested):
    found = matching.mismatches(Qos(**{policy: offered}), Qos(**{policy: requested}))
    ranks = RANKED[policy]
    assert found == ([] if ranks.index(offered) >= ranks.index(requested) else [policy])


@pytest.mark.parametrize(
    "offered, requested, agree",
    [
        (None, None, True),
        (0.1, None, True),
        (None, 0.1, False),
        (0.1, 0.1, True),
        (0.1, 0.2, True),
        (0.2, 0.1, False),
        (0.0, 0.0, True),
    ],
)
@pytest.mark.parametrize("key, policy", [("deadline_s", "deadline"), ("liveliness_lease_s", "liveliness lease")])
def test_no_longer_than_what_is_requested(offered, requested, agree, key, policy):
    assert matching.mismatches(Qos(**{key: offered}), Qos(**{key: requested})) == ([] if agree else [policy])


def test_ownership_is_the_same_on_both_sides():
    assert matching.mismatches(Qos(ownership="exclusive"), Qos()) == ["ownership"]
    assert matching.mismatches(Qos(), Qos(ownership="exclusive")) == ["ownership"]
    assert matching.mismatches(Qos(ownership="exclusive"), Qos(ownership="exclusive")) == []


@pytest.mark.parametrize(
    "some, others, agree",
    [
        ((), (), True),
        ((), ("",), True),
        (("a",), (), False),
        (("a", "b"), ("b", "c"), True),
        (("a",), ("A",), False),
        (("rob*",), ("robot1",), True),
        (("robot?",), ("robot",), False),
        (("robot[12]",), ("robot2",), True),
        (("robot[!2]",), ("robot2",), False),
        (("rob*",), ("rob*",), False),  # two patterns are never the same
        (("*",), (), True),
        (("a?", "x"), ("*", "x"), True),
    ],
)
def test_partitions_have_one_in_common(some, others, agree):
    for one, other in ((some, others), (others, some)):
        assert matching.mismatches(Qos(partitions=one), Qos(partitions=other)) == ([] if agree else ["partition"])


def test_every_policy_that_does_not_match_is_told():
    assert matching.mismatches(Qos("best-effort"), Qos("reliable", "transient-local")) == ["reliability", "durability"]


def test_as_dds_probe_returns_it():
    qos = Qos.of(said("p", reliability="best-effort", deadline_s=0.5, partitions=["a", ""]))
    assert qos == Qos("best-effort", deadline_s=0.5, partitions=("a", ""))
    shown = [qos.value(each) for each in ("reliability", "deadline", "liveliness lease", "partition")]
    assert shown == ["best-effort", "0.5 s", "infinite", 'a, ""']
    assert Qos().value("partition") == "none"
