# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom the probe asks in the lab's images: that they answer without multicast, and that they forget it afterwards."""

from __future__ import annotations

import contextlib
import subprocess
import time

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _targets
from ansible_collections.rosfleet.cluster.plugins.module_utils._questions import (
    KINDS,
    ParticipantQuestion,
    ServerQuestion,
)
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.ports import discovery_unicast
from ansible_collections.rosfleet.cluster.plugins.modules import dds_probe

from .cable import LEFT_S
from .programs import ELSEWHERE, HERE, HERE_ADDRESS, THERE, THERE_ADDRESS
from .test_ros_images import IMAGES, ONLY_ROS0, REAL, SERVE

pytestmark = pytest.mark.root

DURATION_S = 1.0
AFTERWARDS_S = 4.0  # longer than Fast DDS takes to repeat itself
MULTICAST = "224.0.0.0/4"


@contextlib.contextmanager
def dropped(namespace, what):
    """What `what` matches does not arrive in the namespace."""
    nft = ["ip", "netns", "exec", namespace, "nft"]
    table = f"table ip cut {{ chain input {{ type filter hook input priority 0; {what} drop; }}; }}"
    subprocess.run([*nft, "-f", "-"], input=table, text=True, check=True)
    try:
        yield
    finally:
        subprocess.run([*nft, "delete", "table", "ip", "cut"], check=True)


@pytest.fixture
def cut(lan):
    """Multicast arrives at neither end of the cable."""
    with dropped(HERE, f"ip daddr {MULTICAST}"), dropped(THERE, f"ip daddr {MULTICAST}"):
        yield


@pytest.fixture
def ask(lan, monkeypatch):
    """Asks, from the other end of the cable unless told otherwise; returns the target's result."""
    monkeypatch.setattr(_targets, "find_pod_netns", lambda uid: f"/run/netns/{uid}")
    # One test shall not use up the refusals that the next one counts on.
    subprocess.run(["ip", "netns", "exec", HERE, "sysctl", "-qw", "net.ipv4.icmp_ratelimit=0"], check=True)

    def ask(kind, domain_id=0, multicast=False, port=None, namespace=THERE):
        question = {"kind": kind, "address": HERE_ADDRESS, "port": port}
        target = {"scope": "pod", "network": "bench", "nic": "ros0", "pod": namespace, "pod_uid": namespace}
        targets = [{**target, "multicast": multicast, "ask": [question]}]
        (result,) = dds_probe.probe("vm", domain_id, DURATION_S, targets, announce=True)["targets"]
        assert result["errors"] == []
        return result

    return ask


def outcome(result):
    """Of the only question: whether it was answered, and why it was not."""
    (answer,) = result["answers"]
    assert answer["answered"] is bool(answer["identity"]) is (answer["after_s"] is not None)
    return answer["answered"], answer["error"]


def told(cable):
    """The size of the question, and the sizes of what came after it: the withdrawal, once more where the server is slow."""
    first, *others = [packet.size for packet in cable.packets if packet.sent]
    return first, set(others)


def came_late(cable, left):
    """What came to the probe's end so long after it has left that somebody still believes in it."""
    time.sleep(max(0, left + AFTERWARDS_S - time.monotonic()))
    return [packet for packet in cable.packets if not packet.sent and packet.at_s > left + LEFT_S]


@pytest.mark.parametrize(("image", "multicast"), [*((image, False) for image in IMAGES), (IMAGES[0], True)])
def test_a_participant_answers_though_multicast_is_cut_and_forgets_the_probe(
    start, domain, cut, cable, ask, image, multicast
):
    start(image, HERE, "lab-talker", ROS_DOMAIN_ID=domain, CYCLONEDDS_URI=ONLY_ROS0).says("Publishing", 2)
    result = ask("participant", domain_id=domain, multicast=multicast)
    left = time.monotonic()
    assert outcome(result) == (True, "")
    (answer,) = result["answers"]
    assert answer["port"] is None
    assert [(heard["guid_prefix"], heard["paths"]) for heard in result["heard"]] == [(answer["identity"], ["unicast"])]
    assert came_late(cable, left) == []


def test_a_participant_that_is_not_told_of_the_end_would_go_on(start, domain, cut, cable, ask, monkeypatch):
    """So that the test above can fail."""
    monkeypatch.setattr(ParticipantQuestion, "withdraw", lambda question: None)
    start(IMAGES[0], HERE, "lab-talker", ROS_DOMAIN_ID=domain, CYCLONEDDS_URI=ONLY_ROS0).says("Publishing", 2)
    assert outcome(ask("participant", domain_id=domain)) == (True, "")
    assert came_late(cable, time.monotonic()) != []


