# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unicast between three real probes in network namespaces on one bridge, one fault at a time, to the verdict. Needs root."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _targets
from ansible_collections.rosfleet.cluster.plugins.modules import dds_probe
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._discovery.report import build_report

from .fleet import evidence

CHECKOUT = hashlib.sha256(__file__.encode()).hexdigest()[:6]
SWITCH = f"paths-{CHECKOUT}-switch"
HOSTS = {name: f"10.98.0.{number}" for number, name in enumerate(("h1", "h2", "h3"), start=1)}
PORT, DDS_PORTS = 7472, [7470, 7471]
DURATION_S = 1.0
GROUP = "ip daddr 239.255.0.1"

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(
        not all(map(shutil.which, ("ip", "nft"))),
        reason="needs iproute2 and nftables for network namespaces",
    ),
]


def run(*command, **more):
    subprocess.run(command, check=True, **more)


def namespace(name):
    return f"paths-{CHECKOUT}-{name}"


def remove_namespaces():
    for name in ("switch", *HOSTS):
        if Path("/run/netns", namespace(name)).exists():
            run("ip", "netns", "del", namespace(name))


@pytest.fixture(scope="module")
def network():
    remove_namespaces()
    try:
        for name in ("switch", *HOSTS):
            run("ip", "netns", "add", namespace(name))
        run("ip", "-n", SWITCH, "link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
        run("ip", "-n", SWITCH, "link", "set", "br0", "up")
        for name, address in HOSTS.items():
            there = namespace(name)
            run("ip", "-n", SWITCH, "link", "add", f"to-{name}", "type", "veth", "peer", "name", "eth0", "netns", there)
            run("ip", "-n", SWITCH, "link", "set", f"to-{name}", "master", "br0", "up")
            run("ip", "-n", there, "addr", "add", f"{address}/24", "dev", "eth0")
            run("ip", "-n", there, "link", "set", "eth0", "up")
        yield
    finally:
        remove_namespaces()


@pytest.fixture
def fault(network, monkeypatch):
    """Drops at a host what a rule of nftables says; an MTU is that of its port of the switch."""
    monkeypatch.setattr(_targets, "find_pod_netns", lambda uid: f"/run/netns/{namespace(uid)}")

    def inject(host, chain, rule):
        if chain == "mtu":
            run("ip", "-n", SWITCH, "link", "set", f"to-{host}", "mtu", rule)
            return
        # Before fragments are put together again.
        table = f"table ip t {{ chain c {{ type filter hook {chain} priority -450; {rule}\n }}\n }}\n"
        run("ip", "netns", "exec", namespace(host), "nft", "-f", "-", input=table, text=True)

    yield inject
    for host in HOSTS:
        run("ip", "netns", "exec", namespace(host), "nft", "flush", "ruleset")
        run("ip", "-n", SWITCH, "link", "set", f"to-{host}", "mtu", "1500")


def target(host, **paths):
    peers = [{"address": address, "port": PORT} for other, address in HOSTS.items() if other != host]
    return {
        **{"scope": "pod", "network": "ros-lan", "nic": "eth0", "pod": host, "pod_uid": host, "ask": []},
        "paths": {"port": PORT, "dds_ports": DDS_PORTS, "peers": peers, **paths},
    }


def probe(announce=True):
    result = dds_probe.probe("vm", 0, DURATION_S, [target(host) for host in HOSTS], announce=announce)
    assert [each["errors"] for each in result["targets"]] == [[]] * len(HOSTS)
    return result["targets"]


def judged(targets):
    """As three hosts would be."""
    return build_report(evidence(gathered_as_hosts(targets)))


def gathered_as_hosts(targets):
    return [{**each, "host": each["pod"], "scope": "host", "pod": ""} for each in targets]


ALL_DROPPED = f"{GROUP} accept; ip protocol udp drop"


@pytest.mark.parametrize(
    "faults, codes, arrives",
    [
        ([], [], {"64": True, "1472": True, "8000": True}),
        ([("h2", "prerouting", ALL_DROPPED)], [("unicast-blocked", ["h2"])], {}),
        ([("h2", "prerouting", f"udp dport {PORT} drop")], [("ports-blocked", ["h2"])], {"7470": True, "7471": True}),
        (
            [("h2", "prerouting", "udp dport 7471 drop")],
            [("ports-blocked", ["h2"])],
            {"64": True, "1472": True, "8000": True, "7471": False},
        ),
        (
            [("h2", "prerouting", "ip frag-off & 0x3fff != 0 drop")],
            [("fragments-dropped", ["h2"])],
            {"64": True, "1472": True, "8000": False},
        ),
        # Where br_netfilter is loaded, a bridge makes smaller fragments of the 8000 bytes, so that they may arrive.
        ([("h2", "mtu", "1300")], [("path-mtu", ["h2"])], {"64": True, "1472": False}),
        (
            [("h2", "prerouting", f"{GROUP} accept; udp dport 7470-7500 numgen inc mod 3 < 1 drop")],
            [("lossy-path", ["h2"])],
            {},
        ),
        ([("h2", "prerouting", f"{GROUP} drop")], [("deaf-host", ["h2"])], {"64": True, "1472": True, "8000": True}),
        ([("h2", "output", ALL_DROPPED.replace("drop", "udp dport != 7400 drop"))], [("unicast-blocked", ["h2"])], {}),
    ],
    ids=["healthy", "unicast", "own-port", "dds-port", "fragments", "mtu", "loss", "multicast", "output"],
)
def test_each_fault_is_named(fault, faults, codes, arrives):
    for each in faults:
        fault(*each)
    targets = probe()
    found = [
        (each["code"], each["hosts"]) for each in judged(targets)["diagnoses"] if each["code"] != "nothing-compared"
    ]
    assert found == codes
    (from_h1,) = [peer for peer in targets[1]["paths"]["peers"] if peer["address"] == HOSTS["h1"]]
    assert {what: from_h1["arrived"].get(what, 0) > 0 for what in arrives} == arrives


def test_a_stateful_firewall_does_not_take_the_peers_datagrams_for_answers(fault):
    fault("h2", "input", f"{GROUP} accept; ct state established accept; ip protocol udp drop")
    assert "unicast-blocked" in [each["code"] for each in judged(probe())["diagnoses"]]


def test_multicast_alone_that_is_lost_is_said_so(fault):
    fault("h2", "prerouting", f"{GROUP} drop")
    (deaf,) = [each for each in judged(probe())["diagnoses"] if each["code"] == "deaf-host"]
    assert " Unicast arrives. h2 drops it itself: nftables `ip daddr 239.255.0.1 drop`" in deaf["message"]
    assert "rp_filter" in deaf["fix"] and "cable" not in deaf["fix"]


def test_in_check_mode_nothing_is_sent(fault):
    for each in probe(announce=False):
        assert (each["paths"]["error"], each["paths"]["peers"]) == ("not asked in check mode", [])


def test_a_port_that_is_taken_is_not_asked_and_names_nobody_deaf(fault):
    with subprocess.Popen(
        ["ip", "netns", "exec", namespace("h3"), "python3", "-c"]
        + [f"import socket; s = socket.socket(2, 2); s.bind(('', {PORT})); print('up', flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as stranger:
        assert stranger.stdout.readline() == "up\n"
        targets = probe()
        stranger.communicate("\n", timeout=10)
    assert "Another program has it: find it with `ss -ulpn" in targets[2]["paths"]["error"]
    report = judged(targets)
    assert [each["code"] for each in report["diagnoses"] if each["severity"] == "error"] == []
    assert {row["to"] for row in report["matrix"] if row["unicast"] is None and row["from"] == "h1"} == {"h3"}
