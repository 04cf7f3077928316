# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cells of the matrix open their evidence, tables say at once how they stand, and a table that is too big is summed up."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.page import matrix

from .reading import read
from .reports import big_report, failing_report, healthy_report

ROW = {
    **{"from": "a", "to": "b", "network": "lan", "scope": "pod", "domain_id": 0, "way": "multicast", "heard": True},
    **{
        "first_heard_s": 0.0123,
        "from_label": "a/x",
        "to_label": "b/y",
        "from_pod": "ros/x",
        "to_pod": "",
        "probed": True,
    },
}
ASKED = {"way": "server", "to_address": "10.0.0.9", "error": "refused", "heard": False, "first_heard_s": None}


@pytest.mark.parametrize(
    "more, shown, not_shown",
    [
        (
            {},
            ["✓a/x → b/y: heard after 0.0123 s", "by multicast", "pods ros/x → –"],
            ["unicast of", "address", "error"],
        ),
        ({"heard": False, "first_heard_s": None}, ["✗a/x → b/y: not heardby"], ["after"]),
        ({"heard": False, "first_heard_s": None, "probed": False}, ["?a/x → b/y: not probed"], []),
        ({"heard": False, "first_heard_s": None, "network": "cluster-network"}, ["which is right here"], ["✗a"]),
        (ASKED, ["✗a/x → b/y: no answer", "by server", "address 10.0.0.9", "error: refused"], ["multicast"]),
        (
            {"unicast": {"64": [3, 3], "1472": [0, 3]}},
            [
                "!a/x → b/y: heard, but not all sizes of unicast",
                "unicast of 64 bytes: 3 of 3 arrived",
                "1472 bytes: 0 of 3",
            ],
            ["✓a"],
        ),
        ({"unicast": {"64": [2, 3], "1472": [3, 3]}}, ["✓a/x"], ["!a"]),
        ({"unicast": None, "later": "x"}, ["✓a/x"], ["unicast of", "later"]),
    ],
)
def test_a_cell_opens_all_that_is_known(more, shown, not_shown):
    text = read(matrix.matrix({"matrix": [{**ROW, **more}]})).text
    assert [each for each in shown if each not in text] == []
    assert [each for each in not_shown if each in text] == []


def tables(report):
    """The tables: whether each is open at once, and what stands above it."""
    source = str(matrix.matrix(report)).split('<details class="table matrix"')[1:]
    return [
        (
            each.startswith(" open>"),
            read("<p>" + each.partition("<summary>")[2].partition("</summary>")[0] + "</p>").text,
        )
        for each in source
    ]


def test_what_is_right_and_needs_no_look_is_closed():
    assert tables(healthy_report()) == [
        (True, "ros-lan, hosts: each row hears the columns (domain 0)✓ 6 heard"),
        (True, "ros-lan, pods: each row hears the columns (domain 0)✓ 30 heard"),
        (False, "cluster-network, pods (negative control: – between hosts is right)– 6 not heard, which is right here"),
    ]
    assert tables(failing_report())[0] == (
        True,
        "ros-lan, hosts: each row hears the columns (domain 0)"
        "✓ 7 heard, ! 1 heard, but not all sizes of unicast, ✗ 4 not heard, ? 8 not probed",
    )
    assert [is_open for is_open, _title in tables(big_report(25, 0))] == [True, False, False]


def heads(source):
    page = read(source)
    return sum(tag == "th" and "scope" in names for tag, names, _values in page.elements)


def test_rows_and_columns_have_heads_and_many_columns_have_numbers():
    assert heads(matrix.matrix(healthy_report())) == (1 + 3 + 3) + (1 + 6 + 6) + (1 + 3 + 3)
    text = read(matrix.matrix(big_report(8, 0))).text
    assert "who ↓ whom →12345678" + "1 robot001·" in text.replace("\n", "")


def test_the_columns_of_others_than_the_rows_are_named():
    rows = [{**ROW, **ASKED, "to_label": f"server-{number}", "to_pod": str(number)} for number in range(9)]
    assert "Columns: 1 server-0, 2 server-1, " in read(matrix.matrix({"matrix": rows})).text


def test_what_is_too_big_is_summed_up_by_row(monkeypatch):
    monkeypatch.setattr(matrix, "TABLE_CELLS", 40)
    text = read(matrix.matrix(big_report(8, 0))).text
    assert "robot001✗ 0 of 7robot002, robot003, robot004, robot005, robot006 and 2 others" in text
    assert "robot002✓ 7 of 7–" in text
    partly = big_report(8, 0)
    next(row for row in partly["matrix"] if row["from_label"] == "robot002")["unicast"] = {"8000": [0, 6]}
    assert "robot002! 7 of 7–" in read(matrix.matrix(partly)).text


def test_all_tables_together_have_a_bound_too(monkeypatch):
    monkeypatch.setattr(matrix, "PAGE_CELLS", 100)
    source = matrix.matrix(big_report(8, 0))
    assert source.count("not heard</th>") == 2


def test_a_cell_of_a_big_table_that_is_right_says_no_more_than_when_unless_unicast_was_lost():
    rows = [{**ROW, "to_label": f"host-{number}", "to_pod": str(number)} for number in range(matrix.SMALL + 1)]
    rows[1]["unicast"], rows[2]["unicast"] = {"64": [3, 3]}, {"64": [2, 3]}
    text = read(matrix.matrix({"matrix": rows})).text
    assert (text.count("by multicast"), text.count("unicast of")) == (1, 1)
    assert "unicast of 64 bytes: 2 of 3 arrived" in text


def test_a_big_table_can_be_skipped_by_keyboard():
    assert "Skip this table" not in matrix.matrix(big_report(8, 0))
    source = matrix.matrix(big_report(22, 0))
    assert '<a href="#matrix-1-end">Skip this table</a>' in source and '<span id="matrix-1-end"></span>' in source


def test_nothing_compared_is_said():
    assert "Nothing was compared." in matrix.matrix({"matrix": []})
