# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""csr.conf and the names that server.crt carries."""

from __future__ import annotations

import pytest
from microk8s_lab import certificates, files


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("SNAP_DATA", str(tmp_path))
    monkeypatch.setattr(files, "share", lambda *_: None)
    (tmp_path / "certs").mkdir()
    certificates.create_template()


def test_the_hosts_addresses_come_after_the_fixed_ones():
    names = certificates.alternative_names(certificates.rendered(["10.0.0.1"]))
    assert names[-3:] == ["IP:127.0.0.1", "IP:10.152.183.1", "IP:10.0.0.1"]


def test_extra_names_stay_when_addresses_change_and_are_added_once():
    assert certificates.add_names(["10.9.9.9", "base.example"])
    assert not certificates.add_names(["base.example"])
    names = certificates.alternative_names(certificates.rendered(["10.0.0.1"]))
    assert {"IP:10.9.9.9", "DNS:base.example", "IP:10.0.0.1"} <= set(names)
    assert len(names) == len(set(names)) == 10
