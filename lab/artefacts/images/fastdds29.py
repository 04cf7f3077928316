# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A talker and a listener on Fast DDS 2.9, as Debian 12 has it and as ROS 2 Humble nearly has it.

They are compiled in a Debian 12 of their own; the image has the two programs and the libraries that they load, and no shell.
"""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from lab.artefacts.images import archive, ros
from lab.cache import REPO, artefact
from lab.requirements import MMDEBSTRAP, RequirementError, debian_mirror, ensure_debian

SOURCE = REPO / "lab" / "images" / "fastdds29"
IMAGE = archive.Image("lab/fastdds29:1", command=("lab-listener",), environment=(ros.PATH,))
RELEASE = "bookworm"
PACKAGES = ("dash", "g++", "libfastrtps-dev")
COMPILE = ["g++", "-std=c++17", "-O1", "-o", "/chatter", "/chatter.cpp", "-lfastrtps", "-lfastcdr"]
LOADED = re.compile(r"(/\S+) \(0x")


def build() -> Path:
    """Return the image's tar file, building it if needed."""
    inputs = [platform.machine(), SOURCE, Path(archive.__file__), Path(__file__)]
    return artefact("image-ros-fastdds29.tar", inputs, _write)


def _write(target: Path) -> None:
    ensure_debian(MMDEBSTRAP)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".image-ros-fastdds29-") as folder:
        system, root = Path(folder) / "system", Path(folder) / "root"
        install = ["nice", "mmdebstrap", "--quiet", "--mode=root", "--variant=extract"]
        install += [f"--include={','.join(PACKAGES)}", RELEASE, str(system), *debian_mirror()]
        subprocess.run(install, check=True)
        shutil.copyfile(SOURCE / "chatter.cpp", system / "chatter.cpp")
        _run(system, *COMPILE)
        for library in libraries(_run(system, "sh", "-c", "LD_TRACE_LOADED_OBJECTS=1 exec /chatter")):
            _copy(system / library[1:], root / library[1:])
        for name in ("talker", "listener"):
            _copy(system / "chatter", root / f"usr/local/bin/lab-{name}")
        for empty in ("etc", "dev/shm", "proc", "tmp"):
            (root / empty).mkdir(parents=True)
        archive.write(IMAGE, root, target)


def libraries(loaded: str) -> list[str]:
    """The files that the dynamic loader names, itself among them."""
    return LOADED.findall(loaded)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def _run(system: Path, *command: str) -> str:
    result = subprocess.run(
        ["chroot", str(system), *command],
        env={"PATH": "/usr/sbin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RequirementError(f"'{' '.join(command)}' in Debian {RELEASE} failed:\n{result.stderr[-2000:]}")
    return result.stdout
