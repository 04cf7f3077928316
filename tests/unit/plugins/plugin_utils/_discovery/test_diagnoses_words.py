# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentence about somebody deaf names the right side: it sends a person with a screwdriver to a robot."""

from __future__ import annotations

from itertools import permutations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.report import build_report

from .fleet import evidence, listen, target

WORDS = {
    "deaf-network": (permutations("abc", 2), "Nobody hears anybody on another host on ros-lan (hosts): a, b, c."),
    "deaf-host": ([("a", "b"), ("a", "c")], "a hears no other host on ros-lan (hosts), and is heard by others."),
    "mute-host": ([("b", "a"), ("c", "a")], "a is heard by no other host on ros-lan (hosts), and hears others."),
    "isolated-host": (
        [("a", "b"), ("a", "c"), ("b", "a"), ("c", "a")],
        "a neither hears another host nor is heard by one on ros-lan (hosts).",
    ),
    "one-way": ([("a", "b")], "b hears a on ros-lan (hosts), but a does not hear b."),
    "deaf-pair": ([("a", "b"), ("b", "a")], "a and b do not hear each other on ros-lan (hosts)."),
}


@pytest.mark.parametrize("code", WORDS)
def test_who_does_not_hear_whom(code):
    deaf, message = WORDS[code]
    targets = [target(name) for name in "abc"]
    listen(targets, list(deaf))
    told = {each["code"]: each["message"] for each in build_report(evidence(targets))["diagnoses"]}
    assert told[code] == message
    assert set(told) - {"nothing-compared"} == {code}


NICS = {"deaf-host": "a", "mute-host": "a", "isolated-host": "a", "one-way": "ab", "deaf-pair": "ab"}


@pytest.mark.parametrize("code", NICS)
def test_the_nic_to_look_at_is_named(code):
    targets = [{**target(name), "nic": f"nic-of-{name}"} for name in "abc"]
    listen(targets, list(WORDS[code][0]))
    fixes = {each["code"]: each["fix"] for each in build_report(evidence(targets))["diagnoses"]}
    assert [name for name in "abc" if f"nic-of-{name}" in fixes[code]] == list(NICS[code])


# As stations of an access point have it by macvlan, with client isolation too: what pods of b and c send ends there.
ISOLATED = [("b", "c"), ("c", "b")]
MUTE = [("a", "b"), ("a", "c"), *ISOLATED]


@pytest.mark.parametrize(
    "deaf_hosts, scope",
    [
        ([], "pod"),
        (ISOLATED, "pod"),  # a hears both, and its pod does not
        (MUTE, "host"),  # and their pods as they
    ],
)
def test_the_attachment_is_blamed_where_hosts_hear_whom_their_pods_do_not(deaf_hosts, scope):
    pods = [target(name, "pod", pod_name=f"ros/{name}", nic="ros0") for name in "abc"]
    targets = [target(name) for name in "abc"]
    listen(targets, deaf_hosts)
    listen(pods, MUTE)
    found = build_report(evidence([*targets, *pods]))["diagnoses"]
    mute = [each for each in found if each["code"] == "mute-host"]
    told = [(*each["hosts"], each["evidence"]["scope"], "one MAC address per port" in each["fix"]) for each in mute]
    assert told == [("b", scope, scope == "pod"), ("c", scope, scope == "pod")]
