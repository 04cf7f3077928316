# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DDS programs in other network namespaces of a host, by what /proc shows of them."""

from __future__ import annotations

import contextlib
import os

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _elsewhere
from ansible_collections.rosfleet.cluster.plugins.module_utils._nics import IFF_UP, Nic
from ansible_collections.rosfleet.cluster.plugins.module_utils._programs import Owner

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n"
ROUTES = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
DEFAULT = ROUTES + "eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
DIGITS = "3f2a" * 16
DOCKER = f"0::/system.slice/docker-{DIGITS}.scope\n"


def udp(*ports, inode=50):
    return HEAD + "".join(
        f"  {number}: 00000000:{port:04X} 00000000:0000 07 00000000:00000000 00:00000000 00000000  0  0 {inode} 2 0 0\n"
        for number, port in enumerate(ports)
    )


LISTENING = udp(7400, 7410, 7411)
UID = "0f3c6d1e-6d3c-4b0e-9d0e-0a3b0a3f7c11"


@pytest.fixture
def proc(tmp_path, monkeypatch):
    """A /proc whose processes are made by `add`; all namespaces have one NIC of Docker."""

    def add(pid, *, udp_text=LISTENING, cgroup=DOCKER, routes=DEFAULT, like=None):
        folder = tmp_path / str(pid)
        for name, text in (("net/udp", udp_text), ("net/route", routes), ("cgroup", cgroup), ("ns/net", "")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        if like:
            (folder / "ns/net").unlink()
            os.link(like, folder / "ns/net")
        return folder / "ns/net"

    nic = Nic(4, "eth0", None, 1500, IFF_UP, kind="veth", link=5, addresses=("172.17.0.2/16",))
    monkeypatch.setattr(_elsewhere, "entered", lambda path: contextlib.nullcontext())
    monkeypatch.setattr(_elsewhere, "read_nics", lambda: [nic])
    add.read = lambda owners=None: _elsewhere.read_elsewhere(owners or {50: Owner(12, "listener")}, str(tmp_path))
    add.path = tmp_path
    return add


def test_a_program_in_a_container_is_told_with_all_that_tells_where_it_is(proc):
    proc(12)
    assert proc.read() == [
        {
            "pod_uid": "",
            "container": DIGITS[:12],
            "programs": ["listener (pid 12)"],
            "domain_ids": [0],
            "nics": [{"nic": "eth0", "kind": "veth", "index": 4, "link": 5, "addresses": ["172.17.0.2/16"]}],
            "default_route": True,
            "error": "",
        }
    ]


def test_a_namespace_is_told_once_and_one_without_dds_not_at_all(proc):
    first = proc(12)
    proc(13, like=first)
    proc(14, udp_text=udp(53, 5353))
    assert len(proc.read()) == 1


def test_the_own_namespace_is_not_elsewhere(proc):
    namespace = proc(12)
    namespace.unlink()
    namespace.symlink_to("/proc/self/ns/net")
    assert proc.read() == []


def test_processes_come_and_go_and_some_may_not_be_looked_into(proc):
    (proc.path / "11").mkdir()
    proc(12)
    (proc.path / "12/net/udp").unlink()
    proc(13)
    assert len(proc.read()) == 1


def test_no_more_are_told_than_a_person_reads(proc):
    for pid in range(100, 100 + _elsewhere.MOST_NAMESPACES + 5):
        proc(pid)
    assert len(proc.read()) == _elsewhere.MOST_NAMESPACES


def test_where_the_namespace_cannot_be_entered_that_is_said(tmp_path, proc, monkeypatch):
    monkeypatch.undo()
    proc(12)
    (found,) = _elsewhere.read_elsewhere({}, str(tmp_path))
    assert found["nics"] == []
    assert found["error"].startswith("cannot enter ")


@pytest.mark.parametrize(
    "cgroup, expected",
    [
        (DOCKER, ("", DIGITS[:12])),
        (f"12:cpuset:/docker/{DIGITS}\n0::/docker/{DIGITS}\n", ("", DIGITS[:12])),
        (f"0::/kubepods/besteffort/pod{UID}/{DIGITS}\n", (UID, DIGITS[:12])),
        (
            f"0::/kubepods.slice/kubepods-pod{UID.replace('-', '_')}.slice/cri-containerd-{DIGITS}.scope\n",
            (UID, DIGITS[:12]),
        ),
        ("0::/lxc.payload.camera/system.slice\n", ("", "camera")),
        ("0::/user.slice/user-1000.slice\n", ("", "")),
    ],
)
def test_whose_a_process_is_by_its_control_group(cgroup, expected):
    assert _elsewhere.parse_container(cgroup) == expected


@pytest.mark.parametrize(
    "routes, expected",
    [(DEFAULT, True), (ROUTES, False), (ROUTES + "eth0\t0000A8C0\t0\t1\t0\t0\t0\t0000FFFF\t0\t0\t0\n", False)],
)
def test_whether_a_namespace_has_a_way_out(routes, expected):
    assert _elsewhere.has_default_route(routes) is expected
