# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All artefacts of the lab and the order in which they are made."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

from lab.cache import REPO
from lab.fleet.shell import LabError

ROOT_IMAGE = "rootfs"
VM_IMAGE = "vm-image"  # for virtual machines alone
OTHERS = ("snap", "images")
MODULES = {
    ROOT_IMAGE: "lab.artefacts.rootfs",
    "images": "lab.artefacts.images",
    "participants": "lab.artefacts.images.participants",  # for bench-probe alone
    "gobin": "standin.gobin",  # built by those that contain them
    "snap": "standin.snap",
    VM_IMAGE: "lab.artefacts.vm_image",
}


def build_one(name: str) -> Path:
    """Build the artefact of this name if it is not in the cache."""
    if name not in MODULES:
        raise LabError(f"No artefact {name!r}. Artefacts: {', '.join(MODULES)}.")
    return importlib.import_module(MODULES[name]).build()


def build_all() -> None:
    """Build everything: the root image, which mostly waits, beside the others, which keep the cores busy."""
    beside = subprocess.Popen([sys.executable, "-m", "lab", "build", ROOT_IMAGE], cwd=REPO)
    try:
        for name in OTHERS:
            build_one(name)
    except BaseException:
        beside.terminate()
        beside.wait()
        raise
    if beside.wait():
        raise LabError("The root image could not be built; the reason is above.")
