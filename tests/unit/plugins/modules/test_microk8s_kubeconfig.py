# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kubeconfig that leaves a control plane leads back to it."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s import paths
from ansible_collections.rosfleet.cluster.plugins.modules import microk8s_kubeconfig

CONFIG = "clusters:\n- cluster:\n    server: https://{}:16443\n  name: at-127.0.0.1\nusers:\n- user: {{token: t}}\n"
THERE = {paths.ADMIN_CONFIG: CONFIG.format("127.0.0.1"), paths.SERVER_CERTIFICATE: "PEM\n"}


@pytest.mark.parametrize(
    ("files", "kubeconfig", "certificate"),
    [(THERE, CONFIG.format("10.0.0.1"), "PEM\n"), ({"/etc/hostname": "base\n"}, "", "")],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_kubeconfig(run_main, write_tree, monkeypatch, files, kubeconfig, certificate, check_mode):
    root = write_tree(files)
    monkeypatch.setattr(microk8s_kubeconfig, "Files", lambda: Files(str(root)))
    result = run_main(microk8s_kubeconfig, address="10.0.0.1", check_mode=check_mode)
    assert (result["kubeconfig"], result["server_certificate"]) == (kubeconfig, certificate)
    assert result["changed"] is False
