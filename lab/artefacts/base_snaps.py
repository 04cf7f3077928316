# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The snaps that snapd itself needs before it installs any other, made without the store."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from lab.fleet.shell import LabError, run

BASE_SNAP = "core24"


def make(root: Path, scratch: Path, folder: Path) -> list[Path]:
    """Both snap files in ``folder``, in the order in which they are to be installed; ``root`` has the snapd to take."""
    return [_pack(tree, folder) for tree in (_snapd_tree(root, scratch), _base_tree(scratch))]


def _snapd_tree(root: Path, scratch: Path) -> Path:
    """The content of a snap ``snapd``: the distribution's own snapd, in the place where snapd looks for it."""
    tree = scratch / "snapd"
    shutil.copytree(root / "usr/lib/snapd", tree / "usr/lib/snapd", symlinks=True)
    (tree / "usr/bin").mkdir(parents=True)
    shutil.copy2(root / "usr/bin/snap", tree / "usr/bin/snap")
    # Asked for where the kernel has AppArmor. The distribution keeps it under a name that tells its own from a snap's.
    profile = tree / "etc/apparmor.d/usr.lib.snapd.snap-confine"
    profile.parent.mkdir(parents=True)
    shutil.copy2(root / "etc/apparmor.d/usr.lib.snapd.snap-confine.real", profile)
    _write_metadata(tree, name="snapd", version=snapd_version((root / "usr/lib/snapd/info").read_text()), kind="snapd")
    return tree


def snapd_version(info: str) -> str:
    """The upstream version in snapd's ``info`` file: ``VERSION=2.68.3-3+deb13u1`` is 2.68.3."""
    match = re.search(r"^VERSION='?([0-9.]+)", info, re.MULTILINE)
    if match is None:
        raise LabError(f"No VERSION in the info file of snapd: {info!r}")
    return match.group(1)


def _base_tree(scratch: Path) -> Path:
    """The content of the base snap: a classic snap names one but runs on the host's own files, so it stays empty."""
    tree = scratch / BASE_SNAP
    tree.mkdir()
    _write_metadata(tree, name=BASE_SNAP, version="1", kind="base")
    return tree


def _write_metadata(tree: Path, *, name: str, version: str, kind: str) -> None:
    (tree / "meta").mkdir()
    (tree / "meta/snap.yaml").write_text(
        f'name: {name}\nversion: "{version}"\ntype: {kind}\n'
        "summary: Stand-in for the lab\ndescription: Made from the distribution, for hosts without the store\n"
    )


def _pack(tree: Path, folder: Path) -> Path:
    """Make the snap file of a tree, named after it, in ``folder``."""
    snap = folder / f"{tree.name}.snap"
    run(["mksquashfs", str(tree), str(snap), "-noappend", "-quiet", "-no-progress", "-comp", "zstd", "-all-root"])
    return snap
