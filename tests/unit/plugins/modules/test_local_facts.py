# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts on disk: one section is ours, the others stay, and check mode only tells."""

from __future__ import annotations

import json
import os

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.rosfleet.cluster.plugins.modules import local_facts

FACTS = {"hostname": "tb1", "address": "10.0.0.1"}


@pytest.fixture
def run(capsys):
    """Runs the module and returns what it returns."""

    def run(path, **more):
        arguments = {"path": str(path), "section": "identity", "facts": FACTS, **more}
        with patch_module_args(arguments), pytest.raises(SystemExit):
            local_facts.main()
        return json.loads(capsys.readouterr().out)

    return run


def test_a_new_file_is_everybodys_to_read_whatever_the_umask(run, tmp_path):
    path = tmp_path / "ansible" / "facts.d" / "rosfleet.fact"
    umask = os.umask(0o077)
    try:
        assert run(path)["changed"]
    finally:
        os.umask(umask)
    assert json.loads(path.read_text()) == {"identity": FACTS}
    assert [each.stat().st_mode & 0o777 for each in (path, path.parent, path.parent.parent)] == [0o644, 0o755, 0o755]
    assert not run(path)["changed"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"lan": {"nic": "eth0"}, "identity": {"hostname": "old"}}', {"lan": {"nic": "eth0"}, "identity": FACTS}),
        ('{"lan": {"nic"', {"identity": FACTS}),
        ("[1]", {"identity": FACTS}),
        ('{"lan": {"nic": "\udcff"}}', {"identity": FACTS}),  # a byte that is no UTF-8
        ("", {"identity": FACTS}),
    ],
)
def test_sections_of_others_stay(run, tmp_path, before, after):
    path = tmp_path / "rosfleet.fact"
    path.write_text(before, errors="surrogateescape")
    assert run(path)["changed"] and json.loads(path.read_text()) == after


def test_check_mode_and_diff_mode_tell_what_a_run_would_do(run, tmp_path):
    path = tmp_path / "facts.d" / "rosfleet.fact"
    told = run(path, _ansible_check_mode=True, _ansible_diff=True)
    assert told["changed"] and not path.parent.exists()
    run(path)
    assert [(each["before"], each["after"]) for each in told["diff"]] == [("", path.read_text())]


def test_a_folder_that_cannot_be_made_is_told(run, tmp_path):
    (tmp_path / "file").write_text("")
    result = run(tmp_path / "file" / "rosfleet.fact")
    assert result["failed"] and "/file/rosfleet.fact'. Fix: see to the file" in result["msg"]
