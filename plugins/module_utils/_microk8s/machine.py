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
from .arguments import argument_value
from .paths import ARGUMENTS, LAUNCH_CONFIG

# The first line of a launch configuration that is ours.
LAUNCH_MARK = "# Managed by rosfleet.cluster"
# Those of Debian, Fedora and its kin, openSUSE, Arch and Alpine.
PACKAGE_MANAGERS = ("apt-get", "dnf", "yum", "zypper", "pacman", "apk")
# Where a Raspberry Pi's firmware finds what it starts.
BOOT_FOLDERS = ("/boot/firmware", "/boot")
# What Kubernetes and Calico ask of the kernel, by module and by the option that it is built with.
KERNEL_MODULES = {
    "overlay": "CONFIG_OVERLAY_FS",
    "br_netfilter": "CONFIG_BRIDGE_NETFILTER",
    "vxlan": "CONFIG_VXLAN",
    "nf_conntrack": "CONFIG_NF_CONNTRACK",
    "ip_set": "CONFIG_IP_SET",
    "xt_set": "CONFIG_NETFILTER_XT_SET",
    "ip_tables": "CONFIG_IP_NF_IPTABLES",
}
FAIL_CGROUPV1 = "--fail-cgroupv1"
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
    PACKAGE_MANAGERS, empty for none of them; `default_route_nics` by rising metric; sizes in MiB; `memory_cgroup` tells whether
    the kernel accounts memory to groups of processes, `cgroup_v1` whether these have their old form, in which a kubelet from
    1.35 on does not start unless its argument `fail_cgroupv1` ("" for none) is "false"; `missing_modules` are those of
    KERNEL_MODULES that the running kernel has in no form, and `kernel_replaced` tells that /lib/modules has other kernels and
    not the running one, which has not loaded what it needs.
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
    command_line_file: str = ""
    model: str = ""
    kernel: str = ""
    kernel_replaced: bool = False
    missing_modules: tuple[str, ...] = ()
    foreign_launch_config: bool = False


def machine_of(said: Mapping[str, Any]) -> Machine:
    """The Machine whose fields `said` has, as they come out of JSON."""
    listeners = tuple(Listener(**each) for each in said["listeners"])
    texts = {key: tuple(said[key]) for key in ("default_route_nics", "missing_modules")}
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

    def free_mib(self, folder: str) -> Optional[int]:
        """MiB that root can write below the folder, or below the nearest of its parents that exists."""
        while folder != "/" and not self.exists(folder):
            folder = os.path.dirname(folder)
        with suppress(OSError):
            status = os.statvfs(self.path(folder))
            return status.f_bfree * status.f_frsize // 2**20
        return None


def held_ports(proc_net: str, protocol: str) -> dict[str, int]:
    """{inode of the socket: port} of the ports that are listened on, from /proc/net/tcp, udp and their 6 forms."""
    rows = [line.split() for line in proc_net.splitlines()[1:]]
    listening = [row for row in rows if len(row) > 9 and (protocol == "udp" or row[3] == _LISTEN)]
    return {row[9]: int(row[1].rpartition(":")[2], 16) for row in listening}


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


def command_line_file(files: Files, folder: str) -> str:
    """The kernel's command line that a Raspberry Pi's firmware reads in its boot `folder`; empty where there is none.

    config.txt may name it, and a folder for all that belongs to one system (Ubuntu from 25.10 on). A folder without the file
    does not count. Of its parts only what holds for every machine and every start is looked at.
    """
    settings, section = {"os_prefix": "", "cmdline": "cmdline.txt"}, "all"
    for line in (files.text(f"{folder}/config.txt") or "").splitlines():
        name, _sign, value = line.strip().partition("=")
        if name.startswith("["):
            section = name.strip("[]").lower()
        elif section == "all" and name in settings:
            settings[name] = value
    names = (settings["os_prefix"] + settings["cmdline"], settings["cmdline"])
    return next((f"{folder}/{name}" for name in names if files.exists(f"{folder}/{name}")), "")


def missing_modules(files: MachineFiles, release: str) -> tuple[str, ...]:
    """The KERNEL_MODULES that the kernel `release` has neither built in nor as a file; none where that is unknown."""
    listed = [files.text(f"/lib/modules/{release}/modules.{kind}") for kind in ("builtin", "dep")]
    options = files.unpacked("/proc/config.gz") or files.text(f"/boot/config-{release}")
    if listed[1] is None and options is None:
        return ()
    names = {
        os.path.basename(path).split(".")[0].replace("-", "_")
        for path in _module_paths("\n".join(filter(None, listed)))
    }
    return tuple(
        name
        for name, option in KERNEL_MODULES.items()
        if name not in names and not files.exists(f"/sys/module/{name}") and not _built(options, option, listed[1])
    )


def _module_paths(text: str) -> list[str]:
    return [line.split(":")[0] for line in text.splitlines()]


def _built(options: Optional[str], option: str, dependencies: Optional[str]) -> bool:
    """Whether the kernel's options say it is there; `=m` counts where there is no list of modules to ask."""
    accepted = "[ym]" if dependencies is None else "y"
    return re.search(rf"^{option}={accepted}$", options or "", re.MULTILINE) is not None


def read_machine(files: MachineFiles) -> Machine:
    """Look at the machine."""
    release = (files.text("/proc/sys/kernel/osrelease") or "").strip()
    kernels = files.names("/lib/modules")
    launch = files.text(LAUNCH_CONFIG)
    meminfo = files.text("/proc/meminfo") or ""
    cgroups = files.text("/proc/cgroups"), files.text("/sys/fs/cgroup/cgroup.controllers")
    return Machine(
        snapd=files.exists("/run/snapd.socket"),
        snap_program=files.exists("/usr/bin/snap"),
        package_manager=next(
            (name for name in PACKAGE_MANAGERS for folder in ("/usr/bin", "/sbin") if files.exists(f"{folder}/{name}")),
            "",
        ),
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
        command_line_file=next(filter(None, (command_line_file(files, folder) for folder in BOOT_FOLDERS)), ""),
        model=(files.text("/proc/device-tree/model") or "").strip("\0\n"),
        kernel=release,
        # A container sees its own folder and another kernel; what that has loaded is there all the same.
        kernel_replaced=bool(kernels)
        and release not in kernels
        and not all(files.exists(f"/sys/module/{name}") for name in KERNEL_MODULES),
        missing_modules=missing_modules(files, release),
        foreign_launch_config=launch is not None and not launch.startswith(LAUNCH_MARK),
    )


def _number(files: Files, name: str) -> Optional[int]:
    text = (files.text(name) or "").strip()
    return int(text) if text.isdigit() else None


def _listeners(files: MachineFiles) -> tuple[Listener, ...]:
    sockets = {
        inode: (protocol, port)
        for protocol in ("tcp", "udp")
        for version in ("", "6")
        for inode, port in held_ports(files.text(f"/proc/net/{protocol}{version}") or "", protocol).items()
    }
    holders = _holders(files) if sockets else {}
    found = {Listener(*where, process=holders.get(inode, "")) for inode, where in sockets.items()}
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
