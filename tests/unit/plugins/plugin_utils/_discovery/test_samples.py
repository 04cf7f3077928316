# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose samples are waited for, and when all of them are there."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.samples import (
    all_heard,
    listeners,
    sample_results,
    unheard,
)

WORKLOADS = [
    {"name": "talker", "hosts": ["a"]},
    {"name": "listener", "hosts": ["b", "c"], "expect_log": "I heard"},
]


def sample(host, heard=True):
    return {"workload": "listener", "host": host, "heard": heard}


def test_listeners_are_those_with_expect_log_on_every_host():
    assert listeners(WORKLOADS) == [("listener", "b"), ("listener", "c")]


@pytest.mark.parametrize(
    "workloads, samples, expected",
    [
        (WORKLOADS, [sample("b"), sample("c")], True),
        (WORKLOADS, [sample("c"), sample("b")], True),
        (WORKLOADS, [sample("b"), sample("c", heard=False)], False),
        (WORKLOADS, [sample("b")], False),  # c is absent
        (WORKLOADS, [], False),
        (WORKLOADS[:1], [], False),  # nobody is expected to hear, so nobody has heard
    ],
)
def test_all_have_heard_only_when_every_declared_listener_has(workloads, samples, expected):
    assert all_heard(workloads, samples) is expected


@pytest.mark.parametrize(
    ("pattern", "line", "heard"),
    [
        ("I heard", "[INFO] [1716.0] [listener]: I heard: [Hello World: 57]", True),
        ("I heard: [Hello World: 1]", "[INFO] [1716.0] [listener]: I heard: [Hello World: 1]", True),
        (r"I heard: \[Hello World: \d+\]", "[INFO] [1716.0] [listener]: I heard: [Hello World: 57]", True),
        ("I heard: [Hello World: 1]", "[INFO] [1716.0] [listener]: I heard: [Hello World: 57]", False),
        ("a+b", "aab", True),
        ("a+b", "a+b", True),
        ("a+b", "a-b", False),
    ],
)
def test_a_line_shows_a_sample_as_a_pattern_and_as_it_is_printed(pattern, line, heard):
    expected = [{"workload": "w", "namespace": "ros", "host": "b", "pod": "w-b", "pattern": pattern}]
    logs = {"ros/w-b": ["other", line]}
    assert [each["heard"] for each in sample_results(expected, logs)] == [heard]
    assert unheard(expected, logs) == ([] if heard else ["ros/w-b"])
