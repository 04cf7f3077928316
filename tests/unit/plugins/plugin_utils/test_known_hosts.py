# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.plugin_utils._known_hosts import known_name, scanned

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"


@pytest.mark.parametrize(("port", "name"), [(22, "192.168.8.21"), (2222, "[192.168.8.21]:2222")])
def test_what_ssh_calls_a_host(port, name):
    assert known_name("192.168.8.21", port) == name


def test_what_ssh_keyscan_printed():
    text = f"# 192.168.8.21:22 SSH-2.0-OpenSSH_9.2p1\n192.168.8.21 {KEY}\n192.168.8.21 ssh-ed25519 AAA\nnoise\n"
    (found,) = scanned(text, "192.168.8.21")
    assert (found.line, found.type) == (f"192.168.8.21 {KEY}", "ssh-ed25519")
    assert found.fingerprint == "SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA"


def test_a_host_that_shows_nothing():
    assert scanned("", "192.168.8.21") == []
