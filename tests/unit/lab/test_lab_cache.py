# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The artefact cache: one key per content, nothing half-written, the old removed after the new is there."""

from __future__ import annotations

import pytest

from lab import cache


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("ROSFLEET_CACHE", str(tmp_path))
    return tmp_path


def build(name="thing", inputs=("1",), content="made", **options):
    return cache.artefact(name, inputs, lambda path: path.write_text(content), **options)


def test_same_inputs_are_built_once():
    first = build(content="first")
    assert build(content="second") == first
    assert first.read_text() == "first"


def test_new_inputs_replace_the_old(root):
    old = build(inputs=["1"])
    new = build(inputs=["2"], content="new")
    assert not old.exists()
    assert (root / "lab" / "thing").resolve() == new


def test_what_a_killed_build_of_another_version_left_is_removed(root):
    (root / "lab").mkdir()
    left = [root / "lab" / f".{name}-0123456789ab.partial" for name in ("thing", "other")]
    for path in left:
        path.mkdir()
    build()
    assert [path.exists() for path in left] == [False, True]


def test_longer_names_with_the_same_beginning_stay():
    other = build("thing-else")
    build(inputs=["2"])
    build(inputs=["3"])
    assert other.exists()


def test_a_failed_build_leaves_nothing_but_what_was_there(root):
    old = build(inputs=["1"])

    def fail(path):
        path.write_text("half")
        raise RuntimeError("no network")

    with pytest.raises(RuntimeError, match="no network"):
        cache.artefact("thing", ["2"], fail)
    assert sorted(path.name for path in (root / "lab").iterdir()) == [".thing.lock", "thing", old.name]


def test_a_folder_is_given_empty(root):
    left_by_a_kill = root / "lab" / f".tree-{cache.key_of('tree', ['1'])}.partial"
    left_by_a_kill.mkdir(parents=True)
    (left_by_a_kill / "old").touch()
    tree = cache.artefact("tree", ["1"], lambda path: (path / "new").touch(), is_dir=True)
    assert [path.name for path in tree.iterdir()] == ["new"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["ab"], ["a", "b"]),
        (["a", "b"], ["b", "a"]),
        ([], [""]),
    ],
)
def test_keys_tell_lists_of_texts_apart(one, other):
    assert cache.key_of("thing", one) != cache.key_of("thing", other)


def test_key_of_a_folder_follows_names_and_contents(tmp_path):
    folder = tmp_path / "source"
    (folder / "__pycache__").mkdir(parents=True)
    (folder / "a").write_text("1")
    keys = [cache.key_of("thing", [folder])]
    (folder / "__pycache__" / "a.pyc").touch()
    assert cache.key_of("thing", [folder]) == keys[0]
    (folder / "a").write_text("2")
    keys.append(cache.key_of("thing", [folder]))
    (folder / "a").rename(folder / "b")
    keys.append(cache.key_of("thing", [folder]))
    assert len(set(keys)) == 3


def test_a_missing_input_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        cache.key_of("thing", [tmp_path / "absent"])


def test_a_folder_with_a_mount_in_it_is_not_deleted(tmp_path, monkeypatch):
    (tmp_path / "root" / "dev").mkdir(parents=True)
    monkeypatch.setattr(cache, "_mount_points", lambda: [tmp_path / "root" / "dev"])
    with pytest.raises(OSError, match="root/dev is mounted in it"):
        cache.remove(tmp_path / "root")
    assert (tmp_path / "root" / "dev").exists()
    cache.remove(tmp_path / "root-else")
