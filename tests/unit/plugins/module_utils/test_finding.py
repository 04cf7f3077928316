# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A finding in words, as plain data, and read from words."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._finding import WARNING, Finding, in_sentences


@pytest.mark.parametrize(
    ("finding", "sentence"),
    [
        (Finding("disk", "the disk is full", "make room"), "the disk is full. Fix: make room"),
        (Finding("disk", "The disk is full.", "Make room."), "The disk is full. Fix: Make room."),
        (Finding("swap", "Swap is on."), "Swap is on."),
    ],
)
def test_a_sentence_for_people(finding, sentence):
    assert finding.sentence == sentence
    assert Finding.from_text("again", sentence).sentence == sentence


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        ("tb1: no NIC. NICs: eth0. Fix: name one. Or plug it in", "tb1: no NIC. NICs: eth0", "name one. Or plug it in"),
        ("tb1: no NIC.", "tb1: no NIC.", ""),
    ],
)
def test_a_sentence_is_read(text, message, fix):
    assert Finding.from_text("no-nic", text, WARNING) == Finding("no-nic", message, fix, WARNING)


def test_plain_data_names_each_host_once():
    finding = Finding("deaf", "m", "f", WARNING, hosts=("b", "a", "b"), network="lan", evidence={"gap_s": 1})
    assert finding.as_dict() == {
        "code": "deaf",
        "message": "m",
        "fix": "f",
        "severity": "warning",
        "hosts": ["a", "b"],
        "network": "lan",
        "evidence": {"gap_s": 1},
    }


def test_a_filter_gives_sentences():
    @in_sentences
    def find(code, *, fix):
        yield Finding(code, "m", fix)

    assert (find("c", fix="f"), find.__name__) == (["m. Fix: f"], "find")
