# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Firewalls of targets: each namespace is read once, by the NIC's own address."""

from __future__ import annotations

import contextlib

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _firewalls
from ansible_collections.rosfleet.cluster.plugins.module_utils._firewall import Firewall
from ansible_collections.rosfleet.cluster.plugins.module_utils._netns import NetnsError
from ansible_collections.rosfleet.cluster.plugins.module_utils._nics import Nic
from ansible_collections.rosfleet.cluster.plugins.module_utils._targets import Target

NIC = Nic(2, "eth0", None, 1500, 0, addresses=("10.9.0.1/24", "10.0.0.2/24"))


@pytest.fixture
def read(monkeypatch):
    """Reads with the NICs given; returns (result, how often a filter was read)."""

    def read(targets, nics=(NIC,), namespace=contextlib.nullcontext):
        seen, asked = [], []

        class Told(Firewall):
            def as_result(self, nic, address, domain_id):
                asked.append((nic, address, domain_id))
                return {}

        def read_firewall(_tools, of_host, legacy):
            seen.append(of_host)
            return Told()

        monkeypatch.setattr(_firewalls, "read_firewall", read_firewall)
        monkeypatch.setattr(_firewalls, "read_nics", lambda: list(nics))
        monkeypatch.setattr(_firewalls, "namespace_of", lambda target: namespace())
        return _firewalls.read_firewalls(targets), seen, asked

    return read


def target(**more):
    return Target(**{"host": "tb1", "scope": "host", "network": "lan", "nic": "eth0", **more})


def test_a_namespace_is_read_once_for_all_its_nics_and_domains(read):
    targets = [
        target(subnet="10.0.0.0/24"),
        target(domain_id=5),
        target(scope="pod", pod="ros/a", pod_uid="a"),
        target(scope="pod", pod="ros/a", pod_uid="a", domain_id=5),
    ]
    _results, seen, asked = read(targets)
    assert seen == [True, False]
    assert asked[:2] == [("eth0", "10.0.0.2/24", 0), ("eth0", "10.9.0.1/24", 5)]


def test_a_nic_that_is_gone_and_a_namespace_that_cannot_be_entered_are_said(read):
    (result,), _seen, _asked = read([target()], nics=())
    assert result["left_out"] == [_firewalls.NO_ADDRESS]

    def refuse():
        raise NetnsError("no process of pod a on this host.")

    (result,), _seen, _asked = read([target(scope="pod", pod="ros/a", pod_uid="a")], namespace=refuse)
    assert result["left_out"] == ["firewall rules: no process of pod a on this host."]
