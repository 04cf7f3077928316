# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a machine offers to MicroK8s, read from its files. PRIVATE, may change at any time.

Touches nothing and calls nothing; a file that is not there gives an empty value, never an error.
"""

from __future__ import annotations

import gzip
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Mapping, Optional

from .._files import Files
from .._identity.nics import default_routes
from .._package_managers import PACKAGE_MANAGERS, os_release_value, package_manager
from .arguments import argument_value
from .kernel import command_line_file
from .needs import ERROR, KERNEL_NEEDS, LOADED, OPTION, Need
from .paths import ARGUMENTS, LAUNCH_CONFIG

# The first line of a launch configuration that is ours.
LAUNCH_MARK = "# Managed by rosfleet.cluster"
FAIL_CGROUPV1 = "--fail-cgroupv1"
PROXY_MODE = "--proxy-mode"
# A program that every system has; what it was built for is what snapd and containerd are built for, whatever the kernel is.
_PROGRAM = "/bin/sh"
# {what an ELF file says of its machine: the name that snaps and images have for it}.
_ELF_MACHINES = {
    0x3E: "amd64",
    0xB7: "arm64",
    0x28: "armhf",
    0x03: "i386",
    0xF3: "riscv64",
    0x15: "ppc64el",
    0x16: "s390x",
}
# NICs of pod networks, beside those that are VXLANs: of Calico, of k3s, kubeadm and earlier MicroK8s, and of others.
POD_NETWORK_NICS = {
    "vxlan.calico",
    "vxlan-v6.calico",
    "flannel.1",
    "flannel-v6.1",
    "cni0",
    "cilium_vxlan",
    "weave",
    "kube-bridge",
}
_LISTEN = "0A"


@dataclass(frozen=True)
class Listener:
    """A port that a process holds: `protocol` is tcp or udp, `process` its name ("" when it is not known)."""

    protocol: str
    port: int
    process: str = ""


@dataclass(frozen=True)
class Machine:
    """A host as far as MicroK8s depends on it. None: could not be read.

    `snapd` tells whether it listens, `snap_program` whether it is installed at all; `package_manager` is one of
    PACKAGE_MANAGERS, empty for none of them; `default_route_nics` by rising metric; sizes in MiB; `memory_cgroup` tells
    whether the kernel accounts memory to groups of processes, `cgroup_v1` whether these have their old form, in which a
    kubelet from 1.35 on does not start unless its argument `fail_cgroupv1` ("" for none) is "false"; `missing_modules` are
    the names of KERNEL_NEEDS that the running kernel has in no form, and `kernel_replaced` tells that /lib/modules has other
    kernels and not the running one, which has not loaded what it needs. `proxy_mode` is that of an installed kube-proxy (""
    for its default), `distribution` the ID of os-release, `architecture` (amd64, arm64, ...) that of the host's programs;
    `pod_network_nics` are there whoever made them.
    """

    snapd: bool = True
    snap_program: bool = False
    package_manager: str = ""
    default_route_nics: tuple[str, ...] = ()
    listeners: tuple[Listener, ...] = ()
    memory_mib: Optional[int] = None
    swap_mib: int = 0
    disk_free_mib: Optional[int] = None
    inotify_instances: Optional[int] = None
    inotify_watches: Optional[int] = None
    memory_cgroup: Optional[bool] = None
    cgroup_v1: Optional[bool] = None
    fail_cgroupv1: str = ""
    proxy_mode: str = ""
    command_line_file: str = ""
    model: str = ""
    kernel: str = ""
    kernel_replaced: bool = False
    missing_modules: tuple[str, ...] = ()
    foreign_launch_config: bool = False
    distribution: str = ""
    architecture: str = ""
    pod_network_nics: tuple[str, ...] = ()


def machine_of(said: Mapping[str, Any]) -> Machine:
    """The Machine whose fields `said` has, as they come out of JSON."""
    listeners = tuple(Listener(**each) for each in said["listeners"])
    texts = {key: tuple(said[key]) for key in ("default_route_nics", "missing_modules", "pod_network_nics")}
    return Machine(**{**said, **texts, "listeners": listeners})


class MachineFiles(Files):
    """Files, and what a machine has besides: folders, links, compressed files and free space."""

    def names(self, folder: str) -> list[str]:
        """The names in a folder; none when there is no such folder."""
        try:
            return sorted(os.listdir(self.path(folder)))
        except OSError:
            return []

    def link(self, name: str) -> str:
        try:
            return os.readlink(self.path(name))
        except OSError:
            return ""

    def unpacked(self, name: str) -> Optional[str]:
        """The text of a gzip file; None when there is none."""
        try:
            with gzip.open(self.path(name), "rt", encoding="utf-8", errors="replace") as handle:
                return handle.read()
        except OSError:
            return None

    def beginning(self, name: str, size: int) -> bytes:
        """The first bytes of a file; none when it cannot be read."""
        try:
            with open(self.path(name), "rb") as handle:
                return handle.read(size)
        except OSError:
            return b""

    def free_mib(self, folder: str) -> Optional[int]:
        """MiB that root can write below the folder, or below the nearest of its parents that exists."""
        while folder != "/" and not self.exists(folder):
            folder = os.path.dirname(folder)
        with suppress(OSError):
            status = os.statvfs(self.path(folder))
            return status.f_bfree * status.f_frsize // 2**20
        return None


def held_ports(proc_net: str, protocol: str) -> list[tuple[str, int]]:
    """(inode of the socket, port) of the ports that are listened on, from /proc/net/tcp, udp and their 6 forms.

    What the kernel itself holds, such as a VXLAN or WireGuard, has inode 0.
    """
    rows = [line.split() for line in proc_net.splitlines()[1:]]
    listening = [row for row in rows if len(row) > 9 and (protocol == "udp" or row[3] == _LISTEN)]
    return [(row[9], int(row[1].rpartition(":")[2], 16)) for row in listening]


def memory_mib(proc_meminfo: str, name: str) -> Optional[int]:
    """A value of /proc/meminfo in MiB."""
    match = re.search(rf"^{name}: *(\d+) kB$", proc_meminfo, re.MULTILINE)
    return int(match.group(1)) // 1024 if match else None


def memory_cgroup(proc_cgroups: Optional[str], controllers: Optional[str]) -> Optional[bool]:
    """Whether the memory controller is there: by /sys/fs/cgroup/cgroup.controllers (v2), else by /proc/cgroups (v1)."""
    if controllers is not None:
        return "memory" in controllers.split()
    match = re.search(r"^memory\s+\d+\s+\d+\s+(\d)$", proc_cgroups or "", re.MULTILINE)
    return match.group(1) == "1" if match else None


def cgroup_v1(proc_cgroups: Optional[str], controllers: Optional[str]) -> Optional[bool]:
    """Whether kubelet finds cgroup v1: it looks at what is mounted at /sys/fs/cgroup itself, so a hybrid counts as v1."""
    if controllers is not None:
        return False
    return None if proc_cgroups is None else True


def missing_modules(files: MachineFiles, release: str) -> tuple[str, ...]:
    """The KERNEL_NEEDS that the kernel `release` has neither built in nor as a file; none where that is unknown."""
    listed = [files.text(f"/lib/modules/{release}/modules.{kind}") for kind in ("builtin", "dep")]
    options = files.unpacked("/proc/config.gz") or files.text(f"/boot/config-{release}")
    if listed[1] is None and options is None:
        return ()
    names = {
        os.path.basename(path).split(".")[0].replace("-", "_")
        for path in _module_paths("\n".join(filter(None, listed)))
    }

    def lacks(need: Need) -> bool:
        if options is None and (need.kind == OPTION or need.severity != ERROR):
            return False
        there = need.name in names or files.exists(f"/sys/module/{need.name}")
        return not there and not any(_built(options, option, listed[1]) for option in need.options)

    return tuple(need.name for need in KERNEL_NEEDS if lacks(need))


def _module_paths(text: str) -> list[str]:
    return [line.split(":")[0] for line in text.splitlines()]


def _built(options: Optional[str], option: str, dependencies: Optional[str]) -> bool:
    """Whether the kernel's options say it is there; `=m` counts where there is no list of modules to ask."""
    accepted = "[ym]" if dependencies is None else "y"
    return re.search(rf"^{option}={accepted}$", options or "", re.MULTILINE) is not None


