# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which mounts below MicroK8s' data are its own, and which are a volume or a disk of somebody else."""

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.mounts import below, foreign, parse, told

HOME = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw"
SEPARATE = "23 22 8:17 /snapdata /var/snap rw - ext4 /dev/sdb1 rw"
COMMON = "/var/snap/microk8s/common"
PODS = f"{COMMON}/var/lib/kubelet/pods/6f0e"
CONTAINERD = f"{COMMON}/run/containerd"


def mount(point, fstype, device="0:77", root="/", source="none"):
    return f"90 22 {device} {root} {point} rw,relatime shared:40 master:2 - {fstype} {source} rw"


TOKEN = mount(f"{PODS}/volumes/kubernetes.io~projected/kube-api-access-x2x", "tmpfs", "0:80")
OWN = (
    mount(f"{CONTAINERD}/io.containerd.runtime.v2.task/k8s.io/0a1b/rootfs", "overlay"),
    mount(f"{CONTAINERD}/io.containerd.grpc.v1.cri/sandboxes/0a1b/shm", "tmpfs"),
    mount(f"{COMMON}/var/lib/containerd/tmpmounts/containerd-mount1", "overlay"),
    TOKEN,
    mount(f"{PODS}/volumes/kubernetes.io~secret/tls", "tmpfs"),
    mount(f"{PODS}/volumes/kubernetes.io~empty-dir/shm", "tmpfs"),
    mount(f"{PODS}/volumes/kubernetes.io~empty-dir/pages", "hugetlbfs"),
    mount("/var/snap/microk8s/8612/var/run/calico/cgroup", "cgroup2"),
    # A subPath of a configMap on the disk, and a container's root without an overlay.
    mount(
        f"{PODS}/volume-subpaths/config/talker/0", "ext4", "8:1", f"{PODS}/volumes/kubernetes.io~configmap/config/..x/a"
    ),
    mount(
        f"{CONTAINERD}/io.containerd.runtime.v2.task/k8s.io/0c/rootfs", "ext4", "8:1", f"{COMMON}/var/lib/containerd/7"
    ),
    "\n".join([TOKEN, mount(f"{PODS}/volume-subpaths/token/talker/0", "tmpfs", "0:80", "/..2026/token")]),
)
FOREIGN = (
    (f"{PODS}/volumes/kubernetes.io~nfs/data", "nfs4", "0:90", "/"),
    (f"{PODS}/volumes/kubernetes.io~csi/pvc-1/mount", "ext4", "8:33", "/"),
    (f"{COMMON}/var/lib/kubelet/plugins/kubernetes.io/csi/driver/ab/globalmount", "ext4", "8:33", "/"),
    (f"{PODS}/volumes/kubernetes.io~local-volume/disk", "ext4", "8:1", "/srv/customers"),
    (f"{PODS}/volumes/kubernetes.io~local-volume/ram", "tmpfs", "0:91", "/"),
    (f"{PODS}/volume-subpaths/data/talker/0", "nfs4", "0:90", "/robot1"),
    (f"{PODS}/volumes/kubernetes.io~empty-dir/data", "ext4", "8:33", "/"),
    # It begins like MicroK8s' data, and is beside it.
    (f"{PODS}/volumes/kubernetes.io~local-volume/near", "ext4", "8:1", "/var/snap/microk8s-old"),
    (COMMON, "ext4", "8:49", "/"),
    (f"{COMMON}/default-storage", "nfs4", "0:92", "/"),
    ("/var/snap/microk8s/8612/certs", "ext4", "8:1", "/srv/certs"),
)


@pytest.mark.parametrize("line", OWN)
def test_what_microk8s_mounts_itself(line):
    assert foreign(parse(f"{HOME}\n{line}")) == []
    assert len(below(parse(f"{HOME}\n{line}"))) == len(line.splitlines())


@pytest.mark.parametrize(("point", "fstype", "device", "root"), FOREIGN)
def test_what_belongs_to_somebody_else(point, fstype, device, root):
    found = foreign(parse("\n".join([HOME, TOKEN, mount(point, fstype, device, root)])))
    assert [each.point for each in found] == [point]


def test_its_data_may_be_on_a_disk_of_their_own():
    own = mount(
        f"{PODS}/volume-subpaths/c/t/0", "ext4", "8:17", "/snapdata/microk8s/common/var/lib/kubelet/pods/6f0e/c"
    )
    other = mount(f"{PODS}/volumes/kubernetes.io~local-volume/d", "ext4", "8:17", "/customers")
    mounts = parse("\n".join([HOME, SEPARATE, own, other, mount("/var/snap/microk8s-next/x", "nfs4")]))
    assert [each.root for each in foreign(mounts)] == ["/customers"]


def test_a_disk_for_it_alone_is_not_below_it():
    mounts = parse(f"{HOME}\n{mount('/var/snap/microk8s', 'ext4', '8:17', '/microk8s')}\n{TOKEN}")
    assert (foreign(mounts), len(below(mounts))) == ([], 1)


def test_words():
    line = mount(f"{PODS}/volumes/kubernetes.io~nfs/my\\040data", "nfs4", source="nas:/robots")
    (volume,) = foreign(parse(f"{HOME}\n{line}"))
    assert told(volume, {"6f0e": "default/talker"}) == (
        f"{PODS}/volumes/kubernetes.io~nfs/my data (nfs4 of nas:/robots), a volume of pod default/talker"
    )
    assert told(volume, {}).endswith("a volume of pod 6f0e")
