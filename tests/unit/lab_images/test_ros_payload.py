# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image lab/ros itself, without Kubernetes: a talker in one network namespace, a listener in another."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import tarfile
import threading
import time

import pytest

from lab.cache import cache_root

TAR = cache_root() / "lab" / "image-ros.tar"
TALKER, LISTENER = "rfi-talker", "rfi-listener"
PATIENCE_S = 10
ONLY_ROS0 = (
    '<CycloneDDS><Domain Id="any"><General><Interfaces><NetworkInterface name="ros0" presence_required="true"/>'
    "</Interfaces></General></Domain></CycloneDDS>"
)
ONLY_LOOPBACK = (
    '<CycloneDDS><Domain Id="any"><General><Interfaces><NetworkInterface name="lo"/></Interfaces>'
    "<AllowMulticast>false</AllowMulticast></General>"
    '<Discovery><Peers><Peer Address="127.0.0.1"/></Peers></Discovery></Domain></CycloneDDS>'
)

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root for network namespaces and chroot"),
    pytest.mark.skipif(not TAR.exists(), reason="needs the image: python3 -m lab build"),
]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """The unpacked layer of the image."""
    root = tmp_path_factory.mktemp("ros-image")
    with tarfile.open(TAR) as tar:
        (manifest,) = json.load(tar.extractfile("manifest.json"))
        with tarfile.open(fileobj=tar.extractfile(manifest["Layers"][0])) as layer:
            layer.extractall(root, filter="fully_trusted")
    yield root
    shutil.rmtree(root)


@pytest.fixture
def lan():
    """Two network namespaces with a cable between; its ends are called ros0 and are all the programs may use."""

    def ip(*arguments):
        subprocess.run(["ip", *arguments], check=True)

    try:
        for name in (TALKER, LISTENER):
            ip("netns", "add", name)
        ip("-n", TALKER, "link", "add", "ros0", "type", "veth", "peer", "name", "ros0", "netns", LISTENER)
        for number, name in enumerate((TALKER, LISTENER), start=1):
            ip("-n", name, "addr", "add", f"10.89.77.{number}/24", "dev", "ros0")
            ip("-n", name, "link", "set", "lo", "up")
            ip("-n", name, "link", "set", "ros0", "up")
        yield
    finally:
        for name in (TALKER, LISTENER):
            subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)


@pytest.fixture
def start(root, lan):
    """Runs a command of the image in a network namespace, its output a pipe of lines; ends what a test leaves."""
    started = []

    def start(namespace, command, **environment):
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin",
            "CYCLONEDDS_URI": ONLY_ROS0,
            "ROSFLEET_HOST": namespace,
            **environment,
        }
        process = subprocess.Popen(
            ["ip", "netns", "exec", namespace, "chroot", str(root), command],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def end(process):
    """Send SIGTERM; return the rest of the output and the exit status, and how long it took in seconds."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=PATIENCE_S)
    return rest, process.returncode, time.monotonic() - began


def first_lines(process, count):
    """The first lines of a process; it is killed when they do not come in time, which ends the reading."""
    watchdog = threading.Timer(PATIENCE_S, process.kill)
    watchdog.start()
    try:
        return [process.stdout.readline().rstrip("\n") for _ in range(count)]
    finally:
        watchdog.cancel()


def test_listener_hears_talker_of_its_domain_and_both_end_at_sigterm(start):
    listener = start(LISTENER, "lab-listener", ROS_DOMAIN_ID="3")
    talker = start(TALKER, "lab-talker", ROS_DOMAIN_ID="3")
    said, heard = first_lines(talker, 3), first_lines(listener, 3)
    assert re.fullmatch(rf"\[\d+\.\d{{3}}\] Publishing: \[Hello World: 1 from {TALKER}\]", said[0]), said
    assert all(re.fullmatch(rf"\[\d+\.\d{{3}}\] I heard: \[Hello World: \d+ from {TALKER}\]", line) for line in heard)
    for process in (talker, listener):
        rest, status, seconds = end(process)
        assert (status, "Traceback" in rest) == (0, False), rest
        assert seconds < 2


def test_listener_of_another_domain_hears_nothing(start):
    listener = start(LISTENER, "lab-listener", ROS_DOMAIN_ID="4")
    talker = start(TALKER, "lab-talker", ROS_DOMAIN_ID="3")
    first_lines(talker, 5)
    assert end(listener)[:2] == ("", 0)
    end(talker)


@pytest.mark.parametrize("value", ["233", "-1", "x", "²"])
def test_a_domain_that_is_none_is_refused_by_value(start, value):
    output, _ = start(TALKER, "lab-talker", ROS_DOMAIN_ID=value).communicate(timeout=PATIENCE_S)
    assert f"ROS_DOMAIN_ID is {value!r}; it must be a whole number from 0 to 232." in output


def test_a_missing_interface_is_an_error_not_a_silent_fallback(start):
    elsewhere = ONLY_ROS0.replace("ros0", "ros9")
    process = start(TALKER, "lab-talker", CYCLONEDDS_URI=elsewhere)
    output, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode != 0 and "ros9" in output, output


def test_programs_meet_on_the_loopback_of_one_network_namespace(start):
    listener = start(TALKER, "lab-listener", CYCLONEDDS_URI=ONLY_LOOPBACK)
    start(TALKER, "lab-talker", CYCLONEDDS_URI=ONLY_LOOPBACK)
    assert f"from {TALKER}" in first_lines(listener, 1)[0]


def test_each_network_namespace_so_each_pod_has_a_loopback_of_its_own(start):
    """Seed B12 says otherwise of pods; the test above shows that the same set-up works within one namespace."""
    listener = start(LISTENER, "lab-listener", CYCLONEDDS_URI=ONLY_LOOPBACK)
    first_lines(start(TALKER, "lab-talker", CYCLONEDDS_URI=ONLY_LOOPBACK), 5)
    assert end(listener)[:2] == ("", 0)
