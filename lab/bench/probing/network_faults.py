# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The faults that are injected into the network: switches, cables, firewalls, addresses, routes."""

from __future__ import annotations

from lab.bench.probing.case import Case, stranger
from lab.bench.probing.judge import Sign
from lab.bench.probing.net import LAN, SECOND_LAN, Net, port_of
from lab.bench.probing.participants import FIXED, JAZZY, KILTED, listener, talker

MULTICAST = "ip daddr 224.0.0.0/4"
UDP = "meta l4proto udp"
LARGE = (talker("h1", JAZZY, "large-"), listener("h2", JAZZY, "large-"))
H2, H3 = ("h2",), ("h3",)
OWN_RULE = "drops it itself: nftables"


def bridge(rule: str):
    """A rule of the switch."""
    return lambda net: net.filter_bridge(rule)


def at(host: str, rule: str, hook: str = "input", priority: int = 0):
    """A rule of a host's firewall; TO_ITSELF stands for its address."""
    return lambda net: net.filter(host, rule.replace("TO_ITSELF", f"ip daddr {net.address(host)}"), hook, priority)


def ip(host: str, *lines: str):
    """ip(8) in a host."""
    return lambda net: [net.ip(host, line) for line in lines]


def switch(*commands: str):
    """Commands at the switch."""
    return lambda net: [net.at_switch(command) for command in commands]


def isolated(*hosts: str):
    """Ports of a switch that do not reach each other."""
    return switch(*(f"bridge link set dev {host} isolated on" for host in hosts))


def forget_memberships(net: Net) -> None:
    """Snooping whose querier asks once and never again, so that it forgets who wants what."""
    settings = "mcast_startup_query_count 1 mcast_membership_interval 200 mcast_query_response_interval 50"
    long = "mcast_query_interval 60000 mcast_startup_query_interval 60000 mcast_querier_interval 60000"
    net.at_switch(f"ip link set {LAN} type bridge {settings} {long}")
    net.at_switch(f"ip link set {LAN} type bridge mcast_snooping 1 mcast_querier 1")


def other_vlan(net: Net) -> None:
    """h3 at a switch of its own."""
    net.add_bridge("vlan2")
    net.at_switch("ip link set h3 master vlan2")


def two_switches(net: Net) -> None:
    """h3 and h4 at a second switch, whose uplink carries no multicast."""
    net.add_bridge("far")
    net.at_switch("ip link add up0 type veth peer name up1")
    for words in ("up0 master lan up", "up1 master far up", "h3 master far", "h4 master far"):
        net.at_switch(f"ip link set {words}")
    net.filter_bridge(f'iifname {{ "up0", "up1" }} {MULTICAST} drop')


def behind_router(net: Net) -> None:
    """h3 on another subnet, with h4 as the router between."""
    net.add_bridge(SECOND_LAN)
    net.plug("h4", SECOND_LAN)
    net.sysctl("h4", "net.ipv4.ip_forward=1")
    net.at_switch(f"ip link set h3 master {SECOND_LAN}")
    for words in ("addr flush dev eth0", f"addr add {net.address('h3', SECOND_LAN)}/24 dev eth0"):
        net.ip("h3", words)
    net.ip("h3", f"route replace default via {net.address('h4', SECOND_LAN)}")
    for host in ("h1", "h2"):
        net.ip(host, f"route replace default via {net.address('h4')}")


def strict_rp_filter(net: Net) -> None:
    """h2 would answer by a second NIC, and so takes nothing that comes by the first."""
    net.add_bridge(SECOND_LAN)
    net.plug("h2", SECOND_LAN)
    for host in ("h1", "h3"):
        net.ip("h2", f"route add {net.address(host)}/32 dev eth1")
    net.sysctl("h2", "net.ipv4.conf.eth0.rp_filter=1")


def same_address(net: Net) -> None:
    """h3 has the address of h2."""
    net.ip("h3", "addr flush dev eth0")
    net.ip("h3", f"addr add {net.address('h2')}/24 dev eth0")


def move_address(net: Net) -> None:
    """h2 gets another address while its programs run."""
    net.ip("h2", f"addr del {net.address('h2')}/24 dev eth0")
    net.ip("h2", "addr add 10.77.0.99/24 dev eth0")


