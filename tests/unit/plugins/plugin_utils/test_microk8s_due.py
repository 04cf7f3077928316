# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is due of MicroK8s on a host: nothing on one that is as declared, and all that cannot be told."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.registries import checksum, hosts_toml
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._microk8s_due import (
    arguments_due,
    bring_up_due,
    mirrors_due,
)

RUNS = {"role": "worker", "held": True, "stopped": False}
SNAPD = {"busy": [], "services": ["daemon-kubelite"]}


@pytest.mark.parametrize(
    ("microk8s", "snapd", "due"),
    [
        ({}, {}, False),
        ({"role": "absent", "held": False}, {"services": []}, True),
        ({"held": False}, {}, True),
        ({"stopped": True}, {}, True),
        ({}, {"services": []}, True),
        ({}, {"busy": ["Install snap"]}, True),
    ],
)
def test_bringing_it_up(microk8s, snapd, due):
    assert bring_up_due({"microk8s": {**RUNS, **microk8s}, "snapd": {**SNAPD, **snapd}}) is due


MIRROR = {"mirrors": [{"url": "http://10.0.0.9:5000"}]}
WRITTEN = {"registry.example.org": checksum(hosts_toml("registry.example.org", MIRROR))}


@pytest.mark.parametrize(
    ("mirrors", "declared", "due"),
    [
        ({}, {}, False),
        (WRITTEN, {"registry.example.org": MIRROR}, False),
        ({}, {"registry.example.org": MIRROR}, True),
        (WRITTEN, {"registry.example.org": {"mirrors": [{"url": "http://10.0.0.8:5000"}]}}, True),
        (WRITTEN, {}, True),
        ({}, {"no registry": MIRROR}, True),  # the module says why
    ],
)
def test_mirrors(mirrors, declared, due):
    assert mirrors_due({"mirrors": mirrors}, declared) is due


TEXTS = {"kubelet": "--max-pods=50\n--cluster-dns=10.0.0.10\n", "apiserver": "--v=2\n", "restart_due": []}
DNS = {"--cluster-dns": "10.152.183.10"}


@pytest.mark.parametrize(
    ("role", "texts", "kubelet", "apiserver", "due"),
    [
        ("worker", {}, {}, {}, False),
        ("worker", {}, {"--max-pods": 50}, {}, False),
        ("worker", {}, {"--max-pods": 30}, {}, True),
        ("worker", {}, {"--max-pods": None}, {}, True),
        ("worker", {"kubelet": "--max-pods=50\n"}, {}, {}, True),  # one without its name server
        ("control_plane", {}, {}, {"--v": "2"}, False),
        ("control_plane", {}, {}, {"--v": "4"}, True),
        ("worker", {"restart_due": ["microk8s.daemon-kubelite"]}, {}, {}, True),
        ("worker", {}, {"max-pods": 50}, {}, True),  # the module says why
        ("absent", {"kubelet": ""}, {}, {}, False),
        ("absent", {"kubelet": ""}, {"--max-pods": 50}, {}, True),
    ],
)
def test_arguments(role, texts, kubelet, apiserver, due):
    member = {"microk8s": {"role": role}, "arguments": {**TEXTS, **texts}}
    assert arguments_due(member, kubelet, DNS, apiserver) is due
