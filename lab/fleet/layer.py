# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The writable part of a host: a layer over the root image, and a folder of the real disk for /var/snap.

Deleting both is imaging the host anew. The folder is needed because containerd's overlayfs cannot stand on an overlay.
"""

from __future__ import annotations

import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

from lab.cache import remove
from lab.fleet import keys
from lab.fleet.shell import run

USER_ID = 1000
DATA_MOUNT = "/var/snap"
HOST_KEY = "etc/ssh/ssh_host_ed25519_key"


@dataclass(frozen=True)
class Layer:
    """Where the parts of one host's disk are."""

    folder: Path

    @property
    def upper(self) -> Path:
        """What the host wrote, as overlayfs keeps it."""
        return self.folder / "upper"

    @property
    def work(self) -> Path:
        """Overlayfs' own scratch space."""
        return self.folder / "work"

    @property
    def root(self) -> Path:
        """Where the whole is mounted, in the mount namespace of the host's supervisor alone."""
        return self.folder / "root"

    @property
    def data(self) -> Path:
        """What is bound to /var/snap."""
        return self.folder / "data"

    @property
    def console(self) -> Path:
        """What the host's init said."""
        return self.folder / "console.log"

    @property
    def image(self) -> Path:
        """A link to the root image that the layer was made over."""
        return self.folder / "image"

    @property
    def saved(self) -> Path:
        """A link to what the host had written when its fleet was saved, for a host that was restored."""
        return self.folder / "saved"

    @property
    def lowers(self) -> tuple[Path, ...]:
        """The read-only layers under ``upper``, the topmost first."""
        return tuple(link.resolve() for link in (self.saved, self.image) if link.is_symlink())

    @property
    def host_key(self) -> Path:
        """The host's public SSH key, which it may have made anew since it was restored."""
        fresh = self.upper / f"{HOST_KEY}.pub"
        return self.saved / f"{HOST_KEY}.pub" if self.saved.is_symlink() and not fresh.exists() else fresh

    @property
    def journal(self) -> Path:
        """The host's journal, readable with ``journalctl -D`` even when the host is dead."""
        return self.upper / "var/log/journal"

    def fits(self, image: Path) -> bool:
        """Whether the layer is complete and was made over this very image."""
        return self.image.is_symlink() and self.image.resolve() == image.resolve()


def create(layer: Layer, image: Path, user_key: Path) -> None:
    """Make a fresh layer over ``image``, with an identity of its own: machine-id, SSH host key."""
    drop(layer)
    for folder in (layer.upper, layer.work, layer.root):
        folder.mkdir(parents=True)
    shutil.copytree(image / DATA_MOUNT.lstrip("/"), layer.data, symlinks=True)

    etc = _folder(layer, image, "etc")
    (etc / "machine-id").write_text(f"{uuid.uuid4().hex}\n")
    _folder(layer, image, "etc/ssh")
    keys.generate(layer.upper / HOST_KEY, "lab host")

    _folder(layer, image, "home")
    home = _folder(layer, image, "home/robot")
    ssh = home / ".ssh"
    ssh.mkdir(mode=0o700)
    (ssh / "authorized_keys").write_text(user_key.with_suffix(".pub").read_text())
    for path in (home, ssh, ssh / "authorized_keys"):
        shutil.chown(path, USER_ID, USER_ID)

    layer.image.symlink_to(image.resolve())  # last: says that the layer is complete


def restore(layer: Layer, saved: Layer) -> None:
    """Make a layer over a saved one, which it leaves as it is."""
    drop(layer)
    for folder in (layer.upper, layer.work, layer.root):
        folder.mkdir(parents=True)
    layer.upper.chmod(saved.upper.stat().st_mode & 0o7777)
    # Databases are written in place there, so that a hard link would change the saved fleet.
    run(["cp", "-a", "--reflink=auto", str(saved.data), str(layer.data)])
    layer.saved.symlink_to(saved.upper.resolve())
    layer.image.symlink_to(saved.image.resolve())


def drop(layer: Layer) -> None:
    """Delete everything the host ever wrote; the host must be off."""
    remove(layer.folder)


def _folder(layer: Layer, image: Path, path: str) -> Path:
    """A folder of the layer with the mode that it has in the image, which it would hide otherwise."""
    folder = layer.upper / path
    folder.mkdir(exist_ok=True)
    folder.chmod((image / path).stat().st_mode & 0o7777)
    return folder