def architecture_of(program: bytes) -> str:
    """What a program (the begin of an ELF file) was built for; empty where it does not tell."""
    if len(program) < 20 or program[:4] != b"\x7fELF":
        return ""
    return _ELF_MACHINES.get(int.from_bytes(program[18:20], "little" if program[5] == 1 else "big"), "")


def architecture(files: MachineFiles) -> str:
    """What the host's programs are built for, in the words of snaps and images."""
    return architecture_of(files.beginning(_PROGRAM, 20))


def pod_network_nics(files: MachineFiles) -> tuple[str, ...]:
    """Of the host's NICs those that pod networks make, and all that are VXLANs: one of these may hold the port of ours."""
    folder = "/sys/class/net"
    return tuple(
        name
        for name in files.names(folder)
        if name in POD_NETWORK_NICS or "DEVTYPE=vxlan" in files.readable_text(f"{folder}/{name}/uevent").splitlines()
    )


def read_machine(files: MachineFiles) -> Machine:
    """Look at the machine."""
    release = (files.text("/proc/sys/kernel/osrelease") or "").strip()
    kernels = files.names("/lib/modules")
    launch = files.text(LAUNCH_CONFIG)
    meminfo = files.text("/proc/meminfo") or ""
    cgroups = files.text("/proc/cgroups"), files.text("/sys/fs/cgroup/cgroup.controllers")
    model = (files.text("/proc/device-tree/model") or "").strip("\0\n ")
    os_release = files.text("/etc/os-release") or ""
    return Machine(
        snapd=files.exists("/run/snapd.socket"),
        snap_program=files.exists("/usr/bin/snap"),
        package_manager=package_manager(os_release, _package_programs(files)),
        default_route_nics=tuple(route["nic"] for route in default_routes(files.text("/proc/net/route") or "", ())),
        listeners=_listeners(files),
        memory_mib=memory_mib(meminfo, "MemTotal"),
        swap_mib=memory_mib(meminfo, "SwapTotal") or 0,
        disk_free_mib=files.free_mib("/var/snap"),
        inotify_instances=_number(files, "/proc/sys/fs/inotify/max_user_instances"),
        inotify_watches=_number(files, "/proc/sys/fs/inotify/max_user_watches"),
        memory_cgroup=memory_cgroup(*cgroups),
        cgroup_v1=cgroup_v1(*cgroups),
        fail_cgroupv1=argument_value(files.text(f"{ARGUMENTS}/kubelet") or "", FAIL_CGROUPV1) or "",
        proxy_mode=argument_value(files.text(f"{ARGUMENTS}/kube-proxy") or "", PROXY_MODE) or "",
        command_line_file=command_line_file(files, model),
        model=model,
        kernel=release,
        # A container sees its own folder and another kernel; what that has loaded is there all the same.
        kernel_replaced=bool(kernels)
        and release not in kernels
        and not all(files.exists(f"/sys/module/{name}") for name in LOADED),
        missing_modules=missing_modules(files, release),
        foreign_launch_config=launch is not None and not launch.startswith(LAUNCH_MARK),
        distribution=os_release_value(os_release, "ID"),
        architecture=architecture(files),
        pod_network_nics=pod_network_nics(files),
    )


