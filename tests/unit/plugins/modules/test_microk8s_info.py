# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What microk8s_info returns is all that its documentation names."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import info, paths
from ansible_collections.rosfleet.cluster.plugins.module_utils._snapd import Snap, SnapdError
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_info

INSTALLED = {paths.SNAP_DATA + "/var/lock/installed.lock": ""}
DOCUMENTED = set(yaml.safe_load(microk8s_info.RETURN)["microk8s"]["contains"])


@pytest.fixture
def look(run_main, write_tree, monkeypatch):
    """Runs the module on a host with these files, whose snapd answers so."""

    def look(files, snap):
        root = write_tree({"/etc/machine-id": "1f2e\n", **files})

        def read(files):
            return info.host_info(Files(str(root)), snap=snap)

        monkeypatch.setattr(microk8s_info, "host_info", read)
        monkeypatch.setattr(info.socket, "gethostname", lambda: "TB1")
        return run_main(microk8s_info)

    return look


def test_a_host_without_microk8s(look):
    result = look({}, snap=lambda name: pytest.fail("snapd may not be there"))
    seen = result["microk8s"]
    assert result["changed"] is False
    assert (seen["role"], seen["installed"], seen["version"], seen["held"]) == ("absent", False, "", False)
    assert (seen["node_name"], seen["machine_id"]) == ("tb1", "1f2e")
    assert set(seen) == DOCUMENTED


def test_a_host_with_microk8s(look):
    snap = Snap("v1.35.0", "8511", "1.35/stable", True)
    seen = look(INSTALLED, lambda name: snap)["microk8s"]
    assert seen["installed"] is True
    assert (seen["version"], seen["revision"], seen["channel"], seen["held"]) == (
        "v1.35.0",
        "8511",
        "1.35/stable",
        True,
    )
    assert set(seen) == DOCUMENTED


def test_snapd_does_not_answer(look):
    def refuse(name):
        raise SnapdError("snapd does not answer on /run/snapd.socket")

    result = look(INSTALLED, refuse)
    assert (result["failed"], result["msg"]) == (True, "snapd does not answer on /run/snapd.socket")
