# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The images with DDS: that all hear all, by the cable alone, and that their programs end as a container's must."""

from __future__ import annotations

import functools
import itertools
import re
import subprocess

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._around import read_around, socket_owners
from ansible_collections.rosfleet.cluster.plugins.module_utils._netns import entered

from .programs import ELSEWHERE, FIRST_PROCESS, HERE, HERE_ADDRESS, THERE, carried, caught, eventually

SERVE = ("lab-discovery-server", "-i", "0", "-l", HERE_ADDRESS, "-p", "11811")
REAL = ("jazzy", "kilted")
IMAGES = (*REAL, "cyclone")
ONLY_ROS0 = (
    '<CycloneDDS><Domain Id="any"><General><Interfaces><NetworkInterface name="ros0" presence_required="true"/>'
    "</Interfaces></General></Domain></CycloneDDS>"
)
ONLY_LOOPBACK = (
    '<CycloneDDS><Domain Id="any"><General><Interfaces><NetworkInterface name="lo"/></Interfaces>'
    "<AllowMulticast>false</AllowMulticast></General>"
    '<Discovery><Peers><Peer Address="127.0.0.1"/></Peers></Discovery></Domain></CycloneDDS>'
)

pytestmark = pytest.mark.root


@pytest.fixture
def start(start):
    """As Cyclone DDS is told to use the cable alone."""
    return functools.partial(start, CYCLONEDDS_URI=ONLY_ROS0)


def test_everyone_hears_everyone_in_the_manner_of_the_demo_nodes_and_ends_at_sigterm(start, domain):
    listeners = {image: start(image, THERE, "lab-listener", ROS_DOMAIN_ID=domain) for image in IMAGES}
    talkers = {image: start(image, HERE, "lab-talker", ROS_DOMAIN_ID=domain) for image in IMAGES}
    for image, talker in talkers.items():
        (first,) = talker.says("")
        assert re.fullmatch(rf"\[\d+\.\d{{3}}\] Publishing: \[Hello World: 1 from {image}@{HERE}\]", first)
    for listener, talker in itertools.product(listeners.values(), talkers):
        (line,) = listener.says(f"from {talker}@")
        assert re.fullmatch(rf"\[\d+\.\d{{3}}\] I heard: \[Hello World: \d+ from {talker}@{HERE}\]", line)
    for program in (*talkers.values(), *listeners.values()):
        status = program.end()
        assert (status, program.matching("Traceback")) == (0, []), program.lines


def test_listeners_of_another_domain_hear_nobody(start, domain):
    listeners = [start(image, THERE, "lab-listener", ROS_DOMAIN_ID=domain + ELSEWHERE) for image in IMAGES]
    talkers = [start(image, HERE, "lab-talker", ROS_DOMAIN_ID=domain) for image in IMAGES]
    for talker in talkers:
        talker.says("Publishing", 6)
    assert [listener.end() for listener in listeners] == [0, 0, 0]
    assert [listener.lines for listener in listeners] == [[], [], []]


def test_listeners_hear_by_the_cable_alone(start, domain):
    listeners = [start(image, THERE, "lab-listener", ROS_DOMAIN_ID=domain) for image in REAL]
    talkers = [start(image, HERE, "lab-talker", ROS_DOMAIN_ID=domain) for image in REAL]
    for listener, image in itertools.product(listeners, REAL):
        listener.says(f"from {image}@")
    subprocess.run(["ip", "-n", HERE, "link", "set", "ros0", "down"], check=True)
    try:
        before = [len(listener.lines) for listener in listeners]
        for talker in talkers:
            talker.says("Publishing", len(talker.lines) + 4)
        # What was under way when the cable was cut may still arrive: no more than one text of each talker.
        assert all(len(listener.lines) - old <= len(REAL) for listener, old in zip(listeners, before, strict=True))
    finally:
        subprocess.run(["ip", "-n", HERE, "link", "set", "ros0", "up"], check=True)
        eventually(carried)


@pytest.mark.parametrize("value", ["233", "-1", "x", "²"])
@pytest.mark.parametrize("image", IMAGES)
def test_a_domain_that_is_none_is_refused_by_value(start, image, value):
    output = start(image, HERE, "lab-talker", ROS_DOMAIN_ID=value).output()
    assert output == f"ROS_DOMAIN_ID is {value!r}; it must be a whole number from 0 to 232."


@pytest.mark.parametrize("command", ["lab-listener", "lab-server", "lab-large-talker"])
@pytest.mark.parametrize("image", REAL)
def test_the_first_process_of_a_container_ends_at_sigterm_as_early_as_it_comes(start, domain, image, command):
    program = start(image, HERE, command, prefix=FIRST_PROCESS, ROS_DOMAIN_ID=domain)
    status = program.end(eventually(lambda: caught(program.process.pid)))  # those that importing ROS takes
    assert (status, program.matching("Traceback")) == (0, []), program.lines


