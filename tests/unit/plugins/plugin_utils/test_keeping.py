# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file that is kept on the controller: whole, with its mode, and without touching what is the user's."""

from __future__ import annotations

import stat

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils import _keeping
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._keeping import is_kept, keep


def names(folder):
    return [path.name for path in folder.iterdir()]


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(("private", "modes"), [(True, (0o600, 0o700)), (False, (0o644, 0o755))])
def test_file_and_folder(tmp_path, private, modes):
    path = tmp_path / "a/b/file"
    assert not is_kept(str(path), b"text", private)
    keep(str(path), b"text", private)
    assert (path.read_bytes(), mode(path), mode(path.parent)) == (b"text", *modes)
    assert is_kept(str(path), b"text", private)
    assert not is_kept(str(path), b"other", private)
    assert names(path.parent) == ["file"]


def test_another_mode_is_mended(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"text")
    path.chmod(0o644)
    assert not is_kept(str(path), b"text", private=True)
    keep(str(path), b"text", private=True)
    assert mode(path) == 0o600


def test_a_folder_that_is_there_and_a_link_are_the_users(tmp_path):
    tmp_path.chmod(0o775)
    (tmp_path / "real").write_bytes(b"")
    (tmp_path / "link").symlink_to("real")
    keep(str(tmp_path / "link"), b"text", private=True)
    assert (mode(tmp_path), (tmp_path / "link").is_symlink()) == (0o775, True)
    assert (tmp_path / "real").read_bytes() == b"text"


def test_what_cannot_be_written_leaves_the_former_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"before")

    def refuse(*paths):
        raise OSError("no")

    monkeypatch.setattr(_keeping.os, "replace", refuse)
    with pytest.raises(OSError, match="no"):
        keep(str(path), b"after")
    assert (path.read_bytes(), names(tmp_path)) == (b"before", ["file"])
