# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write container images as docker-archive tar files, the same bytes for the same content.

docker-archive rather than an OCI layout: only there does containerd complete a short name such as ``lab/pause:3.10``
the way the kubelet does when it looks for the image. The digest of the configuration, which names its file in the
archive, is the image id that the container runtime reports.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

GO_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True)
class Image:
    """Name of an image and how a container of it starts."""

    reference: str
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()


def write(image: Image, root: Path, target: Path, base: Path | None = None) -> None:
    """Write ``image`` with the files below ``root`` to the tar file ``target``.

    They are one layer, or two with ``base``: the tar file of a layer whose content is in ``root``, unchanged. Images on
    the same base hold the same first layer, so that a host stores and unpacks it once.
    """
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-layer-") as folder:
        layer = Path(folder) / "layer.tar"
        write_layer(root, layer, without=names(base) if base else frozenset())
        layers = {_sha256(path): path for path in (base, layer) if path}
        config = _json(configuration(image, list(layers), architecture(platform.machine())))
        config_name = f"{hashlib.sha256(config).hexdigest()}.json"
        layer_names = {f"{digest}/layer.tar": path for digest, path in layers.items()}
        manifest = _json([{"Config": config_name, "RepoTags": [image.reference], "Layers": list(layer_names)}])
        with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as archive:
            _add_bytes(archive, "manifest.json", manifest)
            _add_bytes(archive, config_name, config)
            for name, path in layer_names.items():
                with path.open("rb") as content:
                    archive.addfile(_file(name, path.stat().st_size), content)


def configuration(image: Image, layer_digests: list[str], go_architecture: str) -> dict[str, object]:
    """The image configuration of the OCI image specification, with no clock in it."""
    return {
        "architecture": go_architecture,
        "os": "linux",
        "created": "1970-01-01T00:00:00Z",
        "config": {
            "Entrypoint": list(image.entrypoint),
            "Cmd": list(image.command),
            "Env": list(image.environment),
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}" for digest in layer_digests]},
    }


def architecture(machine: str) -> str:
    """The name that container runtimes use for a machine as ``uname -m`` calls it."""
    return GO_ARCHITECTURES.get(machine, machine)


def names(layer: Path) -> frozenset[str]:
    """What is in a layer."""
    with tarfile.open(layer) as archive:
        return frozenset(archive.getnames())


def write_layer(root: Path, target: Path, without: frozenset[str] = frozenset()) -> None:
    """Write everything below ``root`` to a tar file: sorted, owned by root, at time 0, hard links kept.

    Devices, sockets and pipes are left out: a container gets its own.
    """
    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as archive:
        for path in _sorted_tree(root):
            entry = archive.gettarinfo(path, path.relative_to(root).as_posix())
            if entry is None or entry.isdev() or entry.name in without:
                continue
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = 0
            if entry.isreg():
                with path.open("rb") as content:
                    archive.addfile(entry, content)
            else:
                archive.addfile(entry)


def _sorted_tree(root: Path) -> list[Path]:
    found: list[Path] = []
    for folder, folders, files in os.walk(root):
        found += (Path(folder) / name for name in (*folders, *files))
    return sorted(found, key=lambda path: path.relative_to(root).parts)


def _file(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = 0o644
    return entry


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    archive.addfile(_file(name, len(content)), io.BytesIO(content))


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
