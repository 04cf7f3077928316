# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a participant names another address than it speaks from."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery import misnamed
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.report import build_report

from .fleet import LAN, codes_of, evidence, heard, listen, placed

SOURCE, SUBNET = "10.0.0.2", "10.0.0.0/24"
SECOND_NIC = {"nic": "eth1", "kind": "", "index": 3, "link": 0, "addresses": ["10.1.0.2/24"]}


@pytest.mark.parametrize(
    "what, named, subnet, held, code",
    [
        ("it names where it speaks from", [SOURCE], SUBNET, [], ""),
        ("beside others", [SOURCE, "172.17.0.1"], SUBNET, [], ""),
        ("nobody knows its host", ["172.17.0.2"], SUBNET, [], misnamed.TRANSLATED),
        ("its host does not have it", ["172.17.0.2"], SUBNET, [SOURCE], misnamed.TRANSLATED),
        ("its host has it elsewhere", ["10.1.0.2"], SUBNET, [SOURCE, "10.1.0.2"], misnamed.OTHER_NIC),
        ("its host has two on the LAN", ["10.0.0.7"], SUBNET, [SOURCE, "10.0.0.7"], ""),
        ("one of the LAN that its host does not have", ["10.0.0.7"], SUBNET, [SOURCE], misnamed.CHANGED),
        ("where no subnet is declared", ["10.0.0.7"], "", [], misnamed.TRANSLATED),
    ],
)
def test_the_reason(what, named, subnet, held, code):
    assert misnamed.reason(named, [SOURCE], subnet, held) == code, what


def test_a_host_with_two_nics_is_no_translation():
    made = [placed("a", "10.0.0.1/24"), placed("b", "10.0.0.2/24", nics=[SECOND_NIC])]
    listen(made)
    made[0]["heard"].append(heard("p", locators=["UDPv4:10.1.0.2:7410"], translated=True, address=SOURCE))
    report = build_report(evidence(made, networks=[{"name": LAN, "subnet": SUBNET}]))
    assert codes_of(report) == ["nothing-compared", "other-nic"]
    (said,) = [each for each in report["diagnoses"] if each["code"] == "other-nic"]
    assert (said["hosts"], "translation" in said["message"], "<NetworkInterface>" in said["fix"]) == (
        ["b"],
        False,
        True,
    )
