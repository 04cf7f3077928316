"""What would be published now, as users get it."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from toolenv import REPO


def build(venv: Path, folder: Path) -> Path:
    """The collection's archive, built from this checkout into `folder`."""
    galaxy = [venv / "bin" / "ansible-galaxy", "collection", "build", "--force", "--output-path", folder]
    subprocess.run(galaxy, check=True, cwd=REPO, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.tar.gz"))


def unpack(venv: Path, tree: Path) -> None:
    """The collection's files, into the new folder `tree`."""
    tree.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["tar", "-xf", build(venv, Path(folder)), "-C", tree], check=True)
