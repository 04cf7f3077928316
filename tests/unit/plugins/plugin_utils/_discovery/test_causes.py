# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fewest causes that explain who does not hear whom."""

from __future__ import annotations

from itertools import permutations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.causes import compare, explain_pairs
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.probes import collect_probes

from .fleet import hosts, listen, target


def explain(probes):
    return explain_pairs(probes, *compare(probes))


def causes(names, deaf, pods=()):
    targets = [target(name) for name in names] + [target(*each) for each in pods]
    listen(targets, deaf)
    found = explain(collect_probes(hosts(targets), []))
    return [(cause.code, *(probe.pod or probe.host for probe in cause.probes)) for cause in found]


ALL3 = "abc"


@pytest.mark.parametrize(
    "names, deaf, expected",
    [
        ("a", [], []),
        ("ab", [], []),
        (ALL3, [], []),
        ("ab", permutations("ab", 2), [("deaf-network", "a", "b")]),
        (ALL3, permutations(ALL3, 2), [("deaf-network", "a", "b", "c")]),
        # Two hosts: who of the two is at fault cannot be told.
        ("ab", [("a", "b")], [("one-way", "b", "a")]),
        (ALL3, [("a", "b")], [("one-way", "b", "a")]),
        (ALL3, [("a", "b"), ("b", "a")], [("deaf-pair", "a", "b")]),
        (ALL3, [("a", "b"), ("a", "c")], [("deaf-host", "a")]),
        (ALL3, [("b", "a"), ("c", "a")], [("mute-host", "a")]),
        (ALL3, [("a", "b"), ("a", "c"), ("b", "a"), ("c", "a")], [("isolated-host", "a")]),
        # Two of three deaf: the third is heard by nobody, but is not to blame.
        (ALL3, [("b", "a"), ("b", "c"), ("c", "a"), ("c", "b")], [("deaf-host", "b"), ("deaf-host", "c")]),
        (ALL3, [("a", "b"), ("c", "b"), ("a", "c"), ("b", "c")], [("mute-host", "b"), ("mute-host", "c")]),
        ("abcd", [("a", x) for x in "bcd"] + [(x, "b") for x in "acd"], [("deaf-host", "a"), ("mute-host", "b")]),
        ("abcd", [("a", x) for x in "bcd"] + [("c", "d")], [("deaf-host", "a"), ("one-way", "d", "c")]),
    ],
)
def test_causes(names, deaf, expected):
    assert causes(names, list(deaf)) == expected


def test_two_pods_of_a_deaf_host_are_one_cause():
    pods = [(host, "pod", "ros-lan", f"{host}-{number}") for host in ALL3 for number in (1, 2)]
    assert causes("", [("a", "b"), ("a", "c")], pods) == [("deaf-host", "a-1", "a-2")]


def test_two_pods_on_one_host_that_do_not_hear_each_other_are_a_pair():
    pods = [("a", "pod", "ros-lan", "a-1"), ("a", "pod", "ros-lan", "a-2"), ("b", "pod", "ros-lan", "b-1")]
    assert causes("", [("a", "a")], pods) == [("deaf-pair", "a-1", "a-2")]


def test_who_could_not_be_probed_is_not_called_deaf():
    targets = [target("a"), target("b"), target("c", errors=["NIC gone"], guid_prefix=None)]
    listen(targets[:2])
    assert explain(collect_probes(hosts(targets), [])) == []


def across(*groups, both=True):
    """The pairs of hosts of different groups; else those alone in which the first group should hear."""
    pairs = [(a, b) for one, other in permutations(groups, 2) for a in one for b in other]
    return pairs if both else [pair for pair in pairs if pair[0] in groups[0]]


@pytest.mark.parametrize(
    "names, deaf, groups, directed",
    [
        ("abcd", across("ab", "cd"), ["ab", "cd"], False),
        ("abcdef", across("abc", "def"), ["abc", "def"], False),
        ("abcdef", across("ab", "cd", "ef"), ["ab", "cd", "ef"], False),
        ("abcd", across("ab", "cd", both=False), ["ab", "cd"], True),
    ],
)
def test_groups_that_do_not_hear_each_other_are_one_cause(names, deaf, groups, directed):
    targets = [target(name) for name in names]
    listen(targets, deaf)
    (cause,) = explain(collect_probes(hosts(targets), []))
    assert (cause.code, cause.directed) == ("partition", directed)
    assert ["".join(probe.host for probe in group) for group in cause.groups] == groups
    assert len(cause.pairs) == len(deaf)


@pytest.mark.parametrize("deaf", [across("ab", "cd")[:-1], [("a", "b"), ("c", "d")], across("a", "b")])
def test_what_is_no_partition_is_not_called_one(deaf):
    assert "partition" not in [cause[0] for cause in causes("abcd", deaf)]


def test_a_partition_of_sixty_hosts_is_one_cause_and_an_isolated_host_beside_it_another():
    names = [f"tb{number:02}" for number in range(60)]
    groups = names[:20], names[20:59], names[59:]
    targets = [target(name) for name in names]
    listen(targets, set(across(*groups)))
    found = explain(collect_probes(hosts(targets), []))
    assert [(cause.code, len(cause.probes)) for cause in found] == [("isolated-host", 1), ("partition", 59)]
