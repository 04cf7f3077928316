# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The topics of the programs in the lab's images: that the probe gets them all, for how much, and is forgotten afterwards."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _targets
from ansible_collections.rosfleet.cluster.plugins.modules import dds_probe

from .cable import LEFT_S
from .programs import HERE, HERE_ADDRESS, THERE, eventually
from .test_ros_images import IMAGES, ONLY_ROS0

pytestmark = pytest.mark.root

DURATION_S = 1.0
AFTERWARDS_S = 1.5  # Fast DDS repeats each second what nobody has acknowledged
MOST_SENT, MOST_CAME = 10, 30  # packets for each participant, fragments counted, as from a busy machine
PARTITIONS = 40  # so many make what Cyclone DDS says of a writer larger than it puts into one datagram
LARGE = f"""
import sys, time
sys.path.insert(0, "/opt/lab-ros")
import chatter
from cyclonedds.core import Policy, Qos
from cyclonedds.pub import DataWriter, Publisher
participant = chatter.join()
partitions = [f"part/{{number}}/" + "x" * 40 for number in range({PARTITIONS})]
publisher = Publisher(participant, qos=Qos(Policy.Partition(partitions)))
writer = DataWriter(publisher, chatter.topic(participant), qos=Qos(Policy.Reliability.BestEffort))
print("Publishing", flush=True)
time.sleep(600)
"""


@pytest.fixture
def ask(lan, monkeypatch, domain):
    """The result of asking participants of these addresses, from one end of the cable."""
    monkeypatch.setattr(_targets, "find_pod_netns", lambda uid: f"/run/netns/{uid}")

    def ask(namespace, *addresses):
        target = {"scope": "pod", "network": "bench", "nic": "ros0", "pod": namespace, "pod_uid": namespace, "ask": []}
        (result,) = dds_probe.probe("vm", domain, DURATION_S, [target], announce=True, endpoints=addresses)["targets"]
        assert result["errors"] == []
        return result

    return ask


def whole(result, number):
    """The result, once so many have given their whole list."""
    complete = [each for each in result["endpoints_asked"] if each["complete"]]
    return result if len(complete) == len(result["endpoints_asked"]) == number else None


def test_all_hand_out_their_topics_for_few_packets_and_forget_who_asked(start, domain, cable, ask):
    settings = {"ROS_DOMAIN_ID": domain, "CYCLONEDDS_URI": ONLY_ROS0}
    programs = [start(image, HERE, "lab-talker", **settings) for image in IMAGES]
    programs.append(start("cyclone", HERE, "/usr/bin/python3", "-c", LARGE, **settings))
    for program in programs:
        program.says("Publishing")
    cable.packets.clear()
    result, tries = None, 0
    while result is None:
        tries += 1
        assert tries < 20
        result = whole(ask(THERE, HERE_ADDRESS), len(programs))
    left = time.monotonic()
    chatter = [each for each in result["endpoints"] if each["topic"] == "rt/chatter"]
    assert {(each["kind"], each["type"]) for each in chatter} == {("writer", "std_msgs::msg::dds_::String_")}
    assert Counter((each["reliability"], len(each["partitions"])) for each in chatter) == {
        ("reliable", 0): len(IMAGES),
        ("best-effort", PARTITIONS): 1,
    }
    of_node = Counter(each["kind"] for each in result["endpoints"] if each["guid"].startswith("010f"))
    assert of_node == {"writer": 22, "reader": 16}  # of the two talkers of ROS 2, services and all
    sent = sum(packet.sent for packet in cable.packets)
    assert sent <= tries * len(programs) * MOST_SENT
    assert len(cable.packets) - sent <= tries * len(programs) * MOST_CAME
    time.sleep(max(0, left + AFTERWARDS_S - time.monotonic()))
    assert [packet for packet in cable.packets if not packet.sent and packet.at_s > left + LEFT_S] == []
    assert eventually(lambda: whole(ask(HERE, "own"), len(programs)))["endpoints"] == result["endpoints"]
    assert ask(THERE, "own")["endpoints_asked"] == []
