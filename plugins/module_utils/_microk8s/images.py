# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Container images in MicroK8s' containerd, as `ctr` lists them. PRIVATE, may change at any time."""

from __future__ import annotations

import json
import tarfile
from typing import Any, Iterable, Mapping, Optional

from .._command import run
from .._files import Files
from . import paths

# What every archive that was brought to the host contained: {SHA-256 of the archive: {name: digest}}.
RECORD = "/var/lib/rosfleet/images.json"
LIST = [paths.COMMAND, "ctr", "image", "ls"]
LIST_WITHIN_S = 10

# What containerd puts behind the registry of an image whose name has neither registry nor folder.
_FOLDER = "library"


def listed_images(ctr_image_ls: str) -> dict[str, str]:
    """{name: digest} from `ctr image ls` (columns REF TYPE DIGEST ...)."""
    rows = (line.split() for line in ctr_image_ls.splitlines()[1:])
    return {row[0]: row[2] for row in rows if len(row) > 2}


def read_record(files: Files) -> dict[str, dict[str, str]]:
    try:
        return json.loads(files.text(RECORD) or "{}")
    except ValueError:  # written by an earlier version that a power cut ended
        return {}


def read_images(files: Files, asked: bool = True) -> dict[str, Any]:
    """{"record", "there": {name: digest} of containerd's images} of a host.

    Containerd is asked only where that is `asked` for and archives were brought; where nobody asked, nothing is there.
    """
    record = read_record(files) if asked else {}
    answer = run(LIST, timeout=LIST_WITHIN_S) if record and files.exists(paths.COMMAND) else None
    return {"record": record, "there": listed_images(answer.stdout) if answer is not None and answer.rc == 0 else {}}


def missing_archives(
    archives: Mapping[str, str], record: Mapping[str, Mapping[str, str]], images: Mapping[str, str]
) -> list[str]:
    """Those of `archives` ({path: checksum}) of which containerd's `images` lack what the `record` says they brought."""

    def is_there(checksum: str) -> bool:
        brought = record.get(checksum)
        return bool(brought) and brought.items() <= images.items()

    return [path for path, checksum in archives.items() if not is_there(checksum)]


def brought_by(checksums: Iterable[str], record: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """{name: digest} of what the archives of these checksums have brought, by the `record`."""
    return {name: digest for checksum in checksums for name, digest in record.get(checksum, {}).items()}


def names_in_archive(path: str) -> list[str]:
    """The image names that a `docker save` or OCI archive carries. Raises tarfile.TarError, KeyError or ValueError."""
    with tarfile.open(path) as archive:
        members = set(archive.getnames())
        if "manifest.json" in members:
            return [name for image in _json(archive, "manifest.json") for name in image.get("RepoTags") or []]
        annotations = [item.get("annotations", {}) for item in _json(archive, "index.json")["manifests"]]
    return [name for item in annotations if (name := _annotated_name(item))]


def _json(archive: tarfile.TarFile, name: str):
    return json.loads(archive.extractfile(name).read())


def _annotated_name(annotations: dict[str, str]) -> Optional[str]:
    return annotations.get("io.containerd.image.name") or annotations.get("org.opencontainers.image.ref.name")


def find_images(images: dict[str, str], name: str, before: Optional[dict[str, str]] = None) -> list[str]:
    """The names under which containerd lists the image `name` of an archive that was just imported; none, when it does not.

    Containerd puts a registry in front of a name without one. Where several registries have an image of that name, those
    count that were not there, or were another image, `before` the import.
    """
    listed = [each for each in images if each in (full_name(name), f"{each.partition('/')[0]}/{_path(name)}")]
    fresh = [each for each in listed if images[each] != (before or {}).get(each)]
    return fresh or listed


def full_name(name: str) -> str:
    """An image's name with its tag, where it leaves that out; source: distribution/reference, normalize.go."""
    tagged = ":" in name.rpartition("/")[2]
    return name if tagged else f"{name}:latest"


def _path(name: str) -> str:
    """What stands behind the registry of an image whose name has none; nothing for a name that has one."""
    first, slash, _rest = name.partition("/")
    if not slash:
        return f"{_FOLDER}/{full_name(name)}"
    return "" if "." in first or ":" in first or first == "localhost" else full_name(name)
