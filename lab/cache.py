# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build once, keyed by what a thing is made from, and never trust anything half-written."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

VERSION = re.compile(r"(?P<name>.+)-[0-9a-f]{12}|\.(?P<partial>.+)-[0-9a-f]{12}\.partial")
REPO = Path(__file__).resolve().parent.parent


def say(message: str) -> None:
    """Print one line of progress at once, so that a build of minutes does not look hung."""
    print(f"[lab] {message}", file=sys.stderr, flush=True)


def cache_root() -> Path:
    """The folder of all caches: ``$ROSFLEET_CACHE``, or ``.cache`` in the repository."""
    return Path(os.environ.get("ROSFLEET_CACHE") or REPO / ".cache").resolve()


def key_of(name: str, inputs: Iterable[Path | str]) -> str:
    """Twelve hex digits over the name and every input.

    A string counts as itself, a file by its content, a folder by the names and contents of all files below it
    (compiled Python left out). Raises FileNotFoundError for a path that does not exist.
    """
    digest = hashlib.sha256()

    def add(kind: str, content: bytes) -> None:
        digest.update(f"{kind}:{len(content)}:".encode() + content)

    add("name", name.encode())
    for item in inputs:
        if isinstance(item, str):
            add("text", item.encode())
        elif item.is_dir():
            for file in sorted(_files_below(item)):
                add("file", str(file.relative_to(item)).encode())
                add("content", file.read_bytes())
        else:
            add("content", item.read_bytes())
    return digest.hexdigest()[:12]


def _files_below(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def artefact(
    name: str,
    inputs: Iterable[Path | str],
    build: Callable[[Path], None],
    *,
    is_dir: bool = False,
) -> Path:
    """Return the cached artefact ``name`` made from ``inputs``, building it if there is none.

    ``build`` gets a path to write to: an empty folder when ``is_dir``, else a file that does not exist yet. Only a
    build that returned is renamed into place, older versions of the same name are removed after it, and the stable
    link ``<cache>/lab/<name>`` points to the newest. A second process that wants the same artefact waits for the first.
    """
    folder = cache_root() / "lab"
    folder.mkdir(parents=True, exist_ok=True)
    finished = folder / f"{name}-{key_of(name, inputs)}"
    with _lock(folder / f".{name}.lock"):
        if finished.exists():
            say(f"{name}: cached")
        else:
            _build(name, build, finished, is_dir=is_dir)
            _remove_older(folder, name, keep=finished)
        _point(folder / name, finished)
    return finished


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _build(name: str, build: Callable[[Path], None], finished: Path, *, is_dir: bool) -> None:
    partial = finished.with_name(f".{finished.name}.partial")
    remove(partial)
    if is_dir:
        partial.mkdir()
    say(f"building {name} ...")
    started = time.monotonic()
    try:
        build(partial)
    except BaseException:
        remove(partial)
        raise
    partial.rename(finished)
    say(f"built {name} in {time.monotonic() - started:.0f} s ({size_of(finished) / 1e6:.0f} MB)")


def _remove_older(folder: Path, name: str, *, keep: Path) -> None:
    """Remove other versions of ``name``, and what killed builds of it left behind."""
    for path in folder.iterdir():
        found = VERSION.fullmatch(path.name)
        if found and name in found.groups() and path != keep and not _is_mounted(path):
            remove(path)


def _is_mounted(path: Path, proc: Path = Path("/proc")) -> bool:
    """Whether any process has a mount made of ``path``: running hosts stand on the root image they booted from."""
    for mounts in proc.glob("[0-9]*/mountinfo"):
        try:
            if str(path) in mounts.read_text():
                return True
        except OSError:
            continue  # the process ended
    return False


def _point(link: Path, target: Path) -> None:
    fresh = link.with_name(f".{link.name}.link")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target.name)
    fresh.replace(link)


def remove(path: Path) -> None:
    """Delete a file, a link or a whole folder; nothing there is fine.

    Raises OSError for a folder with something mounted in it: what is mounted there belongs to somebody else.
    """
    mounted = [mount for mount in _mount_points() if mount.is_relative_to(path.absolute())]
    if mounted:
        raise OSError(f"{path} is not deleted: {mounted[0]} is mounted in it. Unmount it and try again.")
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _mount_points() -> list[Path]:
    # Spaces and the like are written as \040, see proc(5).
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return [Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), line.split()[4])) for line in lines]


def size_of(path: Path) -> int:
    """Bytes in a file, or in all regular files of a folder."""
    if not path.is_dir():
        return path.stat().st_size
    return sum(file.lstat().st_size for file in path.rglob("*") if file.is_file() and not file.is_symlink())
