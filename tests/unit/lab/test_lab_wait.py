# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for a condition, with a clock that costs nothing."""

from __future__ import annotations

import pytest

from lab.fleet.shell import PATIENCE, LabError, patient, wait_until


@pytest.fixture(autouse=True)
def usual_patience(monkeypatch):
    monkeypatch.delenv(PATIENCE, raising=False)


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.time = 0.0

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.time += seconds


def waited(satisfied_at, timeout):
    clock = Clock()
    answer = wait_until(
        lambda: clock.time >= satisfied_at, timeout=timeout, interval=2.0, now=clock.now, sleep=clock.sleep
    )
    return answer, clock.time


def test_a_condition_that_holds_is_not_waited_for():
    assert waited(satisfied_at=0.0, timeout=5.0) == (True, 0.0)


def test_the_last_look_is_at_the_end_of_the_time_and_not_later():
    assert waited(satisfied_at=5.0, timeout=5.0) == (True, 5.0)
    assert waited(satisfied_at=5.1, timeout=5.0) == (False, 5.0)


def test_a_slow_machine_is_waited_for_as_many_times_longer_as_one_says(monkeypatch):
    monkeypatch.setenv(PATIENCE, "2.5")
    assert waited(satisfied_at=12.5, timeout=5.0) == (True, 12.5)
    assert waited(satisfied_at=12.6, timeout=5.0) == (False, 12.5)


def test_a_patience_that_is_no_number_is_refused(monkeypatch):
    monkeypatch.setenv(PATIENCE, "long")
    with pytest.raises(LabError, match="ROSFLEET_LAB_PATIENCE is how many times longer things may take here"):
        patient(1)
