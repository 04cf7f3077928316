# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way to declare a LAN wrongly is named, with the value and the fix."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils import _lan_findings
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._cluster_networks import DEFAULT

HOSTS = ["base", "tb1", "tb2"]
GOOD = {"name": "ros-lan", "subnet": "10.88.1.0/24", "pool": "10.88.1.128/25"}
MICROK8S = {kind: [network] for kind, network in DEFAULT.items()}


def findings(networks, hosts, seen, addresses, cluster=None):
    return _lan_findings.findings(networks, hosts, seen, addresses, cluster or MICROK8S, ["robots"])


def lan(**changes):
    return {**GOOD, **changes}


def seen(address="10.88.1.21/24", refused=None, attachments=(), on_lan="", nic="eth1"):
    nics = [{"name": "eth1", "addresses": [address]}]
    lans = {"ros-lan": {"nic": nic, "address": on_lan}} if on_lan else {}
    return {"nics": nics, "lans": lans, "refused": refused or {}, "attachments": list(attachments)}


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
        ([lan(fixed="ten")], "LAN ros-lan: the fixed 'ten' is not an IPv4 network"),
        (
            [lan(fixed="10.88.1.192/28")],
            "LAN ros-lan: fixed 10.88.1.192/28 is not a part of the subnet 10.88.1.0/24 beside the pool 10.88.1.128/25",
        ),
        ([lan(fixed="10.88.2.0/28")], "LAN ros-lan: fixed 10.88.2.0/28 is not a part of the subnet"),
        (
            [lan(fixed="10.88.1.96/27"), lan(name="cam", pool="10.88.1.64/26", slice_prefix=29)],
            "LAN cam: its pool 10.88.1.64/26 overlaps the fixed 10.88.1.96/27 of ros-lan",
        ),
        ([lan(routes=[{"to": "far", "via": "10.88.1.1"}])], "LAN ros-lan: the route 'far' is not an IPv4 network"),
        (
            [lan(routes=[{"to": "0.0.0.0/0", "via": "10.88.1.1"}])],
            "LAN ros-lan: a route leads to 0.0.0.0/0, everywhere, as the pods' own default route does",
        ),
        (
            [lan(routes=[{"to": "10.88.1.64/26", "via": "10.88.1.1"}])],
            "LAN ros-lan: a route leads to 10.88.1.64/26, into the LAN itself",
        ),
        (
            [lan(routes=[{"to": "10.99.0.0/16", "via": "10.99.0.1"}])],
            "LAN ros-lan: the route to 10.99.0.0/16 goes by 10.99.0.1, which is no address of 10.88.1.0/24",
        ),
        ([lan(routes=[{"to": "10.99.0.0/16", "via": "10.88.1.130"}])], "goes by 10.88.1.130, which is no address"),
        (
            [lan(routes=[{"to": "10.99.0.0/16", "via": "router"}])],
            "goes by router, which is no address of 10.88.1.0/24",
        ),
        (
            [lan(routes=[{"to": "10.1.0.0/16", "via": "10.88.1.1"}])],
            "LAN ros-lan: the route to 10.1.0.0/16 covers 10.1.0.0/16, from which the cluster gives pods their addresses",
        ),
        ([lan(hosts=["base", "tb9"])], "LAN ros-lan: unknown host 'tb9'. Fix: one of base, tb1, tb2"),
        ([lan(hosts=["robots"])], "LAN ros-lan: unknown host 'robots', which is a group"),
        ([lan(hosts=[])], "LAN ros-lan: no hosts"),
    ],
)
def test_what_is_wrong_with_a_declaration(networks, said):
    (finding,) = findings(networks, HOSTS, {}, {})
    assert said in finding.sentence
    assert finding.fix


def sites(back=True, **changes):
    """Two sites, each with a router."""
    way_back = [{"to": "10.88.0.0/16", "via": "10.99.1.1"}] if back else []
    return [
        lan(hosts=["base", "tb1"], routes=[{"to": "10.99.1.0/24", "via": "10.88.1.1"}], **changes),
        {"name": "far", "subnet": "10.99.1.0/24", "pool": "10.99.1.128/28", "hosts": ["tb2"], "routes": way_back},
    ]


def test_a_lan_of_some_hosts_has_room_for_those():
    assert findings(sites(), HOSTS, {}, {}) == []
    assert findings(sites(pool="10.88.1.128/27"), HOSTS, {}, {}) == []


def test_who_is_asked_over_a_router_must_be_able_to_answer():
    (finding,) = findings(sites(back=False), HOSTS, {}, {})
    assert finding.sentence == (
        "LAN ros-lan has a route to far (10.99.1.0/24), and far has none back to 10.88.1.0/24, so its pods cannot answer. "
        "Fix: for far write routes: [{to: 10.88.1.0/24, via: ITS ROUTER}]"
    )


def test_a_host_is_no_router_for_its_own_pods():
    (finding,) = findings(sites(), HOSTS, {"base": seen(on_lan="10.88.1.1"), "tb1": seen(on_lan="10.88.1.21")}, {})
    assert "base: is the router 10.88.1.1 of LAN ros-lan, and no host reaches its own pods" in finding.message


