# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tool that makes a member forget the others: what it refuses."""

from __future__ import annotations

import pytest
from microk8s_lab import backend, reconfigure, yamlish
from microk8s_lab.daemons.k8s_dqlite import Database

OWN, OTHER = yamlish.Member(1, "10.0.0.1:19001"), yamlish.Member(2, "10.0.0.2:19001")


@pytest.fixture
def called(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(backend, "noted_self", lambda: OWN)
    monkeypatch.setattr(Database, "forget_others", lambda self: calls.append("forgotten"))
    return calls


@pytest.mark.parametrize(
    ("members", "status", "expected"),
    [([OWN], 0, ["forgotten"]), ([OWN, OTHER], 1, []), ([OTHER], 1, [])],
    ids=["alone", "two survivors", "somebody else"],
)
def test_only_the_member_of_this_host_may_stay(called, tmp_path, members, status, expected):
    cluster = tmp_path / "cluster.yaml"
    cluster.write_text(yamlish.cluster_yaml(members))
    arguments = ["-s", "127.0.0.1:19001", "-c", "x", "-k", "y", "k8s", f".reconfigure {tmp_path} {cluster}"]
    assert reconfigure.main(arguments) == status
    assert called == expected


def test_other_commands_are_not_there(called):
    assert reconfigure.main(["-s", "127.0.0.1:19001", "k8s", ".cluster"]) == 1
    assert called == []
