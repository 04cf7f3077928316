# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``lab/ros-cyclone:1``: a talker and a listener that stand in for rmw_cyclonedds; see lab/images/ros/README.md."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lab.artefacts.images import archive, debian_python, ros
from lab.cache import REPO, artefact

SOURCE = REPO / "lab" / "images" / "ros_cyclone"
IMAGE = archive.Image("lab/ros-cyclone:1", command=("lab-listener",), environment=(ros.PATH,))

CYCLONE_DDS = "cyclonedds==11.0.1"
SITE_PACKAGES = f"usr/local/lib/python{debian_python.PYTHON}/dist-packages"
COMMANDS = {f"lab-{name}": f"/{ros.PROGRAMS}/{name}.py" for name in ("talker", "listener")}
UNUSED = (f"{SITE_PACKAGES}/cyclonedds/.libs", f"{SITE_PACKAGES}/cyclonedds/tools")


def build() -> Path:
    """Return the image's tar file, building it if needed."""
    return artefact("image-ros-cyclone.tar", ros.inputs(SOURCE, __file__), _write)


def _write(target: Path) -> None:
    base = debian_python.build()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".image-ros-cyclone-") as folder:
        root = Path(folder) / "root"
        debian_python.unpack(base, root)
        # Its only dependency belongs to its command line tools.
        ros.unpack_wheels([CYCLONE_DDS], "manylinux_2_17", Path(folder), root / SITE_PACKAGES)
        ros.add_programs(root, SOURCE, COMMANDS)
        debian_python.remove_unused(root, UNUSED)
        debian_python.compile_python(root, f"/{SITE_PACKAGES}", f"/{ros.PROGRAMS}")
        archive.write(IMAGE, root, target, base)
