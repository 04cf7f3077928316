# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which NICs other hosts see, and the default routes."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._files import Files
from ansible_collections.rosfleet.cluster.plugins.module_utils._identity.nics import default_routes, read_identity_nics
from ansible_collections.rosfleet.cluster.plugins.module_utils._nics import Nic

MAC = "02:00:0a:58:00:15"
LOOPBACK = Nic(1, "lo", None, 65536, 0x49)


def nic(name, *, mac=MAC, kind="", addresses=(), master=0, flags=0x11043):
    return Nic(2, name, mac, 1500, flags, kind, False, tuple(addresses), master)


@pytest.mark.parametrize(
    ("nics", "with_device", "physical"),
    [
        # A robot: hardware counts, also below a bond or bridge; what is made on top of it does not.
        ([nic("enp1s0"), nic("wlan0"), nic("docker0", kind="bridge")], ["enp1s0", "wlan0"], ["enp1s0", "wlan0"]),
        ([nic("eno1", master=4), nic("bond0", kind="bond"), nic("eno1.7", kind="vlan")], ["eno1"], ["eno1"]),
        ([nic("eth0"), nic("veth1234", kind="veth"), nic("ifb0"), nic("host0", kind="veth")], ["eth0"], ["eth0"]),
        # A container has no hardware: its own ends of cables count, those to its pods do not.
        ([nic("mgmt0", kind="veth"), nic("enp3s0", kind="veth")], [], ["mgmt0", "enp3s0"]),
        ([nic("host0", kind="veth"), nic("cali12ab", kind="veth", mac="ee:ee:ee:ee:ee:ee")], [], ["host0"]),
        (
            [nic("eth0", kind="macvlan"), nic("vxlan.calico", kind="vxlan"), nic("flannel.1", kind="vxlan")],
            [],
            ["eth0"],
        ),
        ([nic("eth0", kind="veth"), nic("odd", kind="veth", mac="ee:ee:ee:ee:ee:ee")], [], ["eth0"]),
        ([nic("eth0", kind="veth"), nic("port", kind="veth", master=3), nic("br0", kind="bridge")], [], ["eth0"]),
        ([nic("eth0", kind="veth"), nic("ppp0", mac=None)], [], ["eth0"]),
    ],
)
def test_which_nics_lead_out(tmp_path, nics, with_device, physical):
    for name in with_device:
        (tmp_path / "sys/class/net" / name / "device").mkdir(parents=True)
    seen = read_identity_nics(Files(str(tmp_path)), [LOOPBACK, *nics])
    assert [one["name"] for one in seen] == [one.name for one in nics]
    assert [one["name"] for one in seen if one["physical"]] == physical


def test_what_is_said_of_a_nic(tmp_path):
    (seen,) = read_identity_nics(Files(str(tmp_path)), [nic("ppp0", mac=None, addresses=["10.0.0.5/24"])])
    assert seen == {"name": "ppp0", "mac": "", "physical": False, "addresses": ["10.0.0.5/24"]}


HEAD = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
NICS = [
    nic("eth0", addresses=["10.1.0.9/16", "192.168.8.21/24"]),
    nic("wlan0", addresses=["10.0.0.5/24"]),
    nic("wg0"),
    nic("l4tbr0", kind="bridge", addresses=["192.168.55.1/24"], flags=0x1003),
]


def route(name, gateway, *, metric=0, flags="0003", destination="00000000", mask="00000000"):
    return f"{name}\t{destination}\t{gateway}\t{flags}\t0\t0\t{metric}\t{mask}\t0\t0\t0\n"


@pytest.mark.parametrize(
    ("lines", "routes"),
    [
        ([], []),
        ([route("eth0", "0108A8C0")], [("eth0", "192.168.8.1", "192.168.8.21")]),
        (
            [route("wlan0", "0100000A", metric=600), route("eth0", "0108A8C0", metric=100)],
            [("eth0", "192.168.8.1", "192.168.8.21"), ("wlan0", "10.0.0.1", "10.0.0.5")],
        ),
        # The gateway is in no network of the NIC's, or there is none, or the NIC has no address.
        ([route("eth0", "010010AC")], [("eth0", "172.16.0.1", "10.1.0.9")]),
        ([route("wlan0", "00000000", flags="0001")], [("wlan0", "", "10.0.0.5")]),
        ([route("wg0", "00000000", flags="0001")], [("wg0", "", "")]),
        # A Jetson's USB device port, with nobody at the other end.
        (
            [route("l4tbr0", "6437A8C0", metric=32766), route("eth0", "0108A8C0", metric=100)],
            [("eth0", "192.168.8.1", "192.168.8.21")],
        ),
        # Not default, half of everything, refused, down.
        ([route("eth0", "0108A8C0", destination="000010AC", mask="0000FFFF")], []),
        ([route("wg0", "00000000", mask="00000080")], []),
        ([route("*", "00000000", flags="0200")], []),
        ([route("eth0", "0108A8C0", flags="0002")], []),
    ],
)
def test_default_routes(lines, routes):
    found = default_routes(HEAD + "".join(lines), NICS)
    assert found == [dict(zip(("nic", "gateway", "source"), one)) for one in routes]
