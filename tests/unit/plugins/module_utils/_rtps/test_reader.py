# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader of one reliable writer: when it has all, what it asks for, and that it never asks too much."""

from __future__ import annotations

import random

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.reader import AGAIN_S, WINDOW, ReliableReader
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.reliable import Fragment, Gap, Heartbeat
from hypothesis import given
from hypothesis import strategies as st

from .builders import HEADER, PUBLICATIONS, asked_for

READER = bytes.fromhex("000003c7")


def reader(last=None, first=1):
    made = ReliableReader(PUBLICATIONS, READER)
    if last is not None:
        beat(made, last, first)
    return made


def beat(of, last, first=1):
    of.hear_heartbeat(Heartbeat(PUBLICATIONS, first, last))


def gap(of, start, end, *listed):
    of.hear_gap(Gap(PUBLICATIONS, start, end, listed))


def asked(of, at_s):
    """The numbers that it asks for now."""
    return asked_for(HEADER + of.request(at_s))[0].get(PUBLICATIONS, (None, []))[1]


def fragment(number, sequence=1, size=4, total=10):
    """Of a sample with ten bytes in three fragments, 0 to 9."""
    part = bytes(range(10))[(number - 1) * size : number * size]
    return Fragment(PUBLICATIONS, sequence, number, size, total, {}, part)


def test_nothing_is_complete_before_the_writer_has_said_what_it_has():
    silent = reader()
    assert (silent.announced, silent.complete, silent.due_s(), silent.request(0.0)) == (False, False, None, b"")
    silent.hear_sample(1)
    assert not silent.complete


def test_a_writer_without_anything_is_complete_at_once():
    assert reader(last=0).complete


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_it_is_complete_when_all_are_there_in_whatever_order(order):
    several = reader(last=3)
    for number in order:
        assert not several.complete
        assert several.hear_sample(number)
    assert several.complete and several.due_s() is None


def test_what_came_is_new_once():
    several = reader(last=3)
    assert [several.hear_sample(number) for number in (2, 2, 1, 1, 2)] == [True, False, True, False, False]


def test_a_later_heartbeat_tells_of_more_and_an_earlier_one_takes_nothing_back():
    several = reader(last=2)
    beat(several, 4)
    beat(several, 2)
    for number in (1, 2):
        several.hear_sample(number)
    assert not several.complete and asked(several, 0.0) == [3, 4]


def test_what_the_writer_no_longer_has_is_not_waited_for():
    several = reader(last=5, first=4)
    assert asked(several, 0.0) == [4, 5]


@pytest.mark.parametrize(
    "start, end, listed, wanted",
    [
        (1, 4, (), [4, 5, 6]),  # 1 to 3
        (1, 1, (2, 5), [1, 3, 4, 6]),
        (3, 5, (6,), [1, 2, 5]),
        (3, 1 << 60, (), [1, 2]),
        (1, 1 << 60, (), []),
    ],
)
def test_gaps_are_not_waited_for(start, end, listed, wanted):
    several = reader(last=6)
    gap(several, start, end, *listed)
    assert asked(several, 0.0) == wanted
    assert several.complete is (wanted == [])


def test_it_does_not_ask_twice_however_often_the_writer_says_what_it_has():
    """Two that answer each other at once would never stop."""
    several = reader(last=3)
    assert asked(several, 1.0) == [1, 2, 3]
    for at_s in (1.0, 1.1, 1.2, 1.2999):
        beat(several, 3)
        several.hear_sample(2)
        assert asked(several, at_s) == []
    assert several.due_s() == pytest.approx(1.0 + AGAIN_S)
    assert asked(several, 1.0 + AGAIN_S) == [1, 3]


def test_of_a_long_list_it_asks_for_the_next_as_soon_as_those_before_are_there():
    several = reader(last=600)
    assert asked(several, 0.0) == list(range(1, 257))
    for number in range(1, 257):
        several.hear_sample(number)
    assert several.due_s() == 0.0
    assert asked(several, 0.1) == list(range(257, 513))


