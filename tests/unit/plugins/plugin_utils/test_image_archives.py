# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What processors an archive's images are for, in all forms that docker and containerd write."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._image_archives import architectures, wrong_architecture


def oci(*images, lost=()):
    """The members of an OCI layout with one multi-platform image: its index, and for each architecture what belongs to it."""
    members = {"oci-layout": {"imageLayoutVersion": "1.0.0"}}
    for each in images:
        members[f"blobs/sha256/m-{each}"] = {
            "config": {"digest": f"sha256:c-{each}"},
            "layers": [{"digest": f"sha256:l-{each}"}],
        }
        members[f"blobs/sha256/c-{each}"] = {"architecture": each, "os": "linux"}
        members[f"blobs/sha256/l-{each}"] = b"layer"
    platforms = [{"digest": f"sha256:m-{each}", "platform": {"architecture": each}} for each in images]
    members["blobs/sha256/i"] = {"manifests": platforms}
    members["index.json"] = {"manifests": [{"digest": "sha256:i"}]}
    return {name: document for name, document in members.items() if name.rpartition("/")[2] not in lost}


DOCKER = {
    "manifest.json": [{"Config": "a.json"}, {"Config": "b.json"}],
    "a.json": {"architecture": "amd64"},
    "b.json": {"architecture": "arm64"},
}
FLAT = {**oci("arm64"), "index.json": {"manifests": [{"digest": "sha256:m-arm64"}]}}


@pytest.mark.parametrize(
    ("members", "found"),
    [
        (DOCKER, [{"amd64"}, {"arm64"}]),
        ({f"./{name}": document for name, document in DOCKER.items()}, [{"amd64"}, {"arm64"}]),
        (FLAT, [{"arm64"}]),
        (oci("amd64", "arm64"), [{"amd64", "arm64"}]),
        (oci("amd64", "unknown"), [{"amd64"}]),  # an attestation
        (oci("amd64", "arm64", lost=["m-arm64"]), [{"amd64"}]),  # the index names what was never pulled
        (oci("amd64", "arm64", lost=["l-arm64"]), [{"amd64"}]),
        ({**DOCKER, **oci("arm64")}, [{"arm64"}]),  # docker save, from 25 on, writes both
        ({**DOCKER, "b.json": b"{"}, [{"amd64"}]),
        ({"manifest.json": [{"Config": None}]}, []),
        ({"manifest.json": {"Config": "a.json"}}, []),
        ({"index.json": [], "oci-layout": {}}, []),
        ({"readme.txt": b"hello"}, []),
    ],
)
@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_architectures(tmp_path, tar_of, members, found, mode):
    assert architectures(tar_of(tmp_path / "a.tar", members, mode)) == found


def test_what_is_no_archive_tells_nothing(tmp_path):
    (tmp_path / "a.tar").write_text("no tar")
    assert architectures(str(tmp_path / "a.tar")) == architectures(str(tmp_path / "none.tar")) == []


def test_an_index_of_itself_ends(tmp_path, tar_of):
    members = {**oci(), "blobs/sha256/i": {"manifests": [{"digest": "sha256:i"}]}}
    assert architectures(tar_of(tmp_path / "a.tar", members)) == []


@pytest.mark.parametrize(
    ("here", "images", "wrong"),
    [
        ("arm64", [{"amd64"}], "amd64"),
        ("amd64", [{"arm64"}], "arm64"),
        ("arm64", [{"arm64"}, {"amd64"}], "amd64"),
        ("amd64", [{"arm64", "arm"}], "arm and arm64"),
        ("arm64", [{"arm"}], ""),  # of 32 bits: its processor runs them
        ("amd64", [{"amd64", "arm64"}], ""),
        ("arm64", [], ""),
        ("", [{"amd64"}], ""),
        ("riscv64", [{"amd64"}], ""),
    ],
)
def test_who_cannot_run_it(here, images, wrong):
    said = wrong_architecture("/img/ros.tar", "tb1", here, images)
    assert said.startswith(f"image archive /img/ros.tar is for {wrong}, and tb1 is {here}: ") if wrong else said == ""
    assert not wrong or f"--platform linux/{here}" in said
