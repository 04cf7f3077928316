# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``lab/ros-zenoh:1``: a talker, a listener and a router that stand in for rmw_zenoh; see lab/images/ros/README.md."""

from __future__ import annotations

import platform
import tempfile
from pathlib import Path

from lab.artefacts.images import archive, debian_python, ros
from lab.cache import REPO, artefact, say

SOURCE = REPO / "lab" / "images" / "ros_zenoh"
IMAGE = archive.Image("lab/ros-zenoh:1", command=("lab-listener",), environment=(ros.PATH,))

WHEELS = SOURCE / "wheels.txt"
MANYLINUX = {"x86_64": "manylinux_2_17", "aarch64": "manylinux_2_28"}  # what Zenoh's wheels are for
SITE_PACKAGES = f"usr/local/lib/python{debian_python.PYTHON}/dist-packages"
COMMANDS = {f"lab-{name}": f"/{ros.PROGRAMS}/{name}.py" for name in ("talker", "listener", "router")}


def build() -> None:
    """Build the image's tar file if needed, where there are wheels for the machine."""
    if platform.machine() not in MANYLINUX:
        say(f"Zenoh's wheels are for {' and '.join(MANYLINUX)}: without lab/ros-zenoh:1 on {platform.machine()}.")
        return
    artefact("image-ros-zenoh.tar", ros.inputs(SOURCE, __file__), _write)


def _write(target: Path) -> None:
    base = debian_python.build()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".image-ros-zenoh-") as folder:
        root = Path(folder) / "root"
        debian_python.unpack(base, root)
        lock = ["--require-hashes", f"--requirement={WHEELS}"]
        ros.unpack_wheels(lock, MANYLINUX[platform.machine()], Path(folder), root / SITE_PACKAGES)
        ros.add_programs(root, SOURCE, COMMANDS)
        debian_python.compile_python(root, f"/{SITE_PACKAGES}", f"/{ros.PROGRAMS}")
        archive.write(IMAGE, root, target, base)
