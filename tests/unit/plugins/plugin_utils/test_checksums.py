# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file is read once, whichever process asks, and again when it is another one."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils import _checksums
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._checksums import sha256_of


@pytest.fixture
def reads(monkeypatch):
    """The paths that were read."""
    reads = []
    real = _checksums._read
    monkeypatch.setattr(_checksums, "_read", lambda path: reads.append(path) or real(path))
    return reads


@pytest.fixture
def archive(tmp_path):
    (tmp_path / "archive.tar").write_text("ros")
    (tmp_path / "run").mkdir()
    return tmp_path / "archive.tar", str(tmp_path / "run")


def of(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_once_for_all_hosts(archive, reads):
    path, folder = archive
    with ThreadPoolExecutor(8) as hosts:
        assert set(hosts.map(lambda _host: sha256_of(str(path), folder), range(50))) == {of("ros")}
    assert reads == [str(path)]


@pytest.mark.parametrize("text", ["ROS", "a longer one"])
def test_again_when_it_is_another(archive, reads, text):
    path, folder = archive
    before = path.stat()
    sha256_of(str(path), folder)
    path.write_text(text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + (len(text) == before.st_size)))
    assert (sha256_of(str(path), folder), len(reads)) == (of(text), 2)


def test_in_another_run(archive, reads, tmp_path):
    path, folder = archive
    (tmp_path / "next").mkdir()
    assert sha256_of(str(path), folder) == sha256_of(str(path), str(tmp_path / "next"))
    assert len(reads) == 2


def test_what_a_killed_process_noted_does_not_count(archive, reads):
    path, folder = archive
    sha256_of(str(path), folder)
    (note,) = os.scandir(folder)
    with open(note.path, "w", encoding="ascii") as stream:
        stream.write("0a1b")
    assert (sha256_of(str(path), folder), len(reads)) == (of("ros"), 2)
