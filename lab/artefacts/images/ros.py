# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``lab/ros:1``: a talker and a listener that stand in for ROS 2 images; see lab/images/ros/README.md."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from lab.artefacts.images import archive
from lab.cache import REPO, artefact
from lab.requirements import RequirementError, debian_mirror, ensure_debian

SOURCE = REPO / "lab" / "images" / "ros"
IMAGE = archive.Image("lab/ros:1", command=("lab-listener",), environment=("PATH=/usr/local/bin:/usr/bin:/bin",))

RELEASE = "trixie"
PYTHON = "3.13"
CYCLONE_DDS = "cyclonedds==11.0.1"
# Only extracted, never configured: a shell for `kubectl exec`, and Python with its standard library.
PACKAGES = ("base-files", "dash", "python3-minimal", f"libpython{PYTHON}-stdlib")

SITE_PACKAGES = f"usr/local/lib/python{PYTHON}/dist-packages"
PROGRAMS = "opt/lab-ros"
COMMANDS = {"lab-talker": "talker.py", "lab-listener": "listener.py"}

# Nothing in the container reads these. Copyright files stay.
UNUSED = (
    "boot",
    "usr/lib/*/perl-base",
    "usr/lib/python3*/ensurepip",
    "usr/lib/python3*/idlelib",
    "usr/lib/python3*/pydoc_data",
    "usr/share/bash-completion",
    "usr/share/bug",
    "usr/share/info",
    "usr/share/lintian",
    "usr/share/locale",
    "usr/share/man",
    "usr/share/perl5",
    "usr/share/zoneinfo",
    "var/cache",
    "var/lib",
    f"{SITE_PACKAGES}/cyclonedds/.libs",
    f"{SITE_PACKAGES}/cyclonedds/tools",
)


def build() -> Path:
    """Return the image's tar file, building it if needed.

    Later updates of Debian's packages do not rebuild it: the lab wants a stable image, not a patched one.
    """
    inputs = [platform.machine(), SOURCE, Path(archive.__file__), Path(__file__)]
    return artefact("image-ros.tar", inputs, _write)


def _write(target: Path) -> None:
    ensure_debian(["mmdebstrap"])
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".image-ros-") as folder:
        root = Path(folder) / "root"
        _extract_debian(root)
        _unpack_cyclone_dds(root, Path(folder))
        _add_programs(root)
        _remove_unused(root)
        _compile_python(root)
        archive.write(IMAGE, root, target)


def _extract_debian(root: Path) -> None:
    command = ["nice", "mmdebstrap", "--quiet", "--mode=root", "--variant=extract", f"--include={','.join(PACKAGES)}"]
    subprocess.run([*command, RELEASE, str(root), debian_mirror()], check=True)
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    (root / "etc/group").write_text("root:x:0:\n")


def _unpack_cyclone_dds(root: Path, downloads: Path) -> None:
    """Unpack the wheel as it is: its only dependency belongs to its command line tools."""
    machine = platform.machine()
    wheel_for = ["--implementation=cp", f"--python-version={PYTHON}", f"--platform=manylinux_2_17_{machine}"]
    download = ["download", "--quiet", "--no-deps", "--only-binary=:all:", *wheel_for, f"--dest={downloads}"]
    subprocess.run([*_pip(), *download, CYCLONE_DDS], check=True)
    with zipfile.ZipFile(next(downloads.glob("cyclonedds-*.whl"))) as wheel:
        wheel.extractall(root / SITE_PACKAGES)


def _pip() -> list[str]:
    """The command of a pip: that of the running Python, else Debian's."""
    for python in (sys.executable, "/usr/bin/python3"):
        command = [python, "-m", "pip"]
        if subprocess.run([*command, "--version"], capture_output=True, check=False).returncode == 0:
            return command
    ensure_debian(["python3-pip"])
    return ["/usr/bin/python3", "-m", "pip"]


def _add_programs(root: Path) -> None:
    programs = root / PROGRAMS
    programs.mkdir(parents=True)
    for source in SOURCE.glob("*.py"):
        shutil.copyfile(source, programs / source.name)
        (programs / source.name).chmod(0o755)
    commands = root / "usr/local/bin"
    commands.mkdir(parents=True, exist_ok=True)
    for command, program in COMMANDS.items():
        (commands / command).symlink_to(f"/{PROGRAMS}/{program}")


def _remove_unused(root: Path) -> None:
    for pattern in UNUSED:
        for folder in root.glob(pattern):
            shutil.rmtree(folder)


def _compile_python(root: Path) -> None:
    """Compile all modules with the image's own Python, so that a program starts quickly.

    By hash rather than by time: in the image every file is of 1970, and the same sources must give the same bytes.
    """
    folders = [f"/usr/lib/python{PYTHON}", f"/{SITE_PACKAGES}", f"/{PROGRAMS}"]
    compile_all = ["python3", "-m", "compileall", "-q", "--invalidation-mode=unchecked-hash", *folders]
    environment = {"PATH": "/usr/sbin:/usr/bin", "PYTHONHASHSEED": "0"}
    command = ["chroot", str(root), *compile_all]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RequirementError(f"Python {PYTHON} of the new image root does not run:\n{result.stdout}{result.stderr}")
