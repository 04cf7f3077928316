# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the module, and one run over the loopback of the machine that tests."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.rosfleet.cluster.plugins.modules import dds_probe

TARGET = {"scope": "host", "network": "ros-lan", "nic": "eth0", "subnet": "192.168.8.0/24", "pod": "", "pod_uid": ""}
POD = dict(TARGET, scope="pod", pod="ros/talker", pod_uid="0f3c")


@pytest.mark.parametrize(
    "change, fault",
    [
        ({}, None),
        ({"targets": [POD]}, None),
        ({"targets": []}, None),
        ({"domain_id": 233}, "domain_id: domain 233 is not in 0..232."),
        ({"duration": 0}, "duration: 0 s is no time to listen."),
        ({"targets": [TARGET, dict(POD, pod_uid="")]}, "targets[1]: scope pod needs pod and pod_uid."),
        (
            {"targets": [dict(TARGET, subnet="192.168.8.7/24")]},
            "targets[0]: the subnet '192.168.8.7/24' has host bits set",
        ),
        ({"targets": [dict(TARGET, subnet="")]}, None),
        ({"targets": [TARGET, dict(TARGET, domain_id=-1)]}, "targets[1]: domain -1 is not in 0..232."),
        ({"targets": [dict(TARGET, domain_id=0)]}, None),
    ],
)
def test_faults(change, fault):
    faults = dds_probe.find_faults({"domain_id": 0, "duration": 5.0, "targets": [TARGET], **change})
    assert [each[: len(fault or "")] for each in faults] == ([fault] if fault else [])


def test_the_documentation_has_every_option_and_default_of_the_specification():
    documented = yaml.safe_load(dds_probe.DOCUMENTATION)["options"]
    assert set(documented) == set(dds_probe.SPEC)
    targets = documented["targets"].pop("suboptions")
    specified = {name: dict(option) for name, option in dds_probe.SPEC.items()}
    assert set(targets) == set(specified["targets"].pop("options"))
    for docs, specs in ((documented, specified), (targets, dds_probe.TARGET_SPEC)):
        for name, option in specs.items():
            assert {key: value for key, value in docs[name].items() if key != "description"} == option


def test_the_result_has_what_is_documented():
    result = dds_probe.probe("me", 99, 0.02, [dict(TARGET, nic="nosuch0")], announce=False)
    documented = yaml.safe_load(dds_probe.RETURN)
    assert set(result) == set(documented)
    assert set(result["targets"][0]) == set(documented["targets"]["contains"])
    assert result["targets"][0]["errors"][0].startswith("me has no NIC nosuch0 (it has lo")


@pytest.mark.parametrize(("check_mode", "announce"), [(False, True), (True, False)])
def test_check_mode_listens_without_a_word(run_main, monkeypatch, check_mode, announce):
    probed = []

    def probe(host, domain_id, duration, targets, *, announce):
        probed.append((host, domain_id, duration, [target["nic"] for target in targets], announce))
        return {"targets": ["a result"]}

    monkeypatch.setattr(dds_probe, "probe", probe)
    asked = {"host": "tb1", "domain_id": 7, "duration": 0.5, "targets": [{"network": "ros-lan", "nic": "eth1"}]}
    result = run_main(dds_probe, **asked, check_mode=check_mode)
    assert (result["changed"], result["targets"]) == (False, ["a result"])
    assert probed == [("tb1", 7, 0.5, ["eth1"], announce)]


def test_bad_options_are_refused_before_anything_is_opened(run_main, monkeypatch):
    monkeypatch.setattr(dds_probe, "probe", lambda *arguments, **more: pytest.fail("it was opened"))
    result = run_main(dds_probe, host="tb1", domain_id=233, duration=0, targets=[])
    assert result["failed"] and "domain 233 is not in 0..232" in result["msg"] and "no time to listen" in result["msg"]
