# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is mounted below MicroK8s' data, and whose it is. PRIVATE, may change at any time.

A running MicroK8s mounts the root filesystems of its containers there, and memory for secrets and tokens: these go with
it. A volume of a pod (NFS, iSCSI, CSI, a bind of some folder) or a disk that somebody put there does not.
Source: proc(5) on mountinfo; kubelet's and containerd's folders.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Mapping, Optional, Sequence

from . import paths

# Of the kernel, with nobody's data; Calico puts one of cgroup2 below MicroK8s' folder.
_KERNEL_TYPES = ("cgroup", "cgroup2", "mqueue", "nsfs")
# (the mount point below MicroK8s' folder, types of filesystem) of what containerd and kubelet mount.
_OWN = (
    (r"common/(run|var/lib)/containerd/.+", ("overlay", "tmpfs", "fuse.fuse-overlayfs")),
    (
        r"common/var/lib/kubelet/pods/[^/]+/volumes/kubernetes\.io~(configmap|downward-api|empty-dir|projected|secret)/[^/]+",
        ("tmpfs", "hugetlbfs"),
    ),
)
_POD = re.compile(r".*/kubelet/pods/([^/]+)/.*")


@dataclass(frozen=True)
class Mount:
    """`device` is major:minor, `root` the folder of that filesystem which is seen at `point`."""

    device: str
    root: str
    point: str
    fstype: str
    source: str

    @property
    def pod(self) -> Optional[str]:
        """The UID of the pod whose volume this is, when its path tells."""
        match = _POD.fullmatch(self.point)
        return match and match.group(1)


def parse(mountinfo: str) -> list[Mount]:
    """The mounts in /proc/self/mountinfo, in the order in which they lie over each other."""
    fields = [[_plain(field) for field in line.split()] for line in mountinfo.splitlines()]
    dash = [each.index("-", 6) for each in fields]  # there may be any number of optional fields before it
    return [Mount(each[2], each[3], each[4], each[at + 1], each[at + 2]) for each, at in zip(fields, dash)]


def _plain(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal.group(1), 8)), field)


def below(mounts: Sequence[Mount], folder: str = paths.SNAP_ALL_DATA) -> list[Mount]:
    """The mounts below `folder`, itself not among them."""
    return [mount for mount in mounts if _inside(mount.point, folder) and mount.point != folder]


def foreign(mounts: Sequence[Mount], folder: str = paths.SNAP_ALL_DATA) -> list[Mount]:
    """The mounts below `folder`, MicroK8s' data, that do not belong to MicroK8s."""
    # The last of those with the longest path is on top.
    home = sorted((mount for mount in mounts if _inside(folder, mount.point)), key=lambda mount: len(mount.point))[-1]
    data = os.path.normpath(os.path.join(home.root, os.path.relpath(folder, home.point)))
    others = below(mounts, folder)
    own = [mount for mount in others if _own(mount, folder)]
    memory = {mount.device for mount in own} - {home.device}

    def bound_from_own(mount: Mount) -> bool:
        """A subPath of a volume, or a container's root where there is no overlay: one of MicroK8s' folders, seen twice."""
        return mount.device in memory or (mount.device == home.device and _inside(mount.root, data))

    return [mount for mount in others if mount not in own and not bound_from_own(mount)]


def _own(mount: Mount, folder: str) -> bool:
    place = os.path.relpath(mount.point, folder)
    made = any(re.fullmatch(pattern, place) and mount.fstype in types for pattern, types in _OWN)
    return made or mount.fstype in _KERNEL_TYPES


def _inside(path: str, folder: str) -> bool:
    return (path + "/").startswith(folder.rstrip("/") + "/")


def told(mount: Mount, pods: Mapping[str, str]) -> str:
    """A mount for people; `pods` are names by UID."""
    what = f"{mount.point} ({mount.fstype} of {mount.source})"
    return what if mount.pod is None else f"{what}, a volume of pod {pods.get(mount.pod, mount.pod)}"
