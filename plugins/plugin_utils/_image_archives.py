# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which processors the images of an archive are for, so that no gigabytes are brought to a host that cannot run them.

Private to this collection.
"""

from __future__ import annotations

import json
import tarfile
from contextlib import suppress
from typing import Any, Iterator, Mapping, Optional

# What containerd takes beside a host's own; source: containerd/platforms, platformVector.
_RUNS = {"amd64": {"amd64", "386"}, "arm64": {"arm64", "arm"}}


def architectures(path: str) -> list[set[str]]:
    """For each image of a `docker save` or OCI archive the architectures that are in it with all their layers.

    What does not tell is left out; so is an archive that cannot be read, of which the host says more.
    """
    with suppress(tarfile.TarError, OSError, EOFError), tarfile.open(path) as archive:
        return [found for found in _Archive(archive).images() if found]
    return []


def wrong_architecture(source: str, host: str, here: str, images: list[set[str]]) -> str:
    """Why an archive of these `images` is of no use on a host that is `here`; empty where it is, or where nobody knows."""
    runs = _RUNS.get(here)
    others = sorted({each for image in images if runs and not image & runs for each in image})
    if not others:
        return ""
    return (
        f"image archive {source} is for {' and '.join(others)}, and {host} is {here}: its programs cannot run there. "
        f"Nothing was copied. Fix: build or pull the image for {here} (docker pull --platform linux/{here} IMAGE, then "
        f"docker save -o FILE IMAGE), and declare microk8s_images for this kind of host, in the variables of a group; or one "
        "archive for both (docker buildx build --platform linux/amd64,linux/arm64 --output type=oci,dest=FILE)"
    )


class _Archive:
    """A tar file with blobs and JSON in it."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self._members = {member.name.removeprefix("./"): member for member in archive.getmembers()}

    def images(self) -> Iterator[set[str]]:
        """As containerd does it, the OCI layout comes first where an archive has both."""
        index = (
            self._json("index.json") if "oci-layout" in self._members or "manifest.json" not in self._members else None
        )
        if isinstance(index, dict):
            for descriptor in _dicts(index.get("manifests")):
                yield set(self._of(descriptor))
            return
        for image in _dicts(self._json("manifest.json")):
            config = self._json(str(image.get("Config")))
            yield {config["architecture"]} if _tells(config) else set()

    def _of(self, descriptor: Mapping[str, Any], deeper: int = 3) -> Iterator[str]:
        """An image, or an index of those for several platforms, perhaps with some whose layers are elsewhere."""
        document = self._json(_blob(descriptor))
        if not isinstance(document, dict) or not deeper:
            return
        for inner in _dicts(document.get("manifests")):
            yield from self._of(inner, deeper - 1)
        layers = _dicts(document.get("layers"))
        config = self._json(_blob(document.get("config") or {}))
        if _tells(config) and all(_blob(layer) in self._members for layer in layers):
            yield config["architecture"]

    def _json(self, name: str) -> Any:
        member = self._members.get(name)
        handle: Optional[Any] = self._archive.extractfile(member) if member else None
        with suppress(ValueError):
            return json.loads(handle.read()) if handle else None
        return None


def _tells(config: Any) -> bool:
    """Whether this is an image's configuration; attestations that lie beside images are for `unknown`."""
    return isinstance(config, dict) and config.get("architecture") not in (None, "", "unknown")


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _blob(descriptor: Mapping[str, Any]) -> str:
    return "blobs/" + str(descriptor.get("digest")).replace(":", "/", 1)
