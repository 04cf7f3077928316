# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a NIC's name tells of it."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._nic_kinds import (
    of_pod_network,
    of_zerotier,
    own_bridge,
)


@pytest.mark.parametrize(
    "name, bridge",
    [
        ("docker0", "this host's own containers"),
        ("br-0123456789ab", "this host's own containers"),
        ("lxdbr0", "this host's own containers"),
        ("virbr0", "this host's own virtual machines"),
        ("l4tbr0", "a Jetson's USB device port"),
        # Bridges of a network that others are on, too.
        ("br0", ""),
        ("br-lan", ""),
        ("br-ros", ""),
        ("eth0", ""),
    ],
)
def test_bridges_of_one_hosts_own(name, bridge):
    assert bridge in own_bridge(name)
    assert bool(own_bridge(name)) == bool(bridge)


@pytest.mark.parametrize("name", ["vxlan.calico", "cali12ab34cd", "cni0", "flannel.1", "kube-ipvs0", "tunl0"])
def test_nics_of_the_pod_network(name):
    assert of_pod_network(name) and not of_pod_network("eth0") and not of_pod_network("br0")


@pytest.mark.parametrize("name, zerotier", [("zt0", True), ("ztabcdefgh", True), ("eth0", False), ("zt-lan", False)])
def test_nics_of_zerotier(name, zerotier):
    assert of_zerotier(name) is zerotier
