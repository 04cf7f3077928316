# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``lab/multus:4.2.3``: Multus' thin variant, with upstream's programs at upstream's paths."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from lab import golang
from lab.artefacts.images import archive
from lab.cache import REPO, artefact

SOURCE = REPO / "lab" / "images" / "multus"
MODULE = "gopkg.in/k8snetworkplumbingwg/multus-cni.v4"
VERSION = "4.2.3"
IMAGE = archive.Image(f"lab/multus:{VERSION}", entrypoint=("/thin_entrypoint",))

# Upstream's images/Dockerfile: everything in BINARIES, and the programs that a manifest calls also in the root.
BINARIES = Path("usr/src/multus-cni/bin")
PROGRAMS = {
    "multus": "multus",
    "passthru": "passthru-cni",
    "install_multus": "install_multus",
    "thin_entrypoint": "thin_entrypoint",
}
IN_ROOT = ("install_multus", "thin_entrypoint")
# So that `multus --version` does not say "master".
LDFLAGS = (f"-X={MODULE}/pkg/multus.version=v{VERSION}",)


def build() -> Path:
    """Return the image's tar file, building it if needed."""
    inputs = [repr(IMAGE), golang.version(), SOURCE, Path(archive.__file__), Path(__file__)]
    return artefact("image-multus.tar", inputs, _write)


def _write(target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".image-multus-") as folder:
        root = Path(folder)
        for program, command in PROGRAMS.items():
            golang.compile_program(SOURCE, f"{MODULE}/cmd/{command}", root / BINARIES / program, ldflags=LDFLAGS)
        for program in IN_ROOT:
            shutil.copy2(root / BINARIES / program, root / program)
        archive.write(IMAGE, root, target)
