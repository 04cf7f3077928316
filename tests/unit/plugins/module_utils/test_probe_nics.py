# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which NICs are probed when nobody has named any."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._nics import Nic
from ansible_collections.rosfleet.cluster.plugins.module_utils._probe_nics import choose_nics

UP, MULTICAST, CARRIER, LOOPBACK = 0x1, 0x1000, 0x10000, 0x8
ALL = UP | MULTICAST | CARRIER


def nic(name, flags=ALL, addresses=("10.0.0.1/24",), **more):
    return Nic(2, name, None, 1500, flags, addresses=addresses, **more)


@pytest.mark.parametrize(
    "one, why",
    [
        (nic("enp3s0"), ""),
        (nic("wlan0", wireless=True), ""),
        (nic("br0", kind="bridge"), ""),
        (nic("eth0", kind="veth"), ""),  # of a container that is the host
        (nic("docker0", kind="bridge"), "the bridge of this host's own containers"),
        (nic("virbr0", kind="bridge"), "the bridge of this host's own virtual machines"),
        (nic("vxlan.calico", kind="vxlan"), "made by the cluster's own network"),
        (nic("wg0", ALL & ~MULTICAST, kind="wireguard"), "carries no multicast"),
        (nic("enp4s0", MULTICAST), "down"),
        (nic("enp4s0", UP | MULTICAST), "no carrier, is its cable plugged in?"),
        (nic("enp4s0", addresses=()), "no IPv4 address"),
        *(
            (each, None)
            for each in (
                nic("lo", ALL | LOOPBACK),
                nic("enp4s0", MULTICAST, addresses=()),
                nic("veth123", kind="veth", addresses=()),
                nic("enp5s0", addresses=(), master=7),  # the bridge is probed
            )
        ),
    ],
)
def test_a_nic_is_probed_or_left_out_or_not_worth_a_word(one, why):
    expected = {"": ([one.name], []), None: ([], [])}.get(why, ([], [{"nic": one.name, "why": why}]))
    assert choose_nics([one]) == expected
