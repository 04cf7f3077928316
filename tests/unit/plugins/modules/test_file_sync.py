# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file is read, edited, written unless in check mode, shown, and put back."""

from __future__ import annotations

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.testing import patch_module_args
from ansible_collections.rosfleet.cluster.plugins.module_utils._file_sync import Change, told, undo, write


@pytest.fixture
def module():
    def module(check_mode=False):
        with patch_module_args({"_ansible_check_mode": check_mode}):
            return AnsibleModule(argument_spec={}, supports_check_mode=True)

    return module


def shown(before, after, name):
    return {"before_header": name, "after_header": name, "before": before, "after": after}


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ("a\n", "b\n", "a\nb\n"),
        ("a\n", "", "a\n"),
        (None, "b\n", "b\n"),
        (None, "", None),
        (None, None, None),
        ("a\n", None, None),
        ("", None, ""),  # as good as none, so it stays
    ],
)
def test_from_what_a_file_holds_to_what_it_is_to_hold(module, tmp_path, before, text, after):
    path = tmp_path / "conf.d" / "file"
    if before is not None:
        path.parent.mkdir()
        path.write_text(before)
    change = Change.of(str(path), lambda found: None if text is None else found + text)
    changed = (before or "") != (after or "")
    write(module(check_mode=True), [change])
    assert (path.read_text() if path.exists() else None) == before
    write(module(), [change])
    assert (path.read_text() if path.exists() else None) == after
    difference = [shown(before or "", after or "", str(path))] if changed else []
    assert told([change]) == {"changed": changed, "diff": difference}
    if changed:
        undo(module(), [change])
        assert (path.read_text() if path.exists() else None) == before


def test_bytes_that_are_not_ours_stay(module, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"caf\xe9\r\n\xc3\xa9\n")
    change = Change.of(str(path), lambda text: text + "ü\n")
    write(module(), [change])
    assert path.read_bytes() == b"caf\xe9\r\n\xc3\xa9\n\xc3\xbc\n"
    assert told([change])["diff"] == [shown("caf\\xe9\r\né\n", "caf\\xe9\r\né\nü\n", str(path))]


def test_another_name_for_the_user_and_a_mode_for_a_new_file(module, tmp_path):
    change = Change("args/kubelet", None, "--v=1\n", path=str(tmp_path / "kubelet"), mode=0o660)
    write(module(), [change])
    assert (tmp_path / "kubelet").stat().st_mode & 0o777 == 0o660
    assert told([change])["diff"] == [shown("", "--v=1\n", "args/kubelet")]


def test_what_is_owed_is_a_change_without_a_difference():
    assert told([Change("x", "a", "a")], owed=True) == {"changed": True, "diff": []}


def test_who_refuses_names_the_file(module, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError, match="/file'"):
        write(module(), [Change(f"{tmp_path}/file/below", None, "a")])
    with pytest.raises(NotADirectoryError, match="file/below'"):
        Change.of(f"{tmp_path}/file/below", str)
