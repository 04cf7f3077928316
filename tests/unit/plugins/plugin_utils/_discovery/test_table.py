# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table that people read."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.report import build_report
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.table import line_severity, table_lines

from .fleet import CONTROL, LAN, SAMPLE, evidence, healthy, heard, listen, target

SEEN = {**SAMPLE, "host": "tb2", "line": "[1.250] I heard: [Hello World: 7 from tb1]"}


def test_a_healthy_fleet():
    targets = healthy("base", "tb1")
    targets[0]["heard"].append(
        heard("cyclone", vendor="Eclipse Cyclone DDS", vendor_id="01.10", address="10.0.0.9", host_claimed="desk")
    )
    assert table_lines(build_report(evidence(targets, samples=[SEEN]))) == [
        "ros-lan, hosts: each row hears the columns (domain 0)",
        "        base  tb1",
        "  base   ·     ✓",
        "  tb1    ✓     ·",
        "",
        "ros-lan, pods: each row hears the columns (domain 0)",
        "        base  tb1",
        "  base   ·     ✓",
        "  tb1    ✓     ·",
        "",
        "cluster-network, pods (negative control: – between hosts is right)",
        "        base  tb1",
        "  base   ·     –",
        "  tb1    –     ·",
        "",
        "DDS participants found",
        "  Eclipse Cyclone DDS at 10.0.0.9 on ros-lan: unknown place, says host desk",
        "",
        "Topics: 0 of 1 participants have told what they write and read; not asked: 1, so what these have is not known.",
        "",
        "ROS samples heard",
        "  ✓ listener on tb2: [1.250] I heard: [Hello World: 7 from tb1]",
        "",
        "✓ PASS: 4 of 4 pairs heard, 1 of 1 listeners have their sample",
    ]


def test_faults_absent_hosts_and_plain_ascii():
    targets = [target(name) for name in ("base", "tb1", "tb2")]
    listen(targets, [("tb2", "base"), ("tb2", "tb1")])
    broken = target("tb3", errors=["NIC eth0 of tb3 is down."], guid_prefix=None, address=None)
    lines = table_lines(build_report(evidence([*targets, broken], absent=["tb4"], samples=[])), ascii_only=True)
    assert lines[1:6] == [
        "        base  tb1  tb2  tb3",
        "  base   .     +    +    ?",
        "  tb1    +     .    +    ?",
        "  tb2    X     X    .    ?",
        "  tb3    ?     ?    ?    .",
    ]
    text = "\n".join(lines)
    assert text.isascii()
    assert "ERROR deaf-host: tb2 hears no other host on ros-lan (hosts), and is heard by others." in text
    assert "`tcpdump -ni eth0 host 239.255.0.1`" in " ".join(text.split())
    assert "WARNING host-absent: tb4 is absent and was not probed." in text
    assert (
        lines[-1]
        == "X FAIL: 4 of 12 pairs heard, no hosts compared on ros-lan (pods), no listener expected; absent: tb4"
    )
    assert max(map(len, lines)) <= 100


def test_who_is_heard_and_loses_what_is_large_has_a_sign_that_is_explained():
    report = build_report(evidence(healthy("base", "tb1")))
    report["matrix"][0]["unicast"] = {"64": [5, 6], "8000": [0, 6]}
    report["matrix"][1]["unicast"] = {"64": [5, 6], "8000": [1, 6]}
    lines = table_lines(report)
    assert lines[2:6] == [
        "  base   ·     !",
        "  tb1    ✓     ·",
        "  ! heard, but not all sizes of unicast",
        "",
    ]
    assert "1 of 2 unicast paths carry all sizes" in lines[-1]
    assert not any("all sizes of" in line for line in lines[6:-1])


@pytest.mark.parametrize(
    "targets, more, last",
    [
        (
            healthy("base"),
            {"absent": ["tb1", "tb2"], "samples": []},
            "? UNKNOWN: no hosts compared on ros-lan (hosts, pods), no listener expected; absent: tb1, tb2",
        ),
        (
            healthy("base", "tb1"),
            {"domains": {LAN: [0], "cam-lan": [0]}, "not_asked": ["tb2"]},
            "? UNKNOWN: 4 of 4 pairs heard, no hosts compared on cam-lan (hosts, pods), "
            "1 of 1 listeners have their sample; not in this run: tb2",
        ),
        (
            [],
            {"domains": {}},
            "? UNKNOWN: nothing compared, as no LAN is declared, 1 of 1 listeners have their sample",
        ),
    ],
)
def test_the_last_line_says_what_was_not_compared(targets, more, last):
    assert table_lines(build_report(evidence(targets, **more)))[-1] == last


def test_many_or_long_names_become_numbered_columns():
    names = [f"warehouse-robot-number-{number}" for number in range(12)]
    lines = table_lines(build_report(evidence(healthy(*names))))
    assert lines[1].split() == [str(number) for number in range(1, 13)]
    assert lines[2].split()[:3] == ["1", "warehouse-robot-number-0", "·"]
    assert max(map(len, lines)) <= 100


def test_two_pods_of_one_workload_and_host_are_two_rows():
    targets = [target("a", "pod", LAN, f"ros/talker-{number}", "ros0") for number in (1, 2)]
    listen(targets)
    lines = table_lines(build_report(evidence([*targets, *(target(h, "pod", CONTROL, f"p/{h}") for h in "ab")])))
    assert lines[1:4] == ["     a  a", "  a  ·  ✓", "  a  ✓  ·"]


@pytest.mark.parametrize(
    "line, severity",
    [
        ("ERROR deaf-host: tb2 hears nobody", "error"),
        ("WARNING host-absent: tb4", "warning"),
        ("note malformed: tb1", ""),
        ("✓ PASS: 6 of 6", "pass"),
        ("X FAIL: 4 of 6", "error"),
        ("? UNKNOWN: 0 of 0", "warning"),
        ("  ✓ listener on tb2: ERROR in its line", ""),
    ],
)
def test_colours_follow_the_severity(line, severity):
    assert line_severity(line) == severity
