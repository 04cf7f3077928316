# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ROS images themselves, without Kubernetes: their programs in two network namespaces with a cable between."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import tarfile
import threading
import time
from pathlib import Path

import pytest

from lab.cache import cache_root

HERE, THERE = "rfi-here", "rfi-there"
HERE_ADDRESS = "10.89.77.1"
PATIENCE_S = 40
DOMAINS = itertools.count(1)
ELSEWHERE = 50  # so far from a test's own domain are those that no test uses
FIRST_PROCESS = (shutil.which("unshare"), "--pid", "--fork", "--kill-child")
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

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root for network namespaces and chroot"),
]


class Program:
    """A running command of an image, and the lines that it has printed so far."""

    def __init__(self, command, environment):
        self.lines = []
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._printed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self._printed:
                self.lines.append(line.rstrip("\n"))
                self._printed.notify_all()

    def matching(self, pattern):
        return [line for line in self.lines if re.search(pattern, line)]

    def says(self, pattern, count=1):
        """The first lines with this pattern, as soon as there are so many."""
        with self._printed:
            assert self._printed.wait_for(lambda: len(self.matching(pattern)) >= count, PATIENCE_S), self.lines
        return self.matching(pattern)[:count]

    def end(self, pid=None):
        """Send SIGTERM; return the exit status and how long it took in seconds."""
        began = time.monotonic()
        os.kill(pid or self.process.pid, signal.SIGTERM)
        return self.process.wait(PATIENCE_S), time.monotonic() - began

    def output(self):
        """All that it printed until it ended by itself."""
        self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        return "\n".join(self.lines)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self._reader.join(PATIENCE_S)
        self.process.stdout.close()


def unpack(tar, root):
    """Unpack an image's layers; return its environment."""
    with tarfile.open(tar) as archive:
        (manifest,) = json.load(archive.extractfile("manifest.json"))
        for name in manifest["Layers"]:
            with tarfile.open(fileobj=archive.extractfile(name)) as layer:
                layer.extractall(root, filter="fully_trusted")
        settings = json.load(archive.extractfile(manifest["Config"]))["config"]["Env"]
    return dict(setting.split("=", 1) for setting in settings)


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The root and the environment of an image by its short name; skips the test when the image is not built."""
    found = {}

    def unpacked(image):
        if image not in found:
            tar = cache_root() / "lab" / f"image-ros-{image}.tar"
            if not tar.exists():
                pytest.skip(f"needs {tar.name}: python3 -m lab build images")
            root = tmp_path_factory.mktemp(image)
            found[image] = (root, unpack(tar, root))
        return found[image]

    yield unpacked
    for root, _environment in found.values():
        shutil.rmtree(root)


@pytest.fixture(scope="module")
def lan():
    """Two network namespaces with a cable between, whose ends are called ros0."""

    def ip(*arguments):
        subprocess.run(["ip", *arguments], check=True)

    try:
        for name in (HERE, THERE):
            ip("netns", "add", name)
        ip("-n", HERE, "link", "add", "ros0", "type", "veth", "peer", "name", "ros0", "netns", THERE)
        for number, name in enumerate((HERE, THERE), start=1):
            ip("-n", name, "addr", "add", f"10.89.77.{number}/24", "dev", "ros0")
            ip("-n", name, "link", "set", "lo", "up")
            ip("-n", name, "link", "set", "ros0", "up")
        eventually(carried)
        yield
    finally:
        for name in (HERE, THERE):
            subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)


def carried():
    """Whether the cable is ready at both ends: Fast DDS never uses a NIC that was not when the program started."""
    show = [["ip", "-n", name, "-brief", "link", "show", "dev", "ros0", "up"] for name in (HERE, THERE)]
    return all(" UP " in subprocess.run(command, capture_output=True, text=True).stdout for command in show)


@pytest.fixture
def domain():
    """A ROS domain that no other test uses."""
    return next(DOMAINS)


@pytest.fixture
def start(unpacked, lan):
    """Runs a command of an image in a network namespace; kills what a test leaves."""
    started = []

    def start(image, namespace, command, *arguments, prefix=(), **settings):
        root, environment = unpacked(image)
        environment = {**environment, "CYCLONEDDS_URI": ONLY_ROS0, "ROSFLEET_HOST": f"{image}@{namespace}"}
        # The absolute paths are those of the machine, whatever the image's search path says.
        enter = [shutil.which("ip"), "netns", "exec", namespace, *prefix, shutil.which("chroot"), str(root)]
        settings = {name: str(value) for name, value in settings.items()}
        started.append(Program([*enter, command, *arguments], {**environment, **settings}))
        return started[-1]

    yield start
    for program in started:
        program.kill()


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
        status, seconds = program.end()
        assert (status, program.matching("Traceback")) == (0, []), program.lines
        assert seconds < 2


def test_listeners_of_another_domain_hear_nobody(start, domain):
    listeners = [start(image, THERE, "lab-listener", ROS_DOMAIN_ID=domain + ELSEWHERE) for image in IMAGES]
    talkers = [start(image, HERE, "lab-talker", ROS_DOMAIN_ID=domain) for image in IMAGES]
    for talker in talkers:
        talker.says("Publishing", 6)
    assert [listener.end()[0] for listener in listeners] == [0, 0, 0]
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
    status, _seconds = program.end(eventually(lambda: caught(program.process.pid)))  # those that importing ROS takes
    assert (status, program.matching("Traceback")) == (0, []), program.lines


@pytest.mark.parametrize("image", REAL)
def test_the_discovery_server_as_first_process_ends_at_sigterm(start, image):
    server = start(image, HERE, *SERVE, prefix=FIRST_PROCESS)
    server.says(HERE_ADDRESS)
    status, seconds = server.end(eventually(lambda: caught(server.process.pid)))
    assert status == 0 and seconds < 2, server.lines


def caught(parent):
    """The child of a process, once it is the image's program and blocks or handles SIGTERM rather than ignores it."""
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        if Path(f"/proc/{child}/comm").read_text().strip() in ("unshare", "chroot"):
            continue  # unshare blocks the signal, too, but for its own use
        status = Path(f"/proc/{child}/status").read_text()
        masks = re.findall(r"^Sig(?:Blk|Cgt):\s*([0-9a-f]+)$", status, re.MULTILINE)
        if any(int(mask, 16) >> (signal.SIGTERM - 1) & 1 for mask in masks):
            return int(child)
    return None


def eventually(question):
    """The first answer that is true."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(0.05)
    raise AssertionError(question)


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


def test_programs_meet_on_the_loopback_of_one_network_namespace(start):
    listener = start("cyclone", HERE, "lab-listener", CYCLONEDDS_URI=ONLY_LOOPBACK)
    start("cyclone", HERE, "lab-talker", CYCLONEDDS_URI=ONLY_LOOPBACK)
    listener.says(f"I heard: .* from cyclone@{HERE}")


def test_each_network_namespace_so_each_pod_has_a_loopback_of_its_own(start):
    """Seed B12 says otherwise of pods; the test above shows that the same set-up works within one namespace."""
    listener = start("cyclone", THERE, "lab-listener", CYCLONEDDS_URI=ONLY_LOOPBACK)
    start("cyclone", HERE, "lab-talker", CYCLONEDDS_URI=ONLY_LOOPBACK).says("Publishing", 5)
    assert (listener.end()[0], listener.lines) == (0, [])
