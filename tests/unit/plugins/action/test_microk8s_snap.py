# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A snap's files are on the host for as long as its installation takes."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.rosfleet.cluster.plugins.action import microk8s_snap


@pytest.fixture
def install(make_action, monkeypatch, tmp_path):
    """Runs the action for these files; (what was done on the host in order, what the module was told)."""
    for name in ("m.snap", "m.assert", "m.txt"):
        (tmp_path / name).write_text(name)

    def install(*names, check_mode=False, fails=False):
        did, told = [], {}

        def execute(name, arguments, task_vars):
            assert name == "rosfleet.cluster.microk8s_snap"
            told.update(arguments)
            did.append("install")
            if fails:
                raise OSError("gone")
            return {"changed": True}

        files = [str(tmp_path / name) for name in names]
        action = make_action(microk8s_snap, check_mode=check_mode, channel=None, files=files)
        action._connection._shell.join_path = lambda *parts: "/".join(parts)
        monkeypatch.setattr(action, "_execute_module", execute)
        monkeypatch.setattr(action, "_make_tmp_path", lambda: "/tmp/1")
        monkeypatch.setattr(action, "_transfer_file", lambda source, copy: did.append(f"copy {copy}") or copy)
        monkeypatch.setattr(action, "_remove_tmp_path", lambda folder: did.append(f"remove {folder}"))
        if fails:
            with pytest.raises(OSError, match="gone"):
                action.run(task_vars={})
        else:
            assert action.run(task_vars={}) == {"changed": True}
        return did, told

    return install


def test_both_files_are_brought_and_removed(install):
    did, told = install("m.snap", "m.assert")
    assert did == ["copy /tmp/1/m.snap", "copy /tmp/1/m.assert", "install", "remove /tmp/1"]
    assert told == {"channel": None, "path": "/tmp/1/m.snap", "assertion": "/tmp/1/m.assert"}


def test_from_the_store_nothing_is_brought(install):
    assert install() == (["install"], {"channel": None})


def test_check_mode_brings_nothing(install):
    assert install("m.snap", check_mode=True)[0] == ["install"]


def test_copies_go_also_when_the_host_does(install):
    assert install("m.snap", fails=True)[0][-1] == "remove /tmp/1"


@pytest.mark.parametrize("name", ["none.snap", "m.txt"])
def test_what_is_no_such_file_is_said(install, name):
    with pytest.raises(AnsibleActionFail, match=f"{name} is no .snap or .assert file on the controller. Fix: correct"):
        install(name)
