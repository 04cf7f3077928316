# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The probe against a real Cyclone DDS, in network namespaces of its own behind one bridge. Needs root.

probe (10.99.0.1, eth0) --- to-probe [ bridge in switch ] to-peer --- peer (10.99.0.2, ros7)
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _targets
from ansible_collections.rosfleet.cluster.plugins.modules import dds_probe

# Of this checkout: two may run their tests at the same time, and the next run cleans up after one that was killed.
CHECKOUT = hashlib.sha256(__file__.encode()).hexdigest()[:6]
NAMESPACES = SWITCH, PROBE, PEER = tuple(f"rfp-{CHECKOUT}-{part}" for part in ("switch", "probe", "peer"))
NICS = {PROBE: ("eth0", "10.99.0.1/24"), PEER: ("ros7", "10.99.0.2/24")}
DURATION_S = 2.0
CYCLONE = """
from cyclonedds.domain import DomainParticipant
participant = DomainParticipant(0)
print("up", flush=True)
input()
"""
CYCLONE_URI = (
    "<CycloneDDS><Domain Id='any'><General><Interfaces><NetworkInterface name='ros7'/></Interfaces></General>"
    "</Domain></CycloneDDS>"
)

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(
        not all(map(shutil.which, ("ip", "bridge"))),
        reason="needs iproute2 for network namespaces",
    ),
]


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def remove_namespaces():
    for name in NAMESPACES:
        if Path("/run/netns", name).exists():
            ip("netns", "del", name)


@pytest.fixture
def network(monkeypatch):
    """The two namespaces; a pod's UID is taken for the name of one."""
    remove_namespaces()
    try:
        for name in NAMESPACES:
            ip("netns", "add", name)
        ip("-n", SWITCH, "link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
        ip("-n", SWITCH, "link", "set", "br0", "up")
        for name, (nic, address) in NICS.items():
            port = f"to-{name.rpartition('-')[2]}"
            ip("-n", SWITCH, "link", "add", port, "type", "veth", "peer", "name", nic, "netns", name)
            ip("-n", SWITCH, "link", "set", port, "master", "br0", "up")
            ip("-n", name, "addr", "add", address, "dev", nic)
            ip("-n", name, "link", "set", nic, "up")
        monkeypatch.setattr(_targets, "find_pod_netns", lambda uid: f"/run/netns/{uid}")
        yield
    finally:
        remove_namespaces()


@pytest.fixture
def cyclone(network):
    """A Cyclone DDS participant of domain 0 in the peer."""
    if importlib.util.find_spec("cyclonedds") is None:
        pytest.skip("needs the package cyclonedds as a real DDS peer")
    command = ["ip", "netns", "exec", PEER, sys.executable, "-c", CYCLONE]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "CYCLONEDDS_URI": CYCLONE_URI},
    ) as peer:
        assert peer.stdout.readline() == "up\n"
        yield peer
        peer.communicate("\n", timeout=10)


def drop_multicast_to(port):
    subprocess.run(["bridge", "-n", SWITCH, "link", "set", "dev", port, "mcast_flood", "off"], check=True)


def target(namespace):
    nic, unused = NICS[namespace]
    return {"scope": "pod", "network": "bench", "nic": nic, "pod": namespace, "pod_uid": namespace, "ask": []}


def probe(*namespaces, domain_id=0, announce=True):
    result = dds_probe.probe("vm", domain_id, DURATION_S, [target(name) for name in namespaces], announce=announce)
    assert [each["errors"] for each in result["targets"]] == [[] for each in namespaces]
    return [each["heard"] for each in result["targets"]]


def test_the_probe_hears_cyclone_and_cyclone_answers_it(cyclone):
    (heard,) = probe(PROBE)
    assert [(each["vendor"], each["address"], each["domain_id"], each["translated"]) for each in heard] == [
        ("Eclipse Cyclone DDS", "10.99.0.2", 0, False)
    ]
    assert "unicast" in heard[0]["paths"]
    assert heard[0]["process_claimed"].startswith("python")


def test_cyclone_keeps_silent_towards_another_domain(cyclone):
    assert probe(PROBE, domain_id=7) == [[]]


def test_one_nic_in_two_domains_hears_cyclone_in_its_own(cyclone):
    targets = [{**target(PROBE), "domain_id": domain} for domain in (7, 0, None)]
    result = dds_probe.probe("vm", 3, DURATION_S, targets, announce=True)
    assert [(each["domain_id"], each["errors"]) for each in result["targets"]] == [(7, []), (0, []), (3, [])]
    assert [[heard["vendor"] for heard in each["heard"]] for each in result["targets"]] == [
        [],
        ["Eclipse Cyclone DDS"],
        [],
    ]


def test_in_check_mode_nobody_answers(cyclone):
    (heard,) = probe(PROBE, announce=False)
    assert all(each["paths"] == ["multicast"] for each in heard)


def test_where_multicast_is_dropped_nobody_is_heard(cyclone):
    drop_multicast_to("to-peer")
    drop_multicast_to("to-probe")
    assert probe(PROBE) == [[]]


def test_two_probes_of_one_run_in_two_namespaces_hear_each_other(network):
    heard = probe(PROBE, PEER)
    assert [[(each["name"], each["address"], each["ttl"]) for each in station] for station in heard] == [
        [(f"rosfleet:vm:pod:bench:{PEER}", "10.99.0.2", 1)],
        [(f"rosfleet:vm:pod:bench:{PROBE}", "10.99.0.1", 1)],
    ]


def test_multicast_dropped_one_way_shows_one_way(network):
    drop_multicast_to("to-peer")
    heard = probe(PROBE, PEER)
    assert [len(station) for station in heard] == [1, 0]


def test_the_thread_is_back_in_its_own_namespace(network):
    before = Path("/proc/thread-self/ns/net").stat().st_ino
    probe(PROBE, PEER)
    assert Path("/proc/thread-self/ns/net").stat().st_ino == before


def test_a_port_that_is_held_by_a_stranger_is_named(network):
    holder = "import socket; s = socket.socket(2, 2); s.bind(('', 7400)); print('up', flush=True); input()"
    with subprocess.Popen(
        ["ip", "netns", "exec", PROBE, sys.executable, "-c", holder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as stranger:
        assert stranger.stdout.readline() == "up\n"
        result = dds_probe.probe("vm", 0, 0.2, [target(PROBE)], announce=True)
        stranger.communicate("\n", timeout=10)
    (error,) = result["targets"][0]["errors"]
    assert "cannot listen on 239.255.0.1:7400 for NIC eth0" in error
    assert "Another program holds UDP port 7400" in error
