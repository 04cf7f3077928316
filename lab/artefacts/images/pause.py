# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``lab/pause:3.10``: the first process of every pod."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lab import golang
from lab.artefacts.images import archive
from lab.cache import REPO, artefact

SOURCE = REPO / "lab" / "images" / "pause"
IMAGE = archive.Image("lab/pause:3.10", entrypoint=("/pause",))


def build() -> Path:
    """Return the image's tar file, building it if needed."""
    return artefact("image-pause.tar", [repr(IMAGE), golang.version(), SOURCE, Path(archive.__file__)], _write)


def _write(target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".image-pause-") as root:
        golang.compile_program(SOURCE, ".", Path(root) / "pause")
        archive.write(IMAGE, Path(root), target)
