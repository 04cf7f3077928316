# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What takes long is told, with who is still at it, and what does not is not."""

from __future__ import annotations

import time

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._long_steps import LongSteps

NOON = 12 * 3600.0


def nothing(_step):
    return []


@pytest.fixture(autouse=True)
def universal_time(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def steps():
    """At noon three hosts have begun to install the snap."""
    steps = LongSteps(after=10, every=60, missing=nothing)
    steps.announce("a", "rosfleet.cluster.microk8s : Install the snap", once=False)
    for host in ("base", "tb1", "tb2"):
        steps.begin("a", host, NOON)
    return steps


@pytest.mark.parametrize(("seconds", "elapsed"), [(10, "0:10"), (71, "1:11"), (190.9, "3:10"), (3600 + 62, "1:01:02")])
def test_a_line_says_the_step_since_when_and_who_is_at_it(steps, seconds, elapsed):
    line = f"… Install the snap: since 12:00:00 ({elapsed}), at work: base, tb1 and tb2"
    assert steps.due(NOON + seconds) == [line]


def test_it_comes_again_only_after_a_while(steps):
    told = [second for second in range(200) if steps.due(NOON + second)]
    assert told == [10, 70, 130, 190]


def test_who_is_done_is_not_waited_for(steps):
    steps.end("a", "base", done=True)
    assert steps.due(NOON + 10) == ["… Install the snap: since 12:00:00 (0:10), at work: tb1 and tb2; done: base"]


def test_who_has_failed_is_neither_at_work_nor_done(steps):
    steps.end("a", "base", done=False)
    assert steps.due(NOON + 10) == ["… Install the snap: since 12:00:00 (0:10), at work: tb1 and tb2"]


def test_a_step_that_all_are_done_with_is_told_no_more(steps):
    for host in ("base", "tb1", "tb2"):
        steps.end("a", host, done=True)
    assert steps.due(NOON + 600) == []


def test_many_hosts_fit_a_line():
    steps = LongSteps(after=0, every=60, missing=nothing)
    steps.announce("a", "Install", once=False)
    for number in range(20):
        steps.begin("a", f"tb{number}", NOON)
    assert steps.due(NOON) == ["… Install: since 12:00:00 (0:00), at work: tb0, tb1, tb2, tb3, tb4 and 15 others"]


def test_a_step_of_all_hosts_names_none():
    steps = LongSteps(after=0, every=60, missing=nothing)
    steps.announce("a", "Wait for every member", once=True)
    steps.begin("a", "base", NOON)
    assert steps.due(NOON) == ["… Wait for every member: since 12:00:00 (0:00), once for all hosts"]


def test_what_the_cluster_does_not_show_yet_is_named():
    steps = LongSteps(after=0, every=60, missing={"a": ["tb1", "tb2"]}.get)
    steps.announce("a", "Wait for every member", once=True)
    steps.begin("a", "base", NOON)
    assert steps.due(NOON) == ["… Wait for every member: since 12:00:00 (0:00), still missing: tb1 and tb2"]


def test_hosts_that_take_turns_are_at_one_step(steps):
    for host in ("base", "tb1", "tb2"):
        steps.end("a", host, done=True)
    steps.begin("a", "tb3", NOON + 300)
    assert steps.due(NOON + 300) == ["… Install the snap: since 12:00:00 (5:00), at work: tb3; done: base, tb1 and tb2"]


def test_hosts_that_run_free_are_at_steps_of_their_own(steps):
    steps.end("a", "base", done=True)
    steps.announce("b", "Join", once=False)
    steps.begin("b", "base", NOON + 5)
    assert steps.due(NOON + 15) == [
        "… Install the snap: since 12:00:00 (0:15), at work: tb1 and tb2; done: base",
        "… Join: since 12:00:05 (0:10), at work: base",
    ]


def test_a_step_that_is_over_and_comes_again_begins_anew(steps):
    for host in ("base", "tb1", "tb2"):
        steps.end("a", host, done=True)
    steps.announce("b", "Join", once=False)
    steps.announce("a", "Install the snap", once=False)
    steps.begin("a", "tb1", NOON + 100)
    assert steps.due(NOON + 110) == ["… Install the snap: since 12:01:40 (0:10), at work: tb1"]


@pytest.mark.parametrize("key", ["a", "unheard of"])
def test_an_end_without_a_beginning_is_nothing(steps, key):
    steps.end(key, "tb9", done=True)
    assert steps.due(NOON + 10) == ["… Install the snap: since 12:00:00 (0:10), at work: base, tb1 and tb2"]
