# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way to declare a LAN wrongly is named, with the value and the fix."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._lan_findings import findings

HOSTS = ["base", "tb1", "tb2"]
GOOD = {"name": "ros-lan", "subnet": "10.88.1.0/24", "pool": "10.88.1.128/25"}


def lan(**changes):
    return {**GOOD, **changes}


def seen(address="10.88.1.21/24", refused=None, attachments=()):
    nics = [{"name": "eth1", "addresses": [address]}]
    return {"nics": nics, "refused": refused or {}, "attachments": list(attachments)}


def file(path, name="", owned=False, error=""):
    return {"file": "/etc/cni/multus/net.d/" + path, "name": name, "owned": owned, "error": error}


def test_a_good_declaration_has_no_findings():
    assert findings([GOOD], HOSTS, {"tb1": seen()}, {"base": "10.88.0.10", "tb2": "tb2.example"}) == []


@pytest.mark.parametrize(
    "networks, said",
    [
        ([lan(name="Ros_LAN")], "LAN 'Ros_LAN': the name is not usable in Kubernetes"),
        ([lan(name="")], "LAN '': the name is not usable"),
        ([lan(name="r" * 58)], "at most 57 characters"),
        ([lan(), lan(pool="10.88.1.64/26")], "LAN ros-lan: declared 2 times"),
        ([lan(subnet="10.88.1.0/40")], "LAN ros-lan: the subnet '10.88.1.0/40' is not an IPv4 network"),
        ([lan(subnet="10.88.1.7/24")], "the subnet '10.88.1.7/24' has host bits set; the network is 10.88.1.0/24"),
        ([lan(pool="ten")], "LAN ros-lan: the pool 'ten' is not an IPv4 network"),
        ([lan(pool="10.88.2.0/25")], "the pool 10.88.2.0/25 is not inside the subnet 10.88.1.0/24"),
        ([lan(pool="10.88.0.0/16")], "the pool 10.88.0.0/16 is not inside the subnet 10.88.1.0/24"),
        (
            [lan(slice_prefix=24)],
            "slice_prefix 24 does not cut the pool 10.88.1.128/25 into slices. Fix: a number from 25",
        ),
        ([lan(slice_prefix=31)], "slice_prefix 31 does not cut the pool 10.88.1.128/25"),
        (
            [lan(pool="10.88.1.128/27")],
            "the pool 10.88.1.128/27 has room for 2 slices of /28, and the fleet has 3 hosts. Fix: slice_prefix: 29, or a",
        ),
        (
            [lan(pool="10.88.1.128/30", slice_prefix=30)],
            "room for 1 slices of /30, and the fleet has 3 hosts. Fix: a wider pool",
        ),
        (
            [lan(), lan(name="cam", pool="10.88.1.192/26")],
            "LAN cam: its pool 10.88.1.192/26 overlaps the pool 10.88.1.128/25 of ros-lan",
        ),
    ],
)
def test_what_is_wrong_with_a_declaration(networks, said):
    (finding,) = findings(networks, HOSTS, {}, {})
    assert said in finding.sentence
    assert finding.fix


@pytest.mark.parametrize(
    "facts, address, said",
    [
        (
            seen("10.88.1.130/24"),
            "",
            "tb1: its own address 10.88.1.130 (eth1) lies in the pool 10.88.1.128/25 of ros-lan",
        ),
        ({}, "10.88.1.131", "tb1: its own address 10.88.1.131 (its fleet address) lies in the pool"),
        (
            seen(refused={"ros-lan": "ros-lan: no NIC has an address. Fix: one"}),
            "",
            "tb1: ros-lan: no NIC has an address",
        ),
        (seen(refused={"ros-lna": "ros_lan_nics names 'ros-lna'. Fix: it"}), "", "tb1: ros_lan_nics names 'ros-lna'"),
        (
            seen(attachments=[file("10-x.conf", error="Expecting value")]),
            "",
            "tb1: Multus cannot read /etc/cni/multus/net.d/10-x.conf (Expecting value)",
        ),
        (
            seen(attachments=[file("other.conf", "ros-lan")]),
            "",
            "tb1: /etc/cni/multus/net.d/other.conf already defines an attachment ros-lan and was not written by rosfleet",
        ),
    ],
    ids=["own address", "absent host's address", "no NIC", "unknown LAN", "broken file", "foreign file"],
)
def test_what_is_wrong_on_a_host(facts, address, said):
    (finding,) = findings([GOOD], HOSTS, {"tb1": facts}, {"tb1": address})
    assert said in finding.sentence
    assert finding.fix


@pytest.mark.parametrize(
    "attachment",
    [
        file("ros-lan.conf", "ros-lan", owned=True),
        file("ros-lan.conf", error="Expecting value: cut off with the power"),
        file("camera.conf", "camera"),
    ],
    ids=["ours", "ours, to be rewritten", "of another network"],
)
def test_files_that_do_no_harm(attachment):
    assert findings([GOOD], HOSTS, {"tb1": seen(attachments=[attachment])}, {}) == []


def test_a_broken_declaration_is_not_told_again_by_every_host():
    facts = {host: seen(refused={"ros-lan": "ros-lan: '10.88.1.7/24' has host bits set"}) for host in HOSTS}
    assert len(findings([lan(subnet="10.88.1.7/24")], HOSTS, facts, {})) == 1


def test_all_findings_come_at_once():
    found = findings([lan(pool="10.88.2.0/25"), lan(name="X")], HOSTS, {"tb1": seen("10.88.1.130/24")}, {})
    assert len(found) == 3
