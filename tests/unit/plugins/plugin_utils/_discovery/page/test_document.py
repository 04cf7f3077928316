# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page: complete, asking nothing of anybody, and made of nothing that a name could add."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.parameters import printable
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.page import document
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.page.markup import ATTRIBUTES, ELEMENTS
from hypothesis import given, settings
from hypothesis import strategies as st

from ..fleet import LAN, evidence, healthy, target
from .reading import read
from .reports import HOSTILE, big_report, build_report, failing_report, healthy_report, hostile_report, stranger

SHAPE = {"style", "script"} | ELEMENTS


@pytest.mark.parametrize(
    "report, first",
    [
        (healthy_report(), "✓ PASS: 36 of 36 pairs heard, 2 of 2 listeners have their sample"),
        (failing_report(), "✗ FAIL: 16 of 32 pairs heard, 0 of 1 unicast paths carry all sizes"),
        (
            build_report(evidence(healthy("a"), absent=["b"])),
            "? UNKNOWN: no hosts compared on ros-lan (hosts, pods), 1 of 1 listeners have their sample",
        ),
    ],
)
def test_the_verdict_comes_first_with_sign_word_and_what_it_means(report, first):
    text = read(document.page(report)).text
    assert first in text and text.index(first) < text.index("What is wrong")
    assert document.MEANINGS[report["verdict"]] in text


def test_when_and_of_which_hosts():
    text = read(document.page(failing_report())).text
    assert "Probed on 2026-11-21 at 07:00:00 UTC, for 5.0 s, in DDS domain 0." in text
    assert "Hosts probed: base, tb1, tb2, tb3, tb4." in text and "Absent: tb9." in text
    assert "No error names: tb1." in text
    assert "No error names" not in read(document.page(healthy_report())).text
    assert "No probe ran." in document.page(build_report(evidence([], domains={})))


def test_it_asks_nothing_of_anybody_and_runs_its_own_script_alone():
    source = document.page(failing_report())
    assert re.findall(r"(?:https?:|//|url\(|@import|src=)", source.partition("<body>")[2]) == []
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', source)[1].replace("&#x27;", "'")
    assert policy.startswith("default-src 'none'; ")
    for kind in ("style", "script"):
        (inside,) = re.findall(f"<{kind}>(.*?)</{kind}>", source, re.DOTALL)
        assert f"{kind}-src 'sha256-{base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()}'" in policy
    assert "unsafe" not in policy


def test_hostile_names_are_shown_and_do_nothing():
    page = read(document.page(hostile_report()))
    assert {tag for tag, _names, _values in page.elements} <= SHAPE
    assert {name for _tag, names, _values in page.elements for name in names} <= set(map(str.lower, ATTRIBUTES))
    assert [tag for tag, *_rest in page.elements if tag in ("script", "style", "h1")] == ["style", "h1", "script"]
    assert page.others == []
    for name in HOSTILE:
        assert page.text.count(printable(name)) >= 10, name
    assert not any("\u202e" in text for text in page.texts)


@settings(max_examples=40)
@given(st.lists(st.text(min_size=1, max_size=20).filter(lambda text: "`" not in text), min_size=4, max_size=4))
def test_whatever_the_names_the_page_is_the_same_but_for_them(names):
    def made(one, two, three, four):
        targets = healthy("a", "b")
        targets[0]["heard"].append(stranger("p", three, one, name=two, translated=True, host_claimed=four))
        targets.append(target("c", network=LAN, errors=[four], guid_prefix=None))
        return document.page(build_report(evidence(targets, left_behind=four)))

    plain = ["vendor-1", "name-2", "address-3", "other-4"]
    expected, found = read(made(*plain)), read(made(*names))
    assert [each[:2] for each in found.elements] == [each[:2] for each in expected.elements]
    text = expected.text
    for known in plain:
        assert known in text
        text = text.replace(known, f"\x00{known[-1]}")
    for known, name in zip(plain, names):
        text = text.replace(f"\x00{known[-1]}", printable(name))
    assert found.text == text


def test_a_big_fleet_stays_a_file_that_a_browser_opens():
    source = document.page(big_report(20, 300))
    page = read(source)
    assert len(source) < 20 * 20 * 3 * 200 + 300 * 1000 + 50_000
    assert "300 in all." in page.text
    assert "Hosts probed: 20" in page.text and "robot020" in page.text
