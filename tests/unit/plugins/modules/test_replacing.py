# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file is replaced in one step: it keeps its mode, a new one gets the given one, and nothing is left beside it."""

from __future__ import annotations

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.testing import patch_module_args
from ansible_collections.rosfleet.cluster.plugins.module_utils._replacing import replace_file


@pytest.mark.parametrize(("before", "after"), [(None, 0o660), (0o600, 0o600), (0o644, 0o644)])
def test_mode(tmp_path, before, after):
    path = tmp_path / "kubelet"
    if before is not None:
        path.write_text("--v=1\n")
        path.chmod(before)
    with patch_module_args({}):
        replace_file(AnsibleModule(argument_spec={}), str(path), b"--v=3\n", mode=0o660)
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("--v=3\n", after)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("raised", "number"),
    [
        (OSError(30, "Read-only file system", "/etc/.rosfleet_x"), 30),
        (Exception("Could not replace it"), 5),
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_who_refuses_names_the_file(tmp_path, monkeypatch, raised, number, inside):
    """And not the one beside it, nor less than what Ansible's own move tells."""

    def refuse(*arguments, **more):
        if inside:
            raise Exception("Could not replace it") from raised
        raise raised

    monkeypatch.setattr(AnsibleModule, "atomic_move", refuse)
    with patch_module_args({}), pytest.raises(OSError) as refused:
        replace_file(AnsibleModule(argument_spec={}), str(tmp_path / "kubelet"), b"--v=3\n")
    assert (refused.value.errno, refused.value.filename) == (number, str(tmp_path / "kubelet"))
