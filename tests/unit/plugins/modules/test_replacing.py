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
