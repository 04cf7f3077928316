# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role microk8s makes of a user's launch configuration does at an installation what the user expects."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._microk8s import DEFAULT_LAUNCH_CONFIG, launch_config
from microk8s_lab import launcher

DNS = "--cluster-dns=10.152.183.10\n--cluster-domain=cluster.local\n"


def test_our_defaults_are_those_of_microk8s():
    default = (Path(launcher.__file__).parents[2] / "microk8s.default.yaml").read_text()
    assert launcher.parse(default) == [DEFAULT_LAUNCH_CONFIG]


@pytest.mark.parametrize(
    ("given", "kubelet"),
    [
        ({}, DNS),
        ({"extraKubeletArgs": {"--max-pods": 50}}, DNS + "--max-pods=50\n"),
        ({"addons": [{"name": "rbac"}]}, DNS),
        ({"addons": [{"name": "dns", "disable": True}]}, None),
    ],
)
def test_dns_is_kept_unless_it_is_turned_off(given, kubelet):
    (part,) = launcher.parse(yaml.safe_dump(launch_config(given)))
    assert launcher.changes(part, {"kubelet": ""}).get("kubelet") == kubelet
