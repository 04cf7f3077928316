# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong, errors first, with hosts, NICs and what to do."""

from __future__ import annotations

import re

from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.page import findings

from .reading import read
from .reports import failing_report


def test_errors_come_first_with_sign_and_word():
    text = read(findings.findings(failing_report())).text
    found = re.findall(r"(✗ Error|! Warning|i Note): ", text)
    assert text.startswith("4 errors, 2 warnings, 1 note, errors first.")
    assert found == ["✗ Error"] * 4 + ["! Warning"] * 2 + ["i Note"]
    mixed = {"diagnoses": failing_report()["diagnoses"][::-1]}
    assert re.findall(r"(✗ Error|! Warning|i Note): ", read(findings.findings(mixed)).text) == found


def test_a_finding_has_its_hosts_nics_fix_evidence_and_code():
    text = read(findings.findings(failing_report())).text
    one = text[text.index("tb2 hears no other host on ros-lan (hosts)") :]
    for expected in (
        "FixA firewall on its input (nft list ruleset, ",
        "Hoststb2NICeth0 of tb2LANros-lan",
        "deaf-host",
        "nics: tb2 eth0",
    ):
        assert expected in one
    assert "Hoststb4NICenp3s0LANros-lan" in text
    assert "log_end: waiting for /chatter" in text


def test_nothing_and_too_much(monkeypatch):
    assert read(findings.findings({"diagnoses": []})).text == "Nothing was found to be wrong."
    monkeypatch.setattr(findings, "BOUND", 2)
    assert read(findings.findings(failing_report())).text.endswith("5 more are in discovery.json.")
