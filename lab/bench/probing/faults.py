# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The faults that are in programs and their configuration, the pairs of faults, and what cannot be made here."""

from __future__ import annotations

from lab.bench.probing import participants as p
from lab.bench.probing.case import Case, both, stranger
from lab.bench.probing.judge import Sign
from lab.bench.probing.net import SECOND_LAN, Net
from lab.bench.probing.network_faults import FAULTS as OF_NETWORK
from lab.bench.probing.network_faults import MULTICAST, bridge

H1 = "10.77.0.1"
ALL = [f"10.77.0.{number}" for number in (1, 2, 3)]
TALKER = p.talker("h1", p.JAZZY)


def second_nic(net: Net) -> None:
    """h2 has another NIC, on a LAN where nobody else is."""
    net.add_bridge(SECOND_LAN)
    net.plug("h2", SECOND_LAN)


def container(net: Net) -> None:
    """h4 is a container on h1, with an address that h1 translates."""
    net.add_bridge(SECOND_LAN)
    net.plug("h1", SECOND_LAN)
    net.sysctl("h1", "net.ipv4.ip_forward=1")
    net.at_switch(f"ip link set h4 master {SECOND_LAN}")
    net.ip("h4", "addr flush dev eth0")
    net.ip("h4", f"addr add {net.address('h4', SECOND_LAN)}/24 dev eth0")
    net.ip("h4", f"route replace default via {net.address('h1', SECOND_LAN)}")
    net.nat("h1", 'oifname "eth0" masquerade')


def macvlan(net: Net) -> None:
    """h4 is a pod on h1, by macvlan on its NIC."""
    net.ip("h4", "link del eth0")
    net.ip("h1", "link add pod0 link eth0 type macvlan mode bridge")
    net.ip("h1", f"link set pod0 netns {net.namespace('h4')} name eth0")
    net.ip("h4", f"addr add {net.address('h4')}/24 dev eth0")
    net.ip("h4", "link set eth0 up")


def _of_listener(
    name: str,
    what: str,
    part: p.Part,
    says: str,
    talker: p.Part = TALKER,
    inject=lambda net: None,
    codes=(),
    **others,
):
    """A fault of the listener on one host, with one on h3 that is as it should be."""
    parts = others.pop("parts", (talker, part, p.listener("h3")))
    codes = others.pop("codes", ())
    named = others.pop("named", (part.host,) if codes else ())
    return Case(name, what, inject, (Sign(codes, says, named),), parts, **others)


# What is the same for a listener in a container on h1.
CONTAINED = {
    **{"codes": ("program-elsewhere",), "named": ("h1",), "talker": p.talker("h2"), "inject": container},
    **{"hosts": 4, "probed": ("h1", "h2", "h3"), "containers": {"h4": "h1"}},
}


