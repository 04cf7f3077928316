# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The attachment file of a host."""

from __future__ import annotations

import json

from ansible_collections.rosfleet.cluster.plugins.plugin_utils._lan_attachment import attachment, fixed_attachment

HOST = {"nic": "eth1", "address": "10.88.1.21", "mac": "02:00:00:00:00:03", "mtu": 9000, "slice": "10.88.1.240/28"}


LAN = {"name": "ros-lan", "subnet": "10.88.1.0/24"}


def test_the_file_of_a_host():
    assert attachment(LAN, HOST) == {
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


def test_both_attachments_have_the_ways_to_other_sites_and_no_default_route():
    lan = {**LAN, "routes": [{"to": "10.99.0.0/16", "via": "10.88.1.1"}]}
    for made in (attachment(lan, HOST), fixed_attachment(lan, HOST)):
        assert made["ipam"]["routes"] == [{"dst": "10.99.0.0/16", "gw": "10.88.1.1"}]
        assert "gateway" not in json.dumps(made)
