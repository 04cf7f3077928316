# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A revoked token is out of the control plane's file, and what else is there stays as it was."""

from __future__ import annotations

import json

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import paths
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_token

OURS, OTHER = "67cc71fafbe3ea42efef7435d31e449d", "0123456789abcdef0123456789abcdef"


@pytest.fixture
def revoke(capsys):
    def revoke(**more):
        arguments = {"state": "absent", "url": f"10.0.0.1:25000/{OURS}/c1c4b5d8e0f0", **more}
        with patch_module_args(arguments), pytest.raises(SystemExit):
            microk8s_token.main()
        return json.loads(capsys.readouterr().out)

    return revoke


def test_revoking(revoke, tmp_path, monkeypatch):
    tokens = tmp_path / "cluster-tokens.txt"
    tokens.write_text(f"{OTHER}\n{OURS}|1795262400\n")
    tokens.chmod(0o600)
    monkeypatch.setattr(paths, "CLUSTER_TOKENS", str(tokens))
    assert [revoke()["changed"], revoke()["changed"]] == [True, False]
    assert (tokens.read_text(), tokens.stat().st_mode & 0o777) == (f"{OTHER}\n", 0o600)
    assert list(tmp_path.iterdir()) == [tokens]


def test_there_may_be_no_tokens_at_all(revoke, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "CLUSTER_TOKENS", str(tmp_path / "cluster-tokens.txt"))
    assert revoke()["changed"] is False
    assert list(tmp_path.iterdir()) == []
