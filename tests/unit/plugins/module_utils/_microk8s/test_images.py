"""Image archives and what `ctr image ls` lists."""

from __future__ import annotations

import io
import json
import tarfile

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import images, paths
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.images import (
    RECORD,
    find_images,
    full_name,
    listed_images,
    names_in_archive,
    read_images,
)

LISTING = """\
REF                           TYPE                                       DIGEST         SIZE      PLATFORMS   LABELS
registry.example/lab/ros:1    application/vnd.oci.image.manifest.v1+json sha256:aaaa    80.1 MiB  linux/amd64 -
registry.example/library/ros:jazzy application/vnd.oci.image.manifest.v1+json sha256:dddd    80.1 MiB  linux/amd64 -
other.example/lab/ros:2       application/vnd.oci.image.manifest.v1+json sha256:cccc    80.1 MiB  linux/amd64 -
somewhere.example/lab/ros:10  application/vnd.oci.image.manifest.v1+json sha256:bbbb    80.1 MiB  linux/amd64 -
"""


def archive(path, members):
    with tarfile.open(path, "w") as tar:
        for name, document in members.items():
            data = json.dumps(document).encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return str(path)


def test_listing():
    assert listed_images(LISTING) == {
        "registry.example/lab/ros:1": "sha256:aaaa",
        "registry.example/library/ros:jazzy": "sha256:dddd",
        "other.example/lab/ros:2": "sha256:cccc",
        "somewhere.example/lab/ros:10": "sha256:bbbb",
    }


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("lab/ros:1", ["registry.example/lab/ros:1"]),
        ("ros:jazzy", ["registry.example/library/ros:jazzy"]),
        ("other.example/lab/ros:2", ["other.example/lab/ros:2"]),
        ("somewhere.example/lab/ros:10", ["somewhere.example/lab/ros:10"]),
        ("somewhere.example/lab/ros:1", []),  # another registry's
        ("jazzy", []),
        ("ros:1", []),
        ("os:1", []),
        ("lab/ros", []),
    ],
)
def test_an_image_is_found_by_its_whole_name(name, listed):
    assert find_images(listed_images(LISTING), name) == listed


@pytest.mark.parametrize(
    ("before", "listed"),
    [
        ({"other.example/lab/ros:1": "sha256:eeee"}, ["registry.example/lab/ros:1"]),
        (
            {"other.example/lab/ros:1": "sha256:eeee", "registry.example/lab/ros:1": "old"},
            ["registry.example/lab/ros:1"],
        ),
        (None, ["registry.example/lab/ros:1", "other.example/lab/ros:1"]),
    ],
)
def test_what_another_registry_had_before_is_not_what_was_brought(before, listed):
    images = {**listed_images(LISTING), "other.example/lab/ros:1": "sha256:eeee"}
    assert find_images(images, "lab/ros:1", before) == listed


def test_names_of_a_docker_archive(tmp_path):
    path = archive(
        tmp_path / "a.tar", {"manifest.json": [{"RepoTags": ["lab/ros:1", "lab/ros:2"]}, {"RepoTags": None}]}
    )
    assert names_in_archive(path) == ["lab/ros:1", "lab/ros:2"]


def test_names_of_an_oci_layout(tmp_path):
    annotations = {"io.containerd.image.name": "lab/ros:1", "org.opencontainers.image.ref.name": "1"}
    path = archive(tmp_path / "a.tar", {"index.json": {"manifests": [{"annotations": annotations}, {}]}})
    assert names_in_archive(path) == ["lab/ros:1"]


def test_another_tar_is_refused(tmp_path):
    with pytest.raises(KeyError):
        names_in_archive(archive(tmp_path / "a.tar", {"readme.json": {}}))


@pytest.mark.parametrize(
    ("name", "full"),
    [("ros", "ros:latest"), ("lab/ros:1", "lab/ros:1"), ("10.0.0.1:5000/ros", "10.0.0.1:5000/ros:latest")],
)
def test_full_names(name, full):
    assert full_name(name) == full


NOTED = '{"aa": {"registry.example/lab/ros:1": "sha256:aaaa"}}'


@pytest.mark.parametrize(
    ("files", "code", "there"),
    [
        ({RECORD: NOTED, paths.COMMAND: ""}, 0, 4),
        ({RECORD: NOTED, paths.COMMAND: ""}, 1, 0),  # containerd does not answer
        ({RECORD: NOTED}, None, 0),  # MicroK8s is gone
        ({paths.COMMAND: ""}, None, 0),  # nothing was ever brought
    ],
)
def test_what_a_host_has_of_what_was_brought(tmp_path, monkeypatch, files, code, there):
    """Containerd is asked only where it may matter."""
    for name, text in files.items():
        (tmp_path / name[1:]).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name[1:]).write_text(text)

    def run(argv, *, timeout):
        assert code is not None
        return Outcome(code, LISTING if code == 0 else "", "")

    monkeypatch.setattr(images, "run", run)
    found = read_images(Files(str(tmp_path)))
    assert (found["record"], len(found["there"])) == (json.loads(files.get(RECORD, "{}")), there)
