# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Container images in MicroK8s' containerd, as `ctr` lists them. PRIVATE, may change at any time."""

from __future__ import annotations

import json
import tarfile
from typing import Optional

# Where a name without a registry belongs.
REGISTRY = "docker.io"


def listed_images(ctr_image_ls: str) -> dict[str, str]:
    """{name: digest} from `ctr image ls` (columns REF TYPE DIGEST ...)."""
    rows = (line.split() for line in ctr_image_ls.splitlines()[1:])
    return {row[0]: row[2] for row in rows if len(row) > 2}


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


def find_image(images: dict[str, str], name: str) -> Optional[str]:
    """The name under which containerd lists the image `name` of an archive, or None."""
    return next((listed for listed in (name, full_name(name)) if listed in images), None)


def full_name(name: str) -> str:
    """An image's name with registry, folder and tag, where it leaves them out; source: distribution/reference, normalize.go."""
    first, slash, rest = name.partition("/")
    if not slash:
        name = f"{REGISTRY}/library/{name}"
    elif not ("." in first or ":" in first or first == "localhost"):
        name = f"{REGISTRY}/{name}"
    tagged = ":" in name.rpartition("/")[2]
    return name if tagged else f"{name}:latest"
