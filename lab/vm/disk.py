# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The disk of one virtual machine: a layer over a read-only image, and the seed that cloud-init reads at the first boot."""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from lab.cache import remove
from lab.fleet import keys
from lab.fleet.plan import Host
from lab.fleet.shell import run
from lab.vm import nocloud

SIZE = 12 * 2**30  # at least; sparse
SEED_KILOBYTES = 512


@dataclass(frozen=True)
class Disk:
    """Where the parts of a virtual machine are."""

    folder: Path

    @property
    def layer(self) -> Path:
        """What the machine wrote."""
        return self.folder / "disk.qcow2"

    @property
    def seed(self) -> Path:
        """The small disk with what cloud-init is told."""
        return self.folder / "seed.img"

    @property
    def host_key(self) -> Path:
        """The SSH host key that the lab's seed gives the machine; its public half is beside it."""
        return self.folder / "ssh_host_ed25519_key"

    @property
    def host_key_public(self) -> Path:
        """By which key the machine is known."""
        return self.host_key.with_suffix(".pub")

    @property
    def image(self) -> Path:
        """A link to the image that the layer was made over."""
        return self.folder / "image"

    @property
    def kernel_folder(self) -> Path | None:
        """Where kernel and initial RAM disk lie beside the image; None when it boots by a loader of its own."""
        beside = self.image.resolve().parent
        return beside if (beside / "vmlinuz").exists() and (beside / "initrd.img").exists() else None

    def fits(self, image: Path) -> bool:
        """Whether the disk is complete and was made over this very image."""
        return self.image.is_symlink() and self.image.resolve() == image.resolve()


def create(disk: Disk, host: Host, image: Path, user_key: Path, seed: Path | None = None) -> None:
    """Make a fresh disk over ``image``, with an identity of its own, or with the NoCloud files in the folder ``seed``."""
    remove(disk.folder)
    disk.folder.mkdir(parents=True)
    about = json.loads(run(["qemu-img", "info", "--output=json", str(image)]))
    run(
        ["qemu-img", "create", "-q", "-f", "qcow2", "-F", about["format"], "-b", str(image.resolve())]
        + [str(disk.layer), str(max(SIZE, about["virtual-size"]))]
    )
    files = {path.name: path.read_text() for path in seed.iterdir()} if seed else _labs_own(disk, host, user_key)
    _write_seed(disk.seed, files)
    disk.image.symlink_to(image.resolve())  # last: says that the disk is complete


def _labs_own(disk: Disk, host: Host, user_key: Path) -> dict[str, str]:
    keys.generate(disk.host_key, "lab host")
    return nocloud.files(
        host,
        instance=uuid.uuid4().hex,
        user_key=user_key.with_suffix(".pub").read_text(),
        host_key=disk.host_key.read_text(),
        host_key_public=disk.host_key_public.read_text(),
    )


def _write_seed(seed: Path, files: dict[str, str]) -> None:
    os.close(os.open(seed, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # it holds the host key
    os.truncate(seed, SEED_KILOBYTES * 1024)
    run(["mkfs.vfat", "-n", nocloud.LABEL, str(seed)])
    for name, text in files.items():
        run(["mcopy", "-i", str(seed), "-", f"::{name}"], stdin=text)
