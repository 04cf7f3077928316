# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one probe costs the participants of the lab's images: few answers to its announcements, none to its beacons."""

from __future__ import annotations

import socket
import time

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _targets
from ansible_collections.rosfleet.cluster.plugins.module_utils._netns import entered
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.beacon import pack_beacon
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.ids import PREFIX_TAIL, VENDOR_PROBE
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.ports import discovery_multicast
from ansible_collections.rosfleet.cluster.plugins.module_utils._rtps.sockets import GROUP
from ansible_collections.rosfleet.cluster.plugins.modules import dds_probe

from .cable import Cable
from .programs import HERE, THERE, THERE_ADDRESS
from .test_ros_images import IMAGES, ONLY_ROS0, REAL

pytestmark = pytest.mark.root

SETTLED_S = 3.0  # a participant announces itself often in its first seconds
DURATION_S = 5.0
AFTERWARDS_S = 2.0
MOST = 12  # packets of one participant because of one probe
BEACONS = 30
OWN_PERIOD_S = 3.0  # of Fast DDS, the shortest of them: so often a participant announces itself anyway


@pytest.fixture
def everything(lan):
    """What passes the probe's end of the cable, multicast as well."""
    cable = Cable(multicast=True)
    yield cable
    cable.close()


@pytest.fixture
def probe(lan, monkeypatch, domain):
    monkeypatch.setattr(_targets, "find_pod_netns", lambda uid: f"/run/netns/{uid}")

    def probe(duration=DURATION_S):
        target = {"scope": "pod", "network": "bench", "nic": "ros0", "pod": THERE, "pod_uid": THERE, "ask": []}
        (result,) = dds_probe.probe("vm", domain, duration, [target], announce=True)["targets"]
        assert result["errors"] == []
        return result["heard"]

    return probe


@pytest.fixture
def talker(start, domain):
    """Starts the only participant of the test's domain; returns when it has come to rest."""

    def talker(image):
        start(image, HERE, "lab-talker", ROS_DOMAIN_ID=domain, CYCLONEDDS_URI=ONLY_ROS0).says("Publishing", 2)
        time.sleep(SETTLED_S)

    return talker


def came(cable, since):
    """How many unicast and multicast packets the participant has sent since then."""
    packets = [packet for packet in cable.packets if not packet.sent and packet.at_s >= since]
    return sum(not packet.multicast for packet in packets), sum(packet.multicast for packet in packets)


@pytest.mark.parametrize("image", REAL)
def test_a_participant_of_fast_dds_sends_few_packets_because_of_a_probe(talker, everything, probe, image):
    talker(image)
    began = time.monotonic()
    (heard,) = probe()
    time.sleep(AFTERWARDS_S)
    answers, announcements = came(everything, began)
    assert "unicast" in heard["paths"]
    assert answers >= 1 and answers + announcements <= MOST


@pytest.mark.parametrize("image", IMAGES)
def test_a_beacon_draws_not_one_packet_and_an_announcement_does(talker, everything, probe, domain, image):
    talker(image)
    with entered(f"/run/netns/{THERE}"), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(THERE_ADDRESS))
        began = time.monotonic()
        for number in range(BEACONS):
            prefix = VENDOR_PROBE + number.to_bytes(PREFIX_TAIL, "big")
            sender.sendto(pack_beacon(prefix, "rosfleet:vm", "token"), (GROUP, discovery_multicast(domain)))
            time.sleep(0.1)
        time.sleep(AFTERWARDS_S)
    answers, announcements = came(everything, began)
    took = time.monotonic() - began
    assert sum(packet.sent for packet in everything.packets if packet.at_s >= began) == BEACONS
    assert answers == 0 and announcements <= 1 + took / OWN_PERIOD_S
    began = time.monotonic()
    probe(duration=1.0)
    assert came(everything, began)[0] > 0
