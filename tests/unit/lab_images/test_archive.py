# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's image tar files: what container runtimes read from them, and that the same content gives the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import os
import socket
import tarfile

import pytest

from lab.artefacts.images import archive

IMAGE = archive.Image("lab/example:1", entrypoint=("/start",), command=("now",), environment=("A=b",))


@pytest.fixture
def root(tmp_path):
    """A small root: a program, a second name for it, a link to it, a sticky folder."""
    root = tmp_path / "root"
    (root / "bin").mkdir(parents=True)
    program = root / "bin" / "start"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o750)
    (root / "bin" / "twin").hardlink_to(program)
    (root / "start").symlink_to("/bin/start")
    (root / "tmp").mkdir()
    (root / "tmp").chmod(0o1777)
    return root


@pytest.fixture
def image(root, tmp_path):
    target = tmp_path / "image.tar"
    archive.write(IMAGE, root, target)
    return target


def read(path, name):
    with tarfile.open(path) as tar:
        return tar.extractfile(name).read()


def layer_of(path):
    (manifest,) = json.loads(read(path, "manifest.json"))
    (layer,) = manifest["Layers"]
    return tarfile.open(fileobj=io.BytesIO(read(path, layer)))


def entries(root, tmp_path):
    target = tmp_path / "layer.tar"
    archive.write_layer(root, target)
    with tarfile.open(target) as layer:
        return {entry.name: entry for entry in layer}


def test_manifest_names_the_image_its_configuration_and_its_layer(image):
    (manifest,) = json.loads(read(image, "manifest.json"))
    assert manifest["RepoTags"] == ["lab/example:1"]
    with tarfile.open(image) as tar:
        assert sorted(tar.getnames()) == sorted(["manifest.json", manifest["Config"], *manifest["Layers"]])


def test_the_configuration_is_named_by_its_digest_and_says_how_to_start(image):
    (manifest,) = json.loads(read(image, "manifest.json"))
    content = read(image, manifest["Config"])
    assert manifest["Config"] == hashlib.sha256(content).hexdigest() + ".json"
    assert json.loads(content)["config"] == {"Entrypoint": ["/start"], "Cmd": ["now"], "Env": ["A=b"]}


def test_the_configuration_holds_the_digest_of_the_uncompressed_layer(image):
    (manifest,) = json.loads(read(image, "manifest.json"))
    digest = hashlib.sha256(read(image, manifest["Layers"][0])).hexdigest()
    assert json.loads(read(image, manifest["Config"]))["rootfs"] == {"type": "layers", "diff_ids": [f"sha256:{digest}"]}


def test_images_on_the_same_base_share_its_layer_and_hold_above_it_only_what_is_theirs(root, tmp_path):
    base = tmp_path / "base.tar"
    archive.write_layer(root, base)
    shared, own = set(), []
    for name in ("one", "two"):
        program = root / "bin" / name
        program.write_text(name)
        archive.write(IMAGE, root, tmp_path / f"{name}.tar", base)
        program.unlink()
        (manifest,) = json.loads(read(tmp_path / f"{name}.tar", "manifest.json"))
        layers = [read(tmp_path / f"{name}.tar", layer) for layer in manifest["Layers"]]
        digests = [f"sha256:{hashlib.sha256(layer).hexdigest()}" for layer in layers]
        assert json.loads(read(tmp_path / f"{name}.tar", manifest["Config"]))["rootfs"]["diff_ids"] == digests
        shared.add(layers[0])
        with tarfile.open(fileobj=io.BytesIO(layers[1])) as layer:
            own.append(layer.getnames())
    assert shared == {base.read_bytes()}
    assert own == [["bin/one"], ["bin/two"]]


def test_the_same_content_gives_the_same_bytes_whenever_it_was_made(root, image, tmp_path):
    for path in root.rglob("*"):
        os.utime(path, (1_000_000, 1_000_000), follow_symlinks=False)
    again = tmp_path / "again.tar"
    archive.write(IMAGE, root, again)
    assert again.read_bytes() == image.read_bytes()


def test_other_content_gives_another_image_id(root, image, tmp_path):
    (root / "bin" / "start").write_text("#!/bin/dash\n")
    other = tmp_path / "other.tar"
    archive.write(IMAGE, root, other)
    config_of = [json.loads(read(path, "manifest.json"))[0]["Config"] for path in (image, other)]
    assert config_of[0] != config_of[1]


def test_nothing_is_left_beside_the_image(image, root):
    assert sorted(path.name for path in image.parent.iterdir()) == ["image.tar", "root"]


def test_a_layer_is_sorted_owned_by_root_and_of_1970(root, tmp_path):
    found = entries(root, tmp_path)
    assert list(found) == ["bin", "bin/start", "bin/twin", "start", "tmp"]
    assert {(e.uid, e.gid, e.uname, e.gname, e.mtime) for e in found.values()} == {(0, 0, "", "", 0)}


def test_a_layer_keeps_modes_links_and_content(root, tmp_path, image):
    found = entries(root, tmp_path)
    assert (found["bin/start"].mode, found["tmp"].mode) == (0o750, 0o1777)
    assert found["start"].issym() and found["start"].linkname == "/bin/start"
    assert found["bin/twin"].islnk() and found["bin/twin"].linkname == "bin/start"
    with layer_of(image) as layer:
        assert layer.extractfile("bin/start").read() == b"#!/bin/sh\n"


def test_a_folder_comes_before_its_content_even_beside_a_name_that_sorts_between(root, tmp_path):
    (root / "bin-old").mkdir()
    names = list(entries(root, tmp_path))
    assert names.index("bin") < names.index("bin/start") < names.index("bin-old")


def test_pipes_and_sockets_are_left_out(root, tmp_path):
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "socket"))
        assert not {"pipe", "socket"} & set(entries(root, tmp_path))


def test_names_longer_than_a_tar_header_survive(root, tmp_path):
    deep = root / ("a" * 90) / ("b" * 90)
    deep.mkdir(parents=True)
    assert deep.relative_to(root).as_posix() in entries(root, tmp_path)


@pytest.mark.parametrize(("machine", "expected"), [("x86_64", "amd64"), ("aarch64", "arm64"), ("riscv64", "riscv64")])
def test_architecture(machine, expected):
    assert archive.architecture(machine) == expected
