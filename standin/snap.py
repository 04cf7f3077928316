# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The MicroK8s-compatible snap: the tree in standin/tree with the compiled programs, packed as squashfs."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from lab.cache import REPO, artefact
from lab.requirements import ensure_debian
from standin import gobin

TREE = REPO / "standin" / "tree"
# Packs 340 MB in seconds on two cores, and unpacks faster than xz, the snaps' usual compression.
COMPRESSION = ("-comp", "zstd", "-Xcompression-level", "3")
VERSION = gobin.KUBERNETES
# Says that it is newer, so that a refresh has somewhere to go; the programs in it are the same.
NEXT_VERSION = "v1.37.0"


def build(version: str = VERSION) -> Path:
    """Return the snap file that calls itself ``version``, building it and the programs in it where they are missing."""
    programs = gobin.build()

    def pack(target: Path) -> None:
        ensure_debian(["squashfs-tools"])
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".snap-tree-") as folder:
            tree = Path(folder) / "tree"
            _assemble(tree, programs)
            metadata = tree / "meta" / "snap.yaml"
            metadata.write_text(metadata.read_text().replace(f"version: {VERSION}\n", f"version: {version}\n"))
            command = [
                "nice",
                "mksquashfs",
                str(tree),
                str(target),
                "-noappend",
                "-all-root",
                "-no-xattrs",
                *COMPRESSION,
            ]
            subprocess.run([*command, "-no-progress", "-quiet"], check=True)

    name = "microk8s.snap" if version == VERSION else f"microk8s-{version}.snap"
    return artefact(name, [programs.name, " ".join(COMPRESSION), TREE, Path(__file__)], pack)


def _assemble(tree: Path, programs: Path) -> None:
    """Lay out the snap: our files, ``bin/`` and ``opt/cni/bin`` with the programs, and kubectl by its usual name."""
    shutil.copytree(TREE, tree, ignore=shutil.ignore_patterns("__pycache__"))
    tree.chmod(0o755)
    (tree / "opt" / "cni").mkdir(parents=True)
    for folder in programs.iterdir():
        destination = tree / "opt" / "cni" / "bin" if folder.name == "cni" else tree / "bin"
        shutil.copytree(folder, destination, copy_function=os.link, dirs_exist_ok=True)
    (tree / "kubectl").symlink_to("bin/kube")
