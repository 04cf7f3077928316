# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What identity_info returns of a whole host (fixtures/identity) is all that its documentation names."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._netlink import NetlinkError
from ansible_collections.rosfleet.cluster.plugins.modules import identity_info

HOSTS = Path(__file__).parents[2] / "fixtures/identity"
# The clock's difference is measured by the action plugin, on the controller.
DOCUMENTED = set(yaml.safe_load(identity_info.RETURN)["identity"]["contains"]) - {"clock"}


@pytest.fixture
def look(run_main, monkeypatch):
    def look(host, nics=lambda: []):
        monkeypatch.setattr(identity_info, "Files", lambda: Files(str(HOSTS / host)))
        monkeypatch.setattr(identity_info, "read_nics", nics)
        return run_main(identity_info)

    return look


@pytest.mark.parametrize("host", sorted(path.name for path in HOSTS.iterdir()))
def test_every_host_is_told_in_full(look, host):
    result = look(host)
    assert result["changed"] is False
    assert set(result["identity"]) == DOCUMENTED


def test_a_desktop(look):
    seen = look("debian-12")["identity"]
    assert seen["hostname"] == {"kernel": "lab-pc", "static": "lab-pc", "pretty": "Lab PC"}
    assert seen["machine_id"] == (HOSTS / "debian-12/etc/machine-id").read_text().strip()
    assert seen["time"]["service"] == "chrony"
    assert seen["distribution"] == {"id": "debian", "version_id": "12"}
    assert len(seen["ssh_host_keys"]) == 2


@pytest.mark.parametrize("problem", [NetlinkError("netlink said no"), OSError("netlink said no")])
def test_nics_that_cannot_be_read(look, problem):
    def refuse():
        raise problem

    result = look("debian-12", refuse)
    assert (result["failed"], result["msg"]) == (
        True,
        "Cannot read the network interfaces of this host: netlink said no",
    )
