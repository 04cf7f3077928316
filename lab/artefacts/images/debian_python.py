# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layer that all ROS images of the lab stand on: Debian 13's Python without the rest of Debian."""

from __future__ import annotations

import platform
import subprocess
import tarfile
import tempfile
from pathlib import Path

from lab.artefacts.images import archive
from lab.cache import artefact, remove
from lab.requirements import MMDEBSTRAP, RequirementError, debian_mirror, ensure_debian

RELEASE = "trixie"
PYTHON = "3.13"
# Only extracted, never configured: a shell for `kubectl exec`, Python with its standard library, what ROS' C++ needs.
PACKAGES = ("base-files", "dash", "python3-minimal", f"libpython{PYTHON}-stdlib", "libstdc++6")

# Nothing in a container reads these. Copyright files stay.
UNUSED = (
    "boot",
    "usr/lib/*/gconv",
    "usr/lib/*/perl-base",
    "usr/lib/python3*/ensurepip",
    "usr/lib/python3*/idlelib",
    "usr/lib/python3*/pydoc_data",
    "usr/lib/python3*/test",
    "usr/share/bash-completion",
    "usr/share/bug",
    "usr/share/gcc",
    "usr/share/gdb",
    "usr/share/info",
    "usr/share/lintian",
    "usr/share/locale",
    "usr/share/man",
    "usr/share/perl5",
    "usr/share/zoneinfo",
    "var/cache",
    "var/lib",
)


def build() -> Path:
    """Return the layer's tar file, building it if needed.

    Later updates of Debian's packages do not rebuild it: the lab wants stable images, not patched ones.
    """
    inputs = [platform.machine(), Path(archive.__file__), Path(__file__)]
    return artefact("layer-debian-python.tar", inputs, _write)


def _write(target: Path) -> None:
    ensure_debian(MMDEBSTRAP)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".layer-debian-python-") as folder:
        root = Path(folder)
        _extract_debian(root)
        remove_unused(root, UNUSED)
        compile_python(root, f"/usr/lib/python{PYTHON}")
        archive.write_layer(root, target)


def _extract_debian(root: Path) -> None:
    command = ["nice", "mmdebstrap", "--quiet", "--mode=root", "--variant=extract", f"--include={','.join(PACKAGES)}"]
    subprocess.run([*command, RELEASE, str(root), *debian_mirror()], check=True)
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    (root / "etc/group").write_text("root:x:0:\n")


def unpack(layer: Path, root: Path) -> None:
    """Make the root that a container without further layers would have."""
    with tarfile.open(layer) as tar:
        tar.extractall(root, filter="fully_trusted")


def remove_unused(root: Path, patterns: tuple[str, ...]) -> None:
    """Remove from a root what the patterns name."""
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            remove(path)


def compile_python(root: Path, *folders: str) -> None:
    """Compile the modules in folders of a root with its own Python, so that a program starts quickly.

    By hash rather than by time: in the image every file is of 1970, and the same sources must give the same bytes.
    """
    compile_all = ["python3", "-m", "compileall", "-q", "--invalidation-mode=unchecked-hash", *folders]
    environment = {"PATH": "/usr/sbin:/usr/bin", "PYTHONHASHSEED": "0"}
    command = ["chroot", str(root), *compile_all]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RequirementError(f"Python {PYTHON} of the new image root does not run:\n{result.stdout}{result.stderr}")
