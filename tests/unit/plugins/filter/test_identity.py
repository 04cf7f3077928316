"""Names and addresses of a fleet: what is refused, and with which words."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.filter.identity import (
    identity_findings,
    identity_fleet,
    identity_hosts_block,
    identity_rename_findings,
    suggested_hostname,
)


def fleet(*rows):
    return [{"host": host, "hostname": hostname, "address": address} for host, hostname, address in rows]


def test_the_fleet_is_read_from_the_inventory():
    hostvars = {
        "base": {"ansible_host": "10.0.0.1"},
        "tb1": {"ansible_host": "10.0.0.2", "identity_hostname": "turtle-1", "identity_address": "10.0.1.2"},
        "10.0.0.3": {},
    }
    assert identity_fleet(hostvars, list(hostvars)) == fleet(
        ("base", "base", "10.0.0.1"), ("tb1", "turtle-1", "10.0.1.2"), ("10.0.0.3", "10.0.0.3", "10.0.0.3")
    )


def test_a_sound_fleet_has_no_findings():
    assert identity_findings(fleet(("base", "base", "10.0.0.1"), ("tb1", "tb1", "10.0.0.2"))) == []


@pytest.mark.parametrize("name", ["Robot_1", "robot.lan", "-tb1", "tb1-", "a" * 64, "TB1", ""])
def test_invalid_names_are_refused(name):
    (finding,) = identity_findings(fleet(("tb1", name, "10.0.0.2")))
    assert finding.startswith(f"tb1: host name '{name}' is not a valid") and "Fix:" in finding


@pytest.mark.parametrize("name", ["tb1", "a", "1", "a" * 63, "robot-1"])
def test_valid_names(name):
    assert identity_findings(fleet(("tb1", name, "10.0.0.2"))) == []


@pytest.mark.parametrize(("name", "suggestion"), [("Robot_1", "robot-1"), ("a" * 70, "a" * 63), ("___", "robot-1")])
def test_a_suggestion_is_valid_itself(name, suggestion):
    assert suggested_hostname(name) == suggestion


@pytest.mark.parametrize("address", ["tb1.local", "127.0.0.1", "10.0.0.256", "fd00::1", ""])
def test_an_address_must_be_one_that_others_reach(address):
    (finding,) = identity_findings(fleet(("tb1", "tb1", address)))
    assert finding.startswith(f"tb1: fleet address '{address}'")


def test_shared_names_and_addresses_name_all_their_hosts():
    findings = identity_findings(fleet(("a", "tb", "10.0.0.1"), ("b", "tb", "10.0.0.2"), ("c", "c", "10.0.0.2")))
    assert [finding.split(".")[0] for finding in findings] == [
        "a and b: share the host name 'tb'",
        "b and c: share the fleet address '10",
    ]


@pytest.mark.parametrize(
    ("role", "present", "refused"),
    [("worker", "old", True), ("standalone", "old", True), ("absent", "old", False), ("worker", "tb1", False)],
)
def test_microk8s_is_not_renamed(role, present, refused):
    facts = {"tb1": {"role": role, "node_name": present}}
    findings = identity_rename_findings(fleet(("tb1", "tb1", "10.0.0.2"), ("tb2", "tb2", "10.0.0.3")), facts)
    assert bool(findings) is refused


def test_hosts_block():
    assert identity_hosts_block(fleet(("base", "base", "10.0.0.1"), ("tb1", "turtle-1", "10.0.0.2"))) == (
        "10.0.0.1 base\n10.0.0.2 turtle-1"
    )