@pytest.mark.parametrize("image", IMAGES)
def test_a_participant_answers_its_own_host(start, domain, ask, image):
    start(image, HERE, "lab-talker", ROS_DOMAIN_ID=domain, CYCLONEDDS_URI=ONLY_ROS0).says("Publishing", 2)
    assert outcome(ask("participant", domain_id=domain, namespace=HERE)) == (True, "")


@pytest.mark.parametrize("image", REAL)
def test_a_client_of_a_discovery_server_answers_nobody_else(start, domain, ask, image):
    talker = start(image, HERE, "lab-talker", ROS_DOMAIN_ID=domain, ROS_DISCOVERY_SERVER=f"{HERE_ADDRESS}:11811")
    talker.says("Publishing", 2)
    assert outcome(ask("participant", domain_id=domain)) == (False, "")


def test_participants_of_another_domain_refuse(start, domain, cut, ask):
    for image in IMAGES:
        start(image, HERE, "lab-talker", ROS_DOMAIN_ID=domain, CYCLONEDDS_URI=ONLY_ROS0).says("Publishing", 2)
    assert outcome(ask("participant", domain_id=domain + ELSEWHERE)) == (False, "connection refused")


@pytest.mark.parametrize(("image", "options"), [*((image, SERVE[1:]) for image in REAL), ("kilted", SERVE[3:])])
def test_a_discovery_server_answers_and_forgets_the_probe(start, cable, ask, image, options):
    """Since Fast DDS 3 one without an id takes a GUID prefix by chance."""
    (line,) = start(image, HERE, SERVE[0], *options).says("GUID prefix: ")
    result = ask("discovery_server")
    assert outcome(result) == (True, "")
    (answer,) = result["answers"]
    assert answer["port"] == 11811
    assert answer["identity"] == line.split()[-1].replace(".", "")
    assert result["heard"] == []
    assert told(cable) == (196, {132})
    asked = next(packet.at_s for packet in cable.packets)
    assert came_late(cable, asked + answer["after_s"]) == []


def test_a_discovery_server_that_is_not_told_of_the_end_would_go_on(start, cable, ask, monkeypatch):
    """So that the tests beside this one can fail."""
    monkeypatch.setattr(ServerQuestion, "_tell", lambda question, data: None)
    start(REAL[0], HERE, *SERVE).says(HERE_ADDRESS)
    assert outcome(ask("discovery_server")) == (True, "")
    assert len(came_late(cable, time.monotonic())) > 1


@pytest.mark.parametrize("image", REAL)
def test_a_discovery_server_to_which_the_end_was_lost_is_told_again(start, cable, ask, image):
    start(image, HERE, *SERVE).says(HERE_ADDRESS)
    with dropped(HERE, "ip length 160 limit rate 1/hour burst 1 packets"):  # the first with 132 bytes
        assert outcome(ask("discovery_server")) == (True, "")
    sent = [packet for packet in cable.packets if packet.sent]
    assert told(cable) == (196, {132}) and len(sent) > 2
    assert came_late(cable, sent[-1].at_s) == []


@pytest.mark.parametrize("image", REAL)
def test_a_discovery_server_answers_its_own_host(start, ask, image):
    start(image, HERE, *SERVE).says(HERE_ADDRESS)
    assert outcome(ask("discovery_server", namespace=HERE)) == (True, "")


@pytest.mark.parametrize("image", ["jazzy", "cyclone"])
def test_a_participant_is_no_discovery_server(start, domain, cable, ask, image):
    start(image, HERE, "lab-talker", ROS_DOMAIN_ID=domain, CYCLONEDDS_URI=ONLY_ROS0).says("Publishing", 2)
    result = ask("discovery_server", domain_id=domain, port=discovery_unicast(domain, 0))
    left = time.monotonic()
    assert outcome(result) == (False, "")
    assert came_late(cable, left) == []


def test_a_zenoh_router_answers_with_its_id(start, ask):
    start("zenoh", HERE, "lab-router").says("Listening")
    result = ask("zenoh_router")
    assert outcome(result) == (True, "")
    assert result["answers"][0]["port"] == 7447


@pytest.mark.parametrize("kind", KINDS)
def test_where_nobody_is_the_host_says_so(ask, kind):
    assert outcome(ask(kind)) == (False, "connection refused")


@pytest.mark.parametrize("kind", KINDS)
def test_where_questions_are_dropped_there_is_silence(ask, kind):
    with dropped(HERE, f"ip saddr {THERE_ADDRESS}"):
        assert outcome(ask(kind)) == (False, "")
