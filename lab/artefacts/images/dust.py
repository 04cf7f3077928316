# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A participant of Dust DDS, which others discover; see lab/images/dust."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lab.artefacts.images import archive, debian_python, ros
from lab.cache import REPO, artefact

SOURCE = REPO / "lab" / "images" / "dust"
IMAGE = archive.Image("lab/dust:1", command=("lab-participant",), environment=(ros.PATH,))

DUST_DDS = "dust-dds==0.16.0"
SITE_PACKAGES = f"usr/local/lib/python{debian_python.PYTHON}/dist-packages"
COMMANDS = {"lab-participant": f"/{ros.PROGRAMS}/participant.py"}


def build() -> Path:
    """Return the image's tar file, building it if needed."""
    return artefact("image-ros-dust.tar", ros.inputs(SOURCE, __file__), _write)


def _write(target: Path) -> None:
    base = debian_python.build()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".image-ros-dust-") as folder:
        root = Path(folder) / "root"
        debian_python.unpack(base, root)
        ros.unpack_wheels([DUST_DDS], "manylinux_2_17", Path(folder), root / SITE_PACKAGES)
        ros.add_programs(root, SOURCE, COMMANDS)
        debian_python.compile_python(root, f"/{SITE_PACKAGES}", f"/{ros.PROGRAMS}")
        archive.write(IMAGE, root, target, base)
