# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The attachment file of a host."""

from __future__ import annotations

from ansible_collections.rosfleet.cluster.plugins.plugin_utils._lan_attachment import attachment

HOST = {"nic": "eth1", "address": "10.88.1.21", "mac": "02:00:00:00:00:03", "mtu": 9000, "slice": "10.88.1.240/28"}


def test_the_file_of_a_host():
    assert attachment("ros-lan", "10.88.1.0/24", HOST) == {
        "cniVersion": "1.0.0",
        "name": "ros-lan",
        "type": "macvlan",
        "master": "eth1",
        "mode": "bridge",
        "mtu": 9000,
        "ipam": {
            "type": "host-local",
            "ranges": [[{"subnet": "10.88.1.0/24", "rangeStart": "10.88.1.240", "rangeEnd": "10.88.1.254"}]],
        },
        "rosfleet": {"slice": "10.88.1.240/28"},
    }
