# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enter the network namespace of a pod from its host, so that the pod needs neither Python nor a tool.

Private to this collection.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
from typing import Iterator

CLONE_NEWNET = 0x40000000
OWN_NETNS = "self/ns/net"


class NetnsError(Exception):
    """A network namespace could not be found or entered."""


def pod_in_cgroup(pod_uid: str, cgroup: str) -> bool:
    """Whether the text of a /proc/PID/cgroup names the pod.

    cgroupfs driver: .../kubepods/besteffort/pod0f3c-.../<container>; systemd driver, where - means a level:
    .../kubepods-besteffort-pod0f3c_....slice/cri-containerd-<container>.scope
    """
    uid = re.escape(pod_uid)
    systemd_uid = re.escape(pod_uid.replace("-", "_"))
    return re.search(rf"(/pod{uid}(/|$))|(-pod{systemd_uid}\.slice(/|$))", cgroup, re.MULTILINE) is not None


def find_pod_netns(pod_uid: str, proc: str = "/proc") -> str:
    """Path of the network namespace of a pod that runs on this host. Raises NetnsError."""
    for pid in sorted((name for name in os.listdir(proc) if name.isdigit()), key=int):
        with contextlib.suppress(OSError):  # processes come and go, also between finding and looking
            with open(os.path.join(proc, pid, "cgroup")) as file:
                if not pod_in_cgroup(pod_uid, file.read()):
                    continue
            path = os.path.join(proc, pid, "ns", "net")
            if os.stat(path).st_ino != os.stat(os.path.join(proc, OWN_NETNS)).st_ino:
                return path
            raise NetnsError(f"pod {pod_uid} uses the network of its host: probe the host's NIC instead.")
    raise NetnsError(
        f"no process of pod {pod_uid} on this host. Has it been removed, or does it run elsewhere? "
        "See `kubectl get pods -A -o wide`."
    )


@contextlib.contextmanager
def entered(path: str) -> Iterator[None]:
    """Put the calling thread into the network namespace at `path`; back on leaving. Raises NetnsError.

    Sockets stay in the namespace in which they were opened, so one thread can serve many namespaces.
    """
    with open("/proc/thread-self/ns/net") as home:
        try:
            with open(path) as namespace:
                _setns(namespace.fileno())
        except OSError as error:
            raise NetnsError(f"cannot enter {path}: {error.strerror}. This needs root.") from error
        try:
            yield
        finally:
            _setns(home.fileno())


def _setns(descriptor: int) -> None:
    setns = getattr(os, "setns", None)  # since Python 3.12
    if setns is not None:
        setns(descriptor, CLONE_NEWNET)
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