@pytest.mark.parametrize("image", REAL)
def test_the_discovery_server_as_first_process_ends_at_sigterm(start, image):
    server = start(image, HERE, *SERVE, prefix=FIRST_PROCESS)
    server.says(HERE_ADDRESS)
    status = server.end(eventually(lambda: caught(server.process.pid)))
    assert status == 0, server.lines


@pytest.mark.parametrize(("here", "there"), [REAL, REAL[::-1]])
def test_services_and_large_messages_cross_between_distributions(start, domain, here, there):
    client = start(there, THERE, "lab-client", ROS_DOMAIN_ID=domain)
    elsewhere = start(there, THERE, "lab-client", ROS_DOMAIN_ID=domain + ELSEWHERE)
    listener = start(there, THERE, "lab-large-listener", ROS_DOMAIN_ID=domain)
    start(here, HERE, "lab-server", ROS_DOMAIN_ID=domain)
    start(here, HERE, "lab-large-talker", ROS_DOMAIN_ID=domain)
    for line in client.says("", 2):
        assert re.fullmatch(rf"\[\d+\.\d{{3}}\] Answered: \[\d+ from {here}@{HERE}\]", line)
    for line in listener.says("", 2):
        assert re.fullmatch(rf"\[\d+\.\d{{3}}\] I heard: \[262144 bytes, number \d+ from {here}@{HERE}\]", line)
    assert elsewhere.lines == []


@pytest.mark.parametrize("image", REAL)
def test_clients_of_a_discovery_server_meet_through_it_alone(start, domain, image):
    """That they hear nothing before it is there shows that they do not find each other by multicast."""
    settings = {"ROS_DOMAIN_ID": domain, "ROS_DISCOVERY_SERVER": f"{HERE_ADDRESS}:11811"}
    listener = start(image, THERE, "lab-listener", **settings)
    talker = start(image, HERE, "lab-talker", **settings)
    talker.says("Publishing", 6)
    assert listener.lines == []
    start(image, HERE, *SERVE)
    listener.says(f"I heard: .* from {image}@{HERE}")


def test_a_missing_interface_is_an_error_not_a_silent_fallback(start):
    program = start("cyclone", HERE, "lab-talker", CYCLONEDDS_URI=ONLY_ROS0.replace("ros0", "ros9"))
    assert "ros9" in program.output() and program.process.returncode != 0


def shown(namespace, domain):
    """(uses of the ports of a domain, NICs with the group) that are seen from outside."""
    with entered(f"/run/netns/{namespace}"):
        around = read_around("ros0", socket_owners())
    around.finish()
    return {each["use"] for each in around.sockets if each["domain_id"] == domain}, set(around.groups)


def test_its_ports_tell_where_a_node_listens(start, domain):
    unicast, everything = {"discovery_unicast", "user_unicast"}, {"discovery_multicast"}
    for image in IMAGES:
        start(image, HERE, "lab-listener", ROS_DOMAIN_ID=domain)
    eventually(lambda: shown(HERE, domain)[0] >= unicast | everything and "ros0" in shown(HERE, domain)[1])
    local = {"ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}
    for image in REAL:
        start(image, THERE, "lab-listener", ROS_DOMAIN_ID=domain, **local)
    eventually(lambda: shown(THERE, domain)[0] == unicast)
    on_loopback = ONLY_ROS0.replace('"ros0" presence_required="true"', '"lo"')
    start("cyclone", THERE, "lab-listener", ROS_DOMAIN_ID=domain + ELSEWHERE, CYCLONEDDS_URI=on_loopback)
    eventually(lambda: everything <= shown(THERE, domain + ELSEWHERE)[0])
    assert "ros0" not in shown(THERE, domain)[1]


def test_programs_meet_on_the_loopback_of_one_network_namespace(start):
    listener = start("cyclone", HERE, "lab-listener", CYCLONEDDS_URI=ONLY_LOOPBACK)
    start("cyclone", HERE, "lab-talker", CYCLONEDDS_URI=ONLY_LOOPBACK)
    listener.says(f"I heard: .* from cyclone@{HERE}")


def test_each_network_namespace_so_each_pod_has_a_loopback_of_its_own(start):
    """Seed B12 says otherwise of pods; the test above shows that the same set-up works within one namespace."""
    listener = start("cyclone", THERE, "lab-listener", CYCLONEDDS_URI=ONLY_LOOPBACK)
    start("cyclone", HERE, "lab-talker", CYCLONEDDS_URI=ONLY_LOOPBACK).says("Publishing", 5)
    assert (listener.end(), listener.lines) == (0, [])