def _package_programs(files: Files) -> list[str]:
    folders = ("/usr/bin", "/sbin")
    return [name for name in PACKAGE_MANAGERS if any(files.exists(f"{folder}/{name}") for folder in folders)]


def _number(files: Files, name: str) -> Optional[int]:
    text = (files.text(name) or "").strip()
    return int(text) if text.isdigit() else None


def _listeners(files: MachineFiles) -> tuple[Listener, ...]:
    sockets = [
        (inode, protocol, port)
        for protocol in ("tcp", "udp")
        for version in ("", "6")
        for inode, port in held_ports(files.text(f"/proc/net/{protocol}{version}") or "", protocol)
    ]
    holders = _holders(files) if sockets else {}
    found = {Listener(protocol, port, holders.get(inode, "")) for inode, protocol, port in sockets}
    return tuple(sorted(found, key=lambda listener: (listener.protocol, listener.port, listener.process)))


def _holders(files: MachineFiles) -> dict[str, str]:
    """{inode of a socket: name of a process that has it open}."""
    found = {}
    for process in filter(str.isdigit, files.names("/proc")):
        for handle in files.names(f"/proc/{process}/fd"):
            match = re.fullmatch(r"socket:\[(\d+)\]", files.link(f"/proc/{process}/fd/{handle}"))
            if match:
                found[match.group(1)] = (files.text(f"/proc/{process}/comm") or "").strip()
    return found