def test_a_sample_in_fragments_is_there_when_all_of_them_are():
    several = reader(last=1)
    assert several.hear_fragment(fragment(3), 0.0) is None
    assert several.hear_fragment(fragment(1), 0.0) is None
    assert several.hear_fragment(fragment(1), 0.0) is None
    whole = several.hear_fragment(fragment(2), 0.0)
    assert bytes(whole.data) == bytes(range(10))
    several.hear_sample(1)
    assert several.complete and several.hear_fragment(fragment(1), 0.0) is None


def test_fragments_that_do_not_come_by_themselves_are_asked_for():
    """Cyclone DDS sends the first of a sample alone."""
    several = reader(last=1)
    several.hear_fragment(fragment(1), 1.0)
    assert several.request(1.0) == b""
    assert asked_for(HEADER + several.request(several.due_s())) == ({}, {(PUBLICATIONS, 1): [2, 3]})
    assert several.request(1.1) == b""
    assert several.due_s() > 1.1


def test_fragments_of_what_the_writer_does_not_say_it_has_are_not_asked_for():
    several = reader(last=0)
    several.hear_fragment(fragment(1), 1.0)
    assert (several.complete, several.due_s(), several.request(9.0)) == (True, None, b"")
    beat(several, 1)
    assert asked_for(HEADER + several.request(9.0))[1] == {(PUBLICATIONS, 1): [2, 3]}


def test_fragments_of_another_size_are_none_of_the_sample():
    several = reader(last=1)
    several.hear_fragment(fragment(1), 0.0)
    assert several.hear_fragment(fragment(2, size=5), 0.0) is None
    assert asked_for(HEADER + several.request(1.0))[1] == {(PUBLICATIONS, 1): [2, 3]}


def test_samples_of_which_too_many_are_begun_are_asked_for_as_a_whole():
    several = reader(last=9)
    for sequence in range(1, 10):
        several.hear_fragment(fragment(1, sequence), 0.0)
    samples, parts = asked_for(HEADER + several.request(1.0))
    assert samples[PUBLICATIONS] == (1, [1])
    assert [sequence for _writer, sequence in parts] == list(range(2, 10))


@pytest.mark.parametrize("number", [WINDOW + 1, 1 << 50])
def test_what_is_far_ahead_is_not_noted(number):
    assert not reader(last=3).hear_sample(number)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("sample"), st.integers(-5, 1 << 63)),
        st.tuples(st.just("near"), st.integers(1, 40)),
        st.tuples(st.just("beat"), st.integers(1, 1 << 62), st.integers(-1, 40)),
        st.tuples(
            st.just("gap"), st.integers(1, 60), st.integers(0, 1 << 62), st.sets(st.integers(0, 255), max_size=5)
        ),
        st.tuples(st.just("fragment"), st.integers(1, 30), st.integers(1, 3)),
        st.tuples(st.just("ask"), st.floats(0, 9)),
    )
)


@given(STEPS)
def test_whatever_a_writer_sends_its_reader_stays_small_and_asks_in_bounds(steps):
    of = reader()
    for kind, *numbers in steps:
        if kind in ("sample", "near"):
            of.hear_sample(numbers[0])
        elif kind == "beat":
            beat(of, numbers[0] + numbers[1], numbers[0])
        elif kind == "gap":
            gap(of, numbers[0], numbers[0] + numbers[1], *(numbers[0] + numbers[1] + each for each in numbers[2]))
        elif kind == "fragment":
            of.hear_fragment(fragment(numbers[1], numbers[0]), 0.0)
        else:
            assert len(of.request(numbers[0])) < 1000
        assert len(of._beyond) <= WINDOW + 256 and len(of._partial) <= 8
        assert not of.complete or of.due_s() is None


@given(st.integers(0, 300), st.integers())
def test_whatever_is_lost_it_gets_all_in_the_end(last, seed):
    """With half of all lost it takes some rounds, in each of which the writer says what it has."""
    of, at_s, rounds, chance = reader(), 0.0, 0, random.Random(seed)
    while not of.complete:
        if chance.random() < 0.5:
            beat(of, last)
        for number in asked(of, at_s):
            if chance.random() < 0.5:
                of.hear_sample(number)
        at_s += AGAIN_S
        rounds += 1
        assert rounds < 100
