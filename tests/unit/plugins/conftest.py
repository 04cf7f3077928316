"""What the tests of plugins share."""

from __future__ import annotations

import io
import json
import tarfile

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._waiting import Clock


@pytest.fixture
def still_clock() -> Clock:
    """A clock that moves only when somebody sleeps."""
    time = [0.0]
    return Clock(now=lambda: time[0], sleep=lambda seconds: time.__setitem__(0, time[0] + seconds))


@pytest.fixture
def tar_of():
    """Writes a tar file: {name: a document, which becomes JSON, or bytes}."""

    def tar_of(path, members, mode="w"):
        with tarfile.open(path, mode) as tar:
            for name, document in members.items():
                data = document if isinstance(document, bytes) else json.dumps(document).encode()
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
        return str(path)

    return tar_of


@pytest.fixture
def image_archive(tar_of):
    """Writes what `docker save` does of one image for an architecture."""

    def image_archive(path, architecture):
        manifest = [{"Config": "c.json", "RepoTags": ["lab/ros:1"], "Layers": []}]
        return tar_of(path, {"manifest.json": manifest, "c.json": {"architecture": architecture, "os": "linux"}})

    return image_archive
