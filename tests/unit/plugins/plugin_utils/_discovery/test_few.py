# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report of a hundred hosts is printed in so many lines and columns, whatever is wrong, and says how much is left out."""

from __future__ import annotations

import random

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.few import MOST_OF_A_KIND, few, few_of_each
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.report import build_report, failure
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.table import table_lines

from .fleet import SAMPLE, evidence, healthy

NAMES = [f"warehouse-robot-{number}" for number in range(1, 101)]
MOST_PRINTED = 200


def report_of(deaf=lambda listener, speaker: False, **more):
    """Of a hundred hosts, of which those do not hear each other that `deaf` names by their numbers."""
    targets = healthy(*NAMES)
    numbers = {target["guid_prefix"]: NAMES.index(target["host"]) for target in targets}
    for target in targets:
        number = numbers[target["guid_prefix"]]
        target["heard"] = [each for each in target["heard"] if not deaf(number, numbers[each["guid_prefix"]])]
    return build_report(evidence(targets, **more))


def test_a_healthy_fleet_is_one_line_of_its_table():
    lines = table_lines(report_of())
    assert lines[1] == "  100 of 100 rows: nothing but ✓"
    assert len(lines) < 40 and max(map(len, lines)) <= 100


def test_who_is_deaf_is_named_with_whom_it_misses():
    lines = table_lines(report_of(lambda listener, speaker: listener == 6 and speaker in (1, 2)), ascii_only=True)
    assert lines[1:3] == [
        "  99 of 100 rows: nothing but +",
        "  warehouse-robot-7  X warehouse-robot-2 and warehouse-robot-3",
    ]


@pytest.mark.parametrize("part", [0.02, 0.2, 1.0])
def test_whatever_is_wrong_the_output_is_bounded(part):
    chance = random.Random(20261127)
    missing = {(one, other) for one in range(100) for other in range(100) if chance.random() < part}
    samples = [{**SAMPLE, "host": name, "heard": number != 99} for number, name in enumerate(NAMES)]
    report = report_of(lambda listener, speaker: (listener, speaker) in missing, samples=samples)
    lines = table_lines(report)
    assert len(lines) <= MOST_PRINTED
    assert lines[-1].startswith("✗ FAIL: ") and "99 of 100 listeners" in lines[-1]
    assert any("✗ listener on warehouse-robot-100" in line for line in lines)
    assert len(failure(report)) <= MOST_PRINTED
    codes = {each["code"] for each in report["diagnoses"]}
    assert all(any(code in line for line in lines) for code in codes)


def test_what_is_left_out_is_counted():
    assert few(["a", "b"], 2) == ["a", "b"]
    assert few(["a", "b", "c", "d"], 2) == ["a", "  and 3 more, which the report has"]
    findings = [{"code": "deaf-pair"}] * (MOST_OF_A_KIND + 3) + [{"code": "no-sample"}]
    shown, more = few_of_each(findings)
    assert [each["code"] for each in shown] == ["deaf-pair"] * MOST_OF_A_KIND + ["no-sample"]
    assert more == ["  and 3 more of deaf-pair, which the report has"]