def test_an_address_that_stays_is_no_hosts_and_no_routers():
    declared = [lan(fixed="10.88.1.16/28")]
    (finding,) = findings(declared, HOSTS, {"tb1": seen()}, {})
    assert "tb1: its own address 10.88.1.21 (eth1) lies in fixed 10.88.1.16/28 of ros-lan" in finding.message
    (finding,) = _lan_findings.router_findings(declared, {"base": routed("10.88.1.17")})
    assert "the router 10.88.1.17 of base lies in fixed 10.88.1.16/28" in finding.message


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


INNER = {"name": "ros-lan", "subnet": "192.168.131.0/24", "pool": "192.168.131.128/25"}


@pytest.mark.parametrize(
    "on_lan, addresses, said",
    [
        # Robots of one maker: br0 of each has its address.
        (
            {"tb1": "192.168.131.1", "tb2": "192.168.131.1"},
            {"tb1": "10.20.0.21", "tb2": "10.20.0.22"},
            "tb1 and tb2: have the same address 192.168.131.1 on LAN ros-lan (tb1 on br0 and tb2 on br0), so they do not hear",
        ),
        # One of them is absent, and known by its fleet address.
        ({"tb1": "192.168.131.1"}, {"tb2": "192.168.131.1"}, "(tb1 on br0 and tb2 its fleet address)"),
        # Two that are absent.
        ({}, {"tb1": "192.168.131.7", "tb2": "192.168.131.7"}, "(tb1 its fleet address and tb2 its fleet address)"),
        # A laptop that gets no pods.
        ({"tb1": "192.168.131.1", "laptop": "192.168.131.1"}, {}, "tb1 and laptop: have the same address"),
        ({"tb1": "192.168.131.1", "tb2": "192.168.131.2"}, {"tb1": "192.168.131.1", "tb2": "192.168.131.2"}, ""),
        ({"tb1": "192.168.131.1", "tb2": None}, {"base": "10.20.0.10", "tb2": "tb2.example"}, ""),
        # The same address in another network is that network's business.
        ({}, {"tb1": "10.20.0.21", "tb2": "10.20.0.21"}, ""),
    ],
)
def test_two_hosts_with_one_address_on_a_lan(on_lan, addresses, said):
    facts = {host: seen(on_lan=address, nic="br0") for host, address in on_lan.items()}
    found = [finding.sentence for finding in findings([INNER], HOSTS, facts, addresses)]
    assert [said in sentence for sentence in found] == ([True] if said else [])
    assert all("Fix: declare for ros-lan the subnet of the network on which the robots meet" in each for each in found)


@pytest.mark.parametrize(
    "subnet, pool, cluster, said",
    [
        (
            "10.1.0.0/21",
            "10.1.4.0/24",
            None,
            ["overlaps 10.1.0.0/16, from which the cluster gives pods their addresses"],
        ),
        (
            "10.152.183.0/24",
            "10.152.183.128/25",
            None,
            ["overlaps 10.152.183.0/24, from which the cluster gives Services"],
        ),
        ("10.0.0.0/8", "10.9.0.0/24", None, ["gives pods", "gives Services"]),
        ("10.1.0.0/21", "10.1.4.0/24", {"pods": ["10.42.0.0/16"], "Services": []}, []),
        ("10.42.8.0/24", "10.42.8.128/25", {"pods": ["10.42.0.0/16"], "Services": []}, ["overlaps 10.42.0.0/16"]),
        ("10.2.0.0/16", "10.2.4.0/24", None, []),
    ],
)
def test_a_lan_in_a_network_of_the_cluster(subnet, pool, cluster, said):
    found = findings([lan(subnet=subnet, pool=pool)], HOSTS, {}, {}, cluster)
    assert (
        [words in finding.sentence for words, finding in zip(said, found)] == [True] * len(found) == [True] * len(said)
    )
    assert all(finding.fix.startswith("give ros-lan another subnet; or, before MicroK8s is") for finding in found)


def test_an_address_of_who_gets_no_pods_is_no_pods_address_either():
    (finding,) = findings([GOOD], HOSTS, {"laptop": seen("10.88.1.130/24")}, {"laptop": "10.88.0.50"})
    assert "laptop: its own address 10.88.1.130 (eth1) lies in the pool" in finding.sentence


def test_the_network_on_which_they_meet_is_hinted_at():
    facts = {host: seen(on_lan="192.168.131.1", nic="br0") for host in ("tb1", "tb2")}
    (finding,) = findings([INNER], HOSTS, facts, {"tb1": "10.20.0.21", "tb2": "10.20.0.22"})
    assert "on which the robots meet (their fleet addresses are 10.20.0.21 and 10.20.0.22), or give" in finding.fix


def routed(*gateways):
    return {"identity": {"default_routes": [{"nic": "eth1", "gateway": gateway, "source": ""} for gateway in gateways]}}


@pytest.mark.parametrize(
    "fleet, said",
    [
        (
            {"base": routed("10.88.1.254"), "tb1": routed("10.88.1.254"), "tb2": {"identity": None}},
            "LAN ros-lan: the router 10.88.1.254 of base and tb1 lies in the pool 10.88.1.128/25",
        ),
        ({"base": routed("10.88.1.1"), "tb1": routed("")}, ""),
    ],
)
def test_a_router_in_the_pool(fleet, said):
    found = [finding.sentence for finding in _lan_findings.router_findings([GOOD], fleet)]
    assert [said in sentence for sentence in found] == ([True] if said else [])
