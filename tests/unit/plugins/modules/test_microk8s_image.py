# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which image archives a host still needs, and what is noted of those that it was given."""

from __future__ import annotations

import io
import json
import tarfile

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._command import Outcome
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import images, paths
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.images import missing_archives
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_image

ARCHIVES = {"/img/talker.tar": "aa", "/img/tools.tar": "bb"}
RECORD = {"aa": {"talker:1": "sha256:1"}, "bb": {"tf:1": "sha256:2", "rqt:1": "sha256:3"}}
IMAGES = {"talker:1": "sha256:1", "tf:1": "sha256:2", "rqt:1": "sha256:3", "pause:3": "sha256:9"}


@pytest.mark.parametrize(
    ("record", "images", "missing"),
    [
        pytest.param(RECORD, IMAGES, [], id="all there"),
        pytest.param({}, IMAGES, ["/img/talker.tar", "/img/tools.tar"], id="never imported by us"),
        pytest.param({"aa": RECORD["aa"]}, IMAGES, ["/img/tools.tar"], id="one is new, or its archive was changed"),
        pytest.param(RECORD, {**IMAGES, "tf:1": "sha256:0"}, ["/img/tools.tar"], id="one image is another by now"),
        pytest.param(RECORD, {"talker:1": "sha256:1"}, ["/img/tools.tar"], id="images were removed"),
        pytest.param(
            {**RECORD, "aa": {}}, IMAGES, ["/img/talker.tar"], id="a record that names nothing proves nothing"
        ),
        pytest.param(RECORD, {}, ["/img/talker.tar", "/img/tools.tar"], id="MicroK8s installed anew"),
    ],
)
def test_archives_are_missing_unless_all_they_brought_is_there(record, images, missing):
    assert missing_archives(ARCHIVES, record, images) == missing


class Containerd:
    """A containerd that lists another registry's image of the same name, and what is imported; `calls` are imports."""

    def __init__(self):
        self.images = {"other.example/lab/ros:1": "sha256:9"}
        self.calls = []

    def run(self, argv, *, timeout):
        if argv[3] == "import":
            self.calls.append(argv[4])
            self.images["registry.example/lab/ros:1"] = "sha256:1"
            return Outcome(0, "", "")
        rows = [f"{name} application/x {digest} 1MiB linux/amd64 -" for name, digest in self.images.items()]
        return Outcome(0, "\n".join(["REF TYPE DIGEST", *rows]) + "\n", "")


@pytest.fixture
def containerd(tmp_path, monkeypatch):
    containerd = Containerd()
    (tmp_path / "microk8s").touch()
    monkeypatch.setattr(paths, "COMMAND", str(tmp_path / "microk8s"))
    for place in (microk8s_image, images):
        monkeypatch.setattr(place, "RECORD", str(tmp_path / "rosfleet/images.json"))
    monkeypatch.setattr(microk8s_image, "run", containerd.run)
    return containerd


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "copy.tar"
    manifest = json.dumps([{"RepoTags": ["lab/ros:1"]}]).encode()
    with tarfile.open(path, "w") as tar:
        info = tarfile.TarInfo("manifest.json")
        info.size = len(manifest)
        tar.addfile(info, io.BytesIO(manifest))
    return str(path)


def test_an_archive_is_imported_once(containerd, archive, tmp_path, run_main):
    given = {"src": ["/img/ros.tar"], "checksums": ["aa"]}
    assert run_main(microk8s_image, **given)["missing"] == ["/img/ros.tar"]
    brought = run_main(microk8s_image, **given, path=archive)
    assert (brought["changed"], brought["images"]) == (True, {"registry.example/lab/ros:1": "sha256:1"})
    again = run_main(microk8s_image, **given)
    assert (again["missing"], again["images"], containerd.calls) == ([], brought["images"], [archive])
    assert [path.name for path in (tmp_path / "rosfleet").iterdir()] == ["images.json"]


def test_a_record_that_was_cut_off_counts_as_none(containerd, tmp_path, run_main):
    (tmp_path / "rosfleet").mkdir()
    (tmp_path / "rosfleet/images.json").write_text('{"aa": {"registry.example/lab')
    assert run_main(microk8s_image, src=["/img/ros.tar"], checksums=["aa"])["missing"] == ["/img/ros.tar"]


def test_a_disk_that_refuses_is_no_traceback(containerd, archive, tmp_path, run_main, monkeypatch):
    def refuse(*arguments, **more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(microk8s_image, "replace_file", refuse)
    result = run_main(microk8s_image, src=["/img/ros.tar"], checksums=["aa"], path=archive)
    assert "/img/ros.tar: not brought to this host: [Errno 28] No space left on device. Fix: " in result["msg"]
