# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the recipes of the ROS images share: wheels from PyPI and the lab's programs, above one layer of Debian."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

from lab.artefacts.images import archive, debian_python
from lab.cache import REPO
from lab.requirements import ensure_debian

SHARED = REPO / "lab" / "images" / "ros"
PROGRAMS = "opt/lab-ros"
PATH = "PATH=/usr/local/bin:/usr/bin:/bin"


def inputs(source: Path, recipe: str) -> list[Path | str]:
    """All that an image is made from whose programs are in ``source`` and whose recipe is this module."""
    recipes = [Path(module) for module in (archive.__file__, debian_python.__file__, __file__, recipe)]
    return [platform.machine(), source, *sorted(SHARED.glob("*.py")), *recipes]


def unpack_wheels(wanted: list[str], manylinux: str, downloads: Path, site_packages: Path) -> None:
    """Unpack wheels for the images' Python, as they are and without what they depend on, into ``site_packages``."""
    wheel_for = ["--implementation=cp", f"--python-version={debian_python.PYTHON}"]
    wheel_for += [f"--platform={manylinux}_{platform.machine()}"]
    download = ["download", "--quiet", "--no-deps", "--only-binary=:all:", *wheel_for, f"--dest={downloads}"]
    subprocess.run([*_pip(), *download, *wanted], check=True)
    for path in sorted(downloads.glob("*.whl")):
        with zipfile.ZipFile(path) as wheel:
            wheel.extractall(site_packages)


def _pip() -> list[str]:
    """The command of a pip: that of the running Python, else Debian's."""
    for python in (sys.executable, "/usr/bin/python3"):
        command = [python, "-m", "pip"]
        if subprocess.run([*command, "--version"], capture_output=True, check=False).returncode == 0:
            return command
    ensure_debian(["python3-pip"])
    return ["/usr/bin/python3", "-m", "pip"]


def add_programs(root: Path, source: Path, commands: Mapping[str, str]) -> None:
    """Copy the programs in ``source`` and what all share into a root, with a link in the search path per command."""
    programs = root / PROGRAMS
    programs.mkdir(parents=True)
    for path in (*source.glob("*.py"), *source.glob("*.sh"), *SHARED.glob("*.py")):
        shutil.copyfile(path, programs / path.name)
        (programs / path.name).chmod(0o755)
    folder = root / "usr/local/bin"
    folder.mkdir(parents=True, exist_ok=True)
    for command, program in commands.items():
        (folder / command).symlink_to(program)
