# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ROS images without Kubernetes: their programs in two network namespaces with a cable between."""

from __future__ import annotations

import itertools
import shutil
import subprocess

import pytest

from lab.cache import cache_root
from lab.image_programs import Program, unpack

from .cable import Cable
from .programs import HERE, THERE, carried, eventually

DOMAINS = itertools.count(1)


@pytest.fixture(scope="session")
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


@pytest.fixture
def cable(lan):
    cable = Cable()
    yield cable
    cable.close()


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
        environment = {**environment, "ROSFLEET_HOST": f"{image}@{namespace}"}
        # The absolute paths are those of the machine, whatever the image's search path says.
        enter = [shutil.which("ip"), "netns", "exec", namespace, *prefix, shutil.which("chroot"), str(root)]
        settings = {name: str(value) for name, value in settings.items()}
        started.append(Program([*enter, command, *arguments], {**environment, **settings}))
        return started[-1]

    yield start
    for program in started:
        program.kill()