FAULTS = [
    *OF_NETWORK,
    Case(
        "peers-list",
        "no multicast; peers are named to Cyclone DDS, data flows",
        bridge(f"{MULTICAST} drop"),
        way="peers",
        parts=[
            part(host, **{p.URI: p.cyclone(peers=ALL)})
            for part, host in ((p.talker, "h1"), (p.listener, "h2"), (p.listener, "h3"))
        ],
    ),
    Case(
        "discovery-server",
        "no multicast; a discovery server is used, data flows",
        bridge(f"{MULTICAST} drop"),
        way="server",
        parts=(
            p.server("h1", H1),
            p.talker("h1", p.JAZZY, **p.asking(H1)),
            p.listener("h2", p.JAZZY, **p.asking(H1)),
        ),
    ),
    Case(
        "domain-233",
        "ROS_DOMAIN_ID is 233",
        signs=(Sign(("probe-failed",), "233"),),
        parts=(TALKER, p.listener("h2", ROS_DOMAIN_ID="233")),
        domains=(233,),
    ),
    _of_listener(
        "wrong-nic",
        "listener on another NIC",
        p.listener("h2", **{p.URI: p.cyclone("eth1")}),
        "eth1|other NIC",
        inject=second_nic,
    ),
    _of_listener(
        "wrong-domain",
        "listener in domain 5",
        p.listener("h2", ROS_DOMAIN_ID="5"),
        "domain 5 and is declared for domain 0",
    ),
    _of_listener(
        "domain-tag",
        "listener has a domain tag",
        p.listener("h2", **{p.URI: p.cyclone(tag="blue")}),
        "domain tag",
        codes=(
            "domain-tag",
            "endpoint-missing",
        ),  # who has a tag answers nobody: it is heard only when it speaks by itself
    ),
    _of_listener("loopback-only", "listener on the loopback", p.listener("h2", **{p.URI: p.cyclone("lo")}), "loopback"),
    _of_listener(
        "fast-localhost",
        "Fast DDS may use 127.0.0.1 alone",
        p.listener("h2", p.JAZZY, **p.WHITELIST),
        "127.0.0.1|loopback|localhost",
    ),
    _of_listener(
        "localhost-range",
        "ROS_AUTOMATIC_DISCOVERY_RANGE is LOCALHOST",
        p.listener("h2", p.JAZZY, ROS_AUTOMATIC_DISCOVERY_RANGE="LOCALHOST"),
        "localhost|loopback",
    ),
    _of_listener(
        "ds-wrong-port",
        "client asks port 11888 of the discovery server",
        p.listener("h2", p.JAZZY, **p.asking(H1, 11888)),
        "11888",
        way="server",
        parts=(
            p.server("h1", H1),
            p.talker("h1", p.JAZZY, **p.asking(H1)),
            p.listener("h2", p.JAZZY, **p.asking(H1, 11888)),
        ),
    ),
    _of_listener(
        "index-exhausted",
        "no participant index is free on h2",
        p.listener("h2"),
        "participant index",
        inject=lambda net: stranger(net, "h2", "indexes"),
    ),
    _of_listener(
        "same-netns",
        "two containers of h2, each with its own /dev/shm",
        p.listener("h2", p.JAZZY, own_shm=True),
        "shared memory|/dev/shm",
        talker=p.talker("h2", p.JAZZY, own_shm=True),
    ),
    _of_listener(
        "nat",
        "listener in a container behind a translation, with peers",
        p.listener("h4", **{p.URI: p.cyclone(peers=ALL)}),
        "lab-listener .* 10.78.0.4/24 .* address translation",
        **CONTAINED,
    ),
    _of_listener(
        "nat-no-peers",
        "listener in a container behind a translation",
        p.listener("h4"),
        "lab-listener .* 10.78.0.4/24 .* address translation",
        **CONTAINED,
    ),
    _of_listener(
        "macvlan-isolation",
        "a host and its own pod by macvlan",
        p.listener("h4"),
        "macvlan on eth0 of h1",
        codes=("macvlan-isolation",),
        named=("h1", "h4"),
        inject=macvlan,
        hosts=4,
    ),
    _of_listener(
        "qos-mismatch",
        "talker best effort, listener reliable",
        p.listener("h2"),
        "best-effort",
        p.changed("h1", "talker", p.BEST_EFFORT),
        codes=("qos-mismatch",),
    ),
    _of_listener(
        "type-mismatch",
        "listener of another type",
        p.changed("h2", "listener", p.OTHER_TYPE),
        "std_msgs/msg/Header",
        codes=("type-mismatch",),
    ),
    _of_listener(
        "topic-mismatch",
        "listener of chatter, not rt/chatter",
        p.changed("h2", "listener", p.OTHER_TOPIC),
        "without rt/",
        codes=("topic-mismatch",),
    ),
    _of_listener(
        "zenoh-vs-dds",
        "listener uses Zenoh, talker DDS",
        p.listener("h2", p.ZENOH, **p.by_router(H1)),
        "zenoh",
        parts=(TALKER, p.router("h1"), p.listener("h2", p.ZENOH, **p.by_router(H1))),
    ),
]

_BY_NAME = {case.name: case for case in FAULTS}
PAIRS = [
    both(_BY_NAME[one], _BY_NAME[other])
    for one, other in (
        ("fw-input-drop", "cable"),
        ("mc-out-one", "nic-down"),
        ("one-direction", "not-rtps"),
        ("cable", "wrong-domain"),
        ("mc-drop-nft", "no-mc-flag"),
        ("unicast-blocked", "mtu-mismatch"),
        ("fw-output-drop", "fw-input-drop"),
        ("port-owned", "cable"),
        ("loss-30", "domain-tag"),
        ("pair", "topic-mismatch"),
    )
]

NOT_MADE = {
    "delay, jitter, reordering, duplicates": "this kernel has no netem; random loss is made with nftables",
    "tagged frames on a trunk": "this kernel has no 8021q; the case `vlan` puts the host at a switch of its own",
    "Wi-Fi, its rates and power saving": "there is no radio; client isolation is made with isolated bridge ports; scenario "
    "`wifi` has simulated radios",
    "a VPN without multicast": "this kernel has no wireguard; a NIC without the flag MULTICAST is made",
    "an overflowing receive buffer": "a flood takes the CPU time of the cases that run beside it",
    "pods of Kubernetes": "there is no cluster here; scenario `deaf` probes pods",
}
