# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which addresses are the host's own."""

from __future__ import annotations

from microk8s_lab import network


def test_pod_networks_and_link_local_are_left_out_and_others_kept_in_order():
    links = [
        {"ifname": "mgmt0", "addr_info": [{"local": "10.88.0.10"}]},
        {"ifname": "cni0", "addr_info": [{"local": "10.1.11.1"}]},
        {"ifname": "flannel.1", "addr_info": [{"local": "10.1.11.0"}]},
        {"ifname": "docker0", "addr_info": [{"local": "172.17.0.1"}]},
    ]
    addresses = ["10.88.0.10", "172.17.0.1", "10.1.11.0", "10.1.11.1", "169.254.3.4"]
    assert network.outside_pod_networks(addresses, links) == ["10.88.0.10", "172.17.0.1"]
