# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks in which nothing is wrong, on which no error may be said."""

from __future__ import annotations

from lab.bench.probing import participants as p
from lab.bench.probing.case import Case, nothing
from lab.bench.probing.faults import ALL, H1, TALKER, second_nic
from lab.bench.probing.net import LAN, SECOND_LAN, Net

BOTH = (LAN, SECOND_LAN)


def second_lan(*hosts: str):
    """These hosts are on a second LAN as well."""

    def change(net: Net) -> None:
        net.add_bridge(SECOND_LAN)
        for host in hosts:
            net.plug(host, SECOND_LAN)

    return change


def single_addresses(net: Net) -> None:
    """Addresses as /32, with a route to the LAN."""
    for host in net.hosts:
        net.ip(host, "addr flush dev eth0")
        net.ip(host, f"addr add {net.address(host)}/32 dev eth0")
        net.ip(host, "route add 10.77.0.0/24 dev eth0")
        net.ip(host, "route add default dev eth0")


def two_addresses(net: Net) -> None:
    """Another address on the NIC of each host, and the LAN's as the second."""
    for host in net.hosts:
        net.ip(host, "addr flush dev eth0")
        net.ip(host, f"addr add 10.79.0.{host[1:]}/24 dev eth0")
        net.ip(host, f"addr add {net.address(host)}/24 dev eth0")
        net.ip(host, "route add default dev eth0")


def two_joined_switches(net: Net) -> None:
    """h3 and h4 at a second switch with an uplink that carries all."""
    net.add_bridge("far")
    net.at_switch("ip link add up0 type veth peer name up1")
    for words in ("up0 master lan up", "up1 master far up", "h3 master far", "h4 master far"):
        net.at_switch(f"ip link set {words}")


def open_firewalls(net: Net) -> None:
    """Firewalls that let in what DDS needs."""
    for host in net.hosts:
        net.filter(host, "meta l4proto udp udp dport != 7400-7500 udp dport < 32768 drop")


def _healthy(name: str, what: str, inject=nothing, parts=p.DEFAULT, hosts: int = 3, **others) -> Case:
    return Case(name, what, inject, parts=parts, hosts=hosts, kind="healthy", **others)


def _everybody(hosts: int, image: str = p.CYCLONE) -> list[p.Part]:
    return [TALKER, *(p.listener(f"h{number}", image) for number in range(2, hosts + 1))]


HEALTHY = [
    _healthy("two", "2 hosts", parts=_everybody(2), hosts=2),
    _healthy("three", "3 hosts, Fast DDS and Cyclone DDS"),
    _healthy("four", "4 hosts", parts=_everybody(4), hosts=4),
    _healthy("six", "6 hosts", parts=_everybody(6), hosts=6),
    _healthy("silent", "3 hosts without any participant", parts=()),
    _healthy("jazzy", "Jazzy alone", parts=_everybody(2, p.JAZZY), hosts=2),
    _healthy("kilted", "Kilted hears Jazzy", parts=_everybody(2, p.KILTED), hosts=2),
    _healthy("cyclone", "Cyclone DDS alone", parts=(p.talker("h1"), p.listener("h2")), hosts=2),
    _healthy(
        "three-vendors",
        "Jazzy, Kilted and Cyclone DDS",
        parts=(p.talker("h1"), p.listener("h2", p.JAZZY), p.listener("h3", p.KILTED)),
    ),
    _healthy("many-a-host", "four listeners on one host", parts=(TALKER, *[p.listener("h2")] * 4)),
    _healthy(
        "two-domains",
        "domains 0 and 7",
        parts=(TALKER, p.listener("h2"), p.talker("h1", ROS_DOMAIN_ID="7"), p.listener("h3", ROS_DOMAIN_ID="7")),
        domains=(0, 7),
    ),
    _healthy(
        "two-lans",
        "two LANs, both declared",
        second_lan("h1", "h2", "h3"),
        lans={"h1": BOTH, "h2": BOTH, "h3": BOTH},
        parts=(TALKER, p.listener("h2", **{p.URI: p.cyclone("eth0")}), p.listener("h3", **{p.URI: p.cyclone("eth0")})),
    ),
    _healthy("second-nic", "a host with a second NIC that is no LAN", second_nic),
    _healthy("single-addresses", "addresses as /32 with a route", single_addresses),
    _healthy("two-addresses", "the LAN's address is the NIC's second", two_addresses),
    _healthy("two-switches", "two switches with an uplink", two_joined_switches, _everybody(4), 4),
    _healthy("firewalls", "firewalls that let DDS in", open_firewalls),
    _healthy(
        "server",
        "a discovery server",
        way="server",
        parts=(p.server("h1", H1), p.talker("h1", p.JAZZY, **p.asking(H1)), p.listener("h2", p.JAZZY, **p.asking(H1))),
    ),
    _healthy(
        "peers",
        "peers by name, multicast is there",
        way="peers",
        parts=(p.talker("h1", **{p.URI: p.cyclone(peers=ALL)}), p.listener("h2", **{p.URI: p.cyclone(peers=ALL)})),
    ),
    _healthy(
        "zenoh",
        "Zenoh by one router",
        way="zenoh",
        parts=(
            p.router("h1"),
            p.talker("h1", p.ZENOH, **p.by_router(H1)),
            p.listener("h2", p.ZENOH, **p.by_router(H1)),
        ),
    ),
]
