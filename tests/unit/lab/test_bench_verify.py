# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Benchmark verify: its table, what it leaves of the machine's settings, and that it never calls half a run a run."""

from __future__ import annotations

import subprocess

import pytest

from lab.bench import crowd, verify
from lab.bench.verify_table import AGENTS, CONTROLLER, markdown
from lab.fleet.shell import LabError

CROWD = {
    **{"kind": "crowd", "hosts": 100, "duration_s": 33.0, "elapsed_s": 33.01, "proven_s": 2.5, "errors": []},
    **{"pairs": 9900, "heard": 9900, "paths": 6400, "unicast": 6399, "result_kib": 58.4, "page_kib": 1500},
    **{"cpu_s_of_each": 0.22, "sent_packets_of_each": 3000.4, "sent_bytes_of_each": 2_800_000.0},
    **{
        "received_packets_of_each": 6100.0,
        "judge_cpu_s": 0.3,
        "show_cpu_s": 0.2,
        "table_lines": 12,
        "table_columns": 96,
    },
}
PAIR = {**CROWD, "kind": "pair", "hosts": 2, "errors": ["deaf-host"]}
BY_SSH = {
    "kind": "controller",
    "hosts": 10,
    "first_s": 12.3,
    "elapsed_s": 11.1,
    "controller_cpu_s": 6.0,
    "host_cpu_s": 0.8,
}


def test_the_tables_have_a_line_for_each_row_and_say_what_was_wrong():
    text = markdown([PAIR, CROWD, BY_SSH])
    lines = text.splitlines()
    assert lines[0].count("|") == len(AGENTS) + 1 == lines[2].count("|")
    assert "| 2, with a talker and a listener | 33.01 |" in text and "9900 of 9900 **deaf-host** |" in text
    assert (
        "| 100 | 33.01 | 2.50 | 9900 of 9900 | 6399 of 6400 | 0.22 | 3000, 2800 | 6100 | 58 | 0.50 | 12, 96 | 1500 |"
        in text
    )
    assert lines[-1] == "| 10 | 12.3 | 11.1 | 6.0 | 0.8 |" and lines[-1].count("|") == len(CONTROLLER) + 1


def test_so_many_hosts_listen_as_long_as_the_role_has_them():
    assert [crowd.duration_of(hosts) for hosts in (2, 10, 100, 1000)] == [5.0, 6.0, 33.0, 300.0]


@pytest.mark.parametrize("failing", [False, True])
def test_the_table_of_neighbours_is_as_before(tmp_path, monkeypatch, failing):
    monkeypatch.setattr(crowd, "NEIGHBOURS", tmp_path)
    for name in crowd.ROOM:
        (tmp_path / name).write_text("512\n")
    try:
        with crowd.room_for_neighbours():
            assert {int((tmp_path / name).read_text()) for name in crowd.ROOM} == set(crowd.ROOM.values())
            assert not failing or 1 / 0
    except ZeroDivisionError:
        pass
    assert {(tmp_path / name).read_text() for name in crowd.ROOM} == {"512\n"}


@pytest.mark.parametrize(
    ("status", "printed", "fits"),
    [
        (2, "? UNKNOWN: 90 of 90 pairs heard, no hosts compared on lan (pods)", True),
        (2, "✗ FAIL: 89 of 90 pairs heard", False),
        (2, "no table", False),
        (4, "✓ PASS: 90 of 90 pairs heard", False),
    ],
)
def test_a_run_in_which_not_all_was_heard_is_no_measurement(tmp_path, monkeypatch, status, printed, fits):
    def play(command, stdout, **more):
        stdout.write(printed)
        return subprocess.CompletedProcess(command, status)

    monkeypatch.setattr(verify.light, "FOLDER", tmp_path)
    monkeypatch.setattr(verify.light, "beside", list)
    monkeypatch.setattr(verify.cgroups, "cpu_seconds", lambda group: 1.0)
    monkeypatch.setattr(verify.subprocess, "run", play)
    hosts = verify.light.light_hosts(10)
    if fits:
        assert verify._play(hosts)["pairs"] == 90
    else:
        with pytest.raises(LabError, match=f"ended with status {status}"):
            verify._play(hosts)