def without_subnet(net: Net) -> None:
    """h3 has its address without a way to the others."""
    net.ip("h3", "addr flush dev eth0")
    net.ip("h3", f"addr add {net.address('h3')}/32 dev eth0")
    net.ip("h3", "route add 224.0.0.0/4 dev eth0")


def _fault(name: str, what: str, inject, *signs: Sign, **others) -> Case:
    return Case(name, what, inject, signs, **others)


FAULTS = [
    _fault("mc-drop-all", "switch drops multicast", bridge(f"{MULTICAST} drop"), Sign(("deaf-network",), "unicast")),
    _fault(
        "mc-drop-one",
        "switch gives h2 no multicast",
        bridge(f'oifname "h2" {MULTICAST} drop'),
        Sign(("deaf-host",), "unicast", H2),
    ),
    _fault(
        "mc-drop-nft",
        "h2 drops 239.255.0.1",
        at("h2", "ip daddr 239.255.0.1 drop"),
        Sign(("deaf-host",), OWN_RULE, H2),
    ),
    _fault(
        "mc-port-drop", "h2 drops UDP port 7400", at("h2", "udp dport 7400 drop"), Sign(("deaf-host",), OWN_RULE, H2)
    ),
    _fault(
        "snooping",
        "IGMP snooping, memberships expired",
        lambda net: None,
        Sign(("deaf-host", "deaf-network"), "snooping"),
        later=forget_memberships,
        settle_s=4.0,
    ),
    _fault(
        "one-direction",
        "nothing passes from h1 to h2",
        bridge('iifname "h1" oifname "h2" drop'),
        Sign(("one-way",), "", ("h1", "h2")),
    ),
    _fault(
        "mc-out-one",
        "switch takes no multicast from h2",
        bridge(f'iifname "h2" {MULTICAST} drop'),
        Sign(("mute-host",), "", H2),
    ),
    _fault("fw-input-drop", "h2 drops UDP in", at("h2", f"{UDP} drop"), Sign(("deaf-host",), OWN_RULE, H2)),
    _fault("fw-input-reject", "h2 rejects UDP in", at("h2", f"{UDP} reject"), Sign(("deaf-host",), OWN_RULE, H2)),
    _fault(
        "fw-output-drop",
        "h1 drops UDP out",
        at("h1", f"{UDP} drop", "output"),
        Sign(("probe-failed",), OWN_RULE, ("h1",)),
    ),
    _fault(
        "fw-output-reject",
        "h1 rejects UDP out",
        at("h1", f"{UDP} reject", "output"),
        Sign(("probe-failed",), OWN_RULE, ("h1",)),
    ),
    _fault(
        "fw-output-unicast",
        "h1 drops unicast UDP out",
        at("h1", f"ip daddr 10.77.0.0/24 {UDP} drop", "output"),
        Sign(("unicast-blocked",), OWN_RULE, ("h1",)),
    ),
    _fault(
        "nic-down",
        "NIC of h3 down",
        lambda net: None,
        Sign(("probe-failed",), "down", H3),
        later=ip("h3", "link set eth0 down"),
    ),
    _fault(
        "no-mc-flag",
        "NIC of h3 without MULTICAST",
        ip("h3", "link set eth0 multicast off"),
        Sign(("probe-failed",), "MULTICAST", H3),
    ),
    _fault(
        "cable",
        "cable of h3 pulled",
        lambda net: None,
        Sign(("isolated-host",), "cable", H3),
        later=switch("ip link set h3 down"),
    ),
    _fault("vlan", "h3 at another switch, as in another VLAN", other_vlan, Sign(("isolated-host",), "VLAN", H3)),
    _fault("pair", "h2 and h3 isolated from each other", isolated("h2", "h3"), Sign(("deaf-pair",), "", ("h2", "h3"))),
    _fault(
        "client-isolation", "no host reaches another", isolated("h1", "h2", "h3"), Sign(("deaf-network",), "unicast")
    ),
    _fault(
        "port-owned",
        "foreign program holds UDP 7400 on h2",
        lambda net: stranger(net, "h2", "owner"),
        Sign(("probe-failed",), "7400", H2),
    ),
    _fault(
        "not-rtps",
        "foreign program sends noise to the group",
        lambda net: stranger(net, "h3", "noise"),
        Sign(("malformed",), "RTPS"),
    ),
    _fault("duplicate-ip", "h3 has the address of h2", same_address, Sign(("address-twice",), "", ("h2", "h3"))),
    _fault(
        "router-ttl",
        "h3 in another subnet, behind a router",
        behind_router,
        Sign(("other-subnet",), "h3 in 10.78.0.0/24.*neither IGMP", H3),
        hosts=4,
        probed=("h1", "h2", "h3"),
    ),
    _fault("rp-filter", "strict rp_filter on h2, second NIC", strict_rp_filter, Sign((), "rp_filter")),
    _fault(
        "partition",
        "uplink of two switches drops multicast",
        two_switches,
        Sign(("partition",), "h1 and h2 . h3 and h4"),
        hosts=4,
        parts=(talker("h1", JAZZY), listener("h2"), listener("h4")),
    ),
    _fault(
        "cloned-guid",
        "h2 and h3 announce one GUID prefix",
        lambda net: [stranger(net, host, "clone") for host in ("h2", "h3")],
        Sign(("guid-twice",), "h2 .10.77.0.2. and h3 .10.77.0.3.", ("h2", "h3")),
    ),
    _fault(
        "fixed-guid",
        "h2 and h3 have one GUID prefix in their profile",
        lambda net: None,
        Sign(("guid-twice",), "h2 .10.77.0.2. and h3 .10.77.0.3.", ("h2", "h3")),
        parts=(talker("h1", JAZZY), listener("h2", JAZZY, **FIXED), listener("h3", JAZZY, **FIXED)),
    ),
    _fault(
        "stale-ip",
        "h2 changes its address under programs",
        lambda net: None,
        Sign(("address-changed",), "10.77.0.2, which h2 no longer has.*restart", H2),
        later=move_address,
    ),
    _fault(
        "stale-ip-talker",
        "h2 changes its address under a talker of Fast DDS",
        lambda net: None,
        Sign(("address-changed",), "10.77.0.2, which h2 no longer has.*restart", H2),
        later=move_address,
        parts=(talker("h2", KILTED), listener("h1", JAZZY), listener("h3")),
    ),
    _fault(
        "unicast-blocked",
        "h2 drops unicast UDP in",
        at("h2", f"TO_ITSELF {UDP} drop"),
        Sign(("unicast-blocked",), OWN_RULE, H2),
    ),
    _fault(
        "unicast-rejected",
        "h2 rejects unicast UDP in",
        at("h2", f"TO_ITSELF {UDP} reject"),
        Sign(("unicast-blocked",), OWN_RULE, H2),
    ),
    _fault(
        "unicast-port-blocked",
        "only 7400 is open at h2",
        at("h2", "TO_ITSELF udp dport 7401-65535 drop"),
        Sign(("unicast-blocked", "ports-blocked"), OWN_RULE, H2),
    ),
    _fault(
        "arp-blocked", "switch drops ARP of h3", bridge('iifname "h3" ether type arp drop'), Sign((), "unicast|ARP")
    ),
    _fault("no-subnet", "h3 has its address as /32, without a route", without_subnet, Sign((), "unicast|route|/32")),
    _fault(
        "big-drop",
        "h2 drops IP fragments",
        at("h2", "ip frag-off & 0x3fff != 0 drop", "prerouting", -450),
        Sign(("fragments-dropped",), OWN_RULE, H2),
        parts=LARGE,
    ),
    _fault(
        "mtu-mismatch",
        "switch drops over 1300 bytes",
        bridge("meta length > 1300 drop"),
        Sign(("path-mtu",)),
        parts=LARGE,
    ),
    _fault(
        "loss-30",
        "switch loses 30 % of all",
        bridge("numgen random mod 100 < 30 drop"),
        Sign(("lossy-path", "fragments-dropped")),
    ),
    _fault(
        "loss-to-one",
        "switch loses 70 % of what is for h2",
        bridge(f'oifname "{port_of("h2")}" numgen random mod 100 < 70 drop'),
        Sign(("lossy-path", "fragments-dropped", "path-mtu"), "", H2),
    ),
    _fault(
        "late-nic",
        "NIC of h1 comes up after its talker has started",
        ip("h1", "link set eth0 down"),
        Sign(("only-loopback",), "restart"),
        later=ip("h1", "link set eth0 up"),
        settle_s=2.0,
    ),
]
