# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that keep to an address which their host lost, and those that only seem to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery import stale
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.probes import collect_probes
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.report import build_report

from .fleet import LAN, codes_of, evidence, heard, hosts, listen, placed

OLD, NEW = "10.0.0.2", "10.0.0.99"


def lost(address=OLD, program="talker (pid 7)", domains=(0,), others=()):
    return {"program": program, "domain_ids": list(domains), "address": address, "others": list(others)}


def probes(*programs, address=f"{NEW}/24", domain=0):
    return collect_probes(hosts([placed("b", address, stale=programs, domain_id=domain)]), [])


def test_programs_of_a_host_that_got_another_address():
    (finding,) = stale.findings(probes(lost(), lost(program="camera (pid 8)")))
    assert (finding.code, finding.severity, finding.hosts) == ("address-changed", "warning", ["b"])
    assert "camera (pid 8) and talker (pid 7) on b keep to 10.0.0.2, which b no longer has" in finding.message
    assert "eth0 has 10.0.0.99 now" in finding.message
    assert "restart" in finding.fix


def test_a_declared_program_that_lost_its_address_is_an_error():
    declared = [replace(probe, workload="ros") for probe in probes(lost())]
    assert [finding.severity for finding in stale.findings(declared)] == ["error"]


@pytest.mark.parametrize(
    "what, program, more",
    [
        ("another network's address is gone, as a VPN's", lost("10.8.0.5"), {}),
        ("it has followed to the new address", lost(others=[NEW]), {}),
        ("it is in a domain that is not probed", lost(domains=[5]), {}),
        ("a single address says nothing of what is on the LAN", lost(), {"address": f"{NEW}/32"}),
    ],
)
def test_what_takes_no_data_from_the_lan_is_not_told(what, program, more):
    assert list(stale.findings(probes(program, **more))) == [], what


def test_an_address_kept_beside_another_networks_is_lost_all_the_same():
    assert len(list(stale.findings(probes(lost(others=["10.8.0.5"]))))) == 1


@pytest.mark.parametrize("held, codes", [((), ["address-changed"]), (("10.0.0.7/24",), [])])
def test_what_is_named_on_the_wire_is_told_once_and_not_of_a_second_address(held, codes):
    """b names 10.0.0.7 and speaks from 10.0.0.99."""
    second = [{"nic": "eth1", "kind": "", "index": 3, "link": 0, "addresses": list(held)}] if held else []
    made = [placed("a", "10.0.0.1/24"), placed("b", f"{NEW}/24", nics=second)]
    listen(made)
    named = {"locators": ["UDPv4:10.0.0.7:7410"], "translated": True, "address": NEW}
    made[0]["heard"].append(heard("p", vendor="Eclipse Cyclone DDS", **named))
    report = build_report(evidence(made, networks=[{"name": LAN, "subnet": "10.0.0.0/24"}]))
    assert [code for code in codes_of(report) if code != "nothing-compared"] == codes
    made[1]["addresses"]["stale"] = [lost("10.0.0.7")]
    if not held:
        told = build_report(evidence(made, networks=[{"name": LAN, "subnet": "10.0.0.0/24"}]))
        assert codes_of(told).count("address-changed") == 1
