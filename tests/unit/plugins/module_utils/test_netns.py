# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find a pod's network namespace by its UID, as both cgroup drivers name it."""

from __future__ import annotations

import os

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils import _netns

UID = "0f3c9a52-1111-4222-8333-abcdefabcdef"
SYSTEMD = UID.replace("-", "_")


@pytest.mark.parametrize(
    "cgroup",
    [
        f"0::/kubepods/besteffort/pod{UID}/6f0c\n",
        f"12:pids:/kubepods/pod{UID}\n11:cpu:/\n",
        f"3:cpu:/lab.host/kubepods/burstable/pod{UID}/aa\n",
        f"0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod{SYSTEMD}.slice/cri-containerd-6f.scope\n",
        f"0::/kubepods.slice/kubepods-pod{SYSTEMD}.slice\n",
    ],
)
def test_cgroups_of_the_pod(cgroup):
    assert _netns.pod_in_cgroup(UID, cgroup)


@pytest.mark.parametrize(
    "cgroup",
    [
        "0::/\n",
        "0::/system.slice/ssh.service\n",
        f"0::/kubepods/besteffort/pod{UID}f/6f0c\n",
        f"0::/kubepods/besteffort/pod{UID[:-1]}/6f0c\n",
        f"0::/kubepods.slice/kubepods-pod{SYSTEMD}f.slice/cri.scope\n",
        f"0::/user.slice/{UID}\n",
    ],
)
def test_cgroups_of_others(cgroup):
    assert not _netns.pod_in_cgroup(UID, cgroup)


@pytest.fixture
def proc(tmp_path):
    """A /proc with the host's namespace at self and no processes."""
    (tmp_path / "self" / "ns").mkdir(parents=True)
    (tmp_path / "self" / "ns" / "net").write_text("host")
    return tmp_path


def add_process(proc, pid, cgroup, netns=None):
    ns = proc / str(pid) / "ns"
    ns.mkdir(parents=True)
    (proc / str(pid) / "cgroup").write_text(cgroup)
    if netns == "host":
        os.link(proc / "self" / "ns" / "net", ns / "net")
    elif netns:
        (ns / "net").write_text(netns)


def test_the_first_living_process_of_the_pod_gives_the_namespace(proc):
    add_process(proc, 900, "0::/\n", "host")
    add_process(proc, 1200, f"0::/kubepods/pod{UID}/a\n", "pod")
    add_process(proc, 1100, f"0::/kubepods/pod{UID}/b\n")  # has just ended: no namespace any more
    (proc / "1000").mkdir()  # has ended
    assert _netns.find_pod_netns(UID, str(proc)) == str(proc / "1200" / "ns" / "net")


def test_a_pod_that_is_not_here(proc):
    with pytest.raises(_netns.NetnsError, match=f"no process of pod {UID} on this host"):
        _netns.find_pod_netns(UID, str(proc))


def test_a_pod_on_the_hosts_network_is_refused(proc):
    add_process(proc, 1200, f"0::/kubepods/pod{UID}/a\n", "host")
    with pytest.raises(_netns.NetnsError, match="uses the network of its host"):
        _netns.find_pod_netns(UID, str(proc))


def test_entering_nothing_says_what_it_needs():
    with pytest.raises(_netns.NetnsError, match="cannot enter /nonexistent: No such file"), _netns.entered(
        "/nonexistent"
    ):
        raise AssertionError("not reached")
