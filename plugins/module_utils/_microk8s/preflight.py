# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What on one host keeps MicroK8s from working, found before it is installed. PRIVATE, may change at any time.

Pure: from a Machine, what runs there, and what is declared, to findings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, Mapping, Optional, Sequence

from .._finding import ERROR, INFO, WARNING, Finding
from .arguments import ArgumentError, with_arguments
from .machine import FAIL_CGROUPV1, Machine
from .paths import ARGUMENTS, LAUNCH_CONFIG
from .state import ABSENT

# Ports that MicroK8s listens on: by every host, and by control planes. Source: MicroK8s' services and ports.
PORTS = {("tcp", 10250): "kubelet", ("tcp", 16443): "the API", ("tcp", 25000): "the cluster agent"}
CONTROL_PLANE_PORTS = {
    ("tcp", 10257): "kube-controller-manager",
    ("tcp", 10259): "kube-scheduler",
    ("tcp", 19001): "the cluster's database",
}
VXLAN_PORT = {("udp", 4789): "the pod network"}

GUARD_MEMORY = 512  # MiB, where MicroK8s' own low-memory guard keeps a control plane down
LOW_MEMORY = {True: 2048, False: 1024}  # MiB, by whether the host is a control plane
LEAST_DISK = 3072  # MiB, what the snap, its images and their unpacked layers take
LOW_DISK = 10240
EVICTION_DISK = 1024  # MiB, below which kubelet evicts pods
INOTIFY = {
    "inotify_instances": ("fs.inotify.max_user_instances", 1024),
    "inotify_watches": ("fs.inotify.max_user_watches", 1048576),
}
# Without the first the pod network cannot be; without the others some programs fall back, or may.
NEEDED_MODULES = ("overlay", "br_netfilter", "vxlan", "nf_conntrack", "ip_set", "xt_set")
_CHANNEL = re.compile(r"[^/]+/(stable|candidate|beta|edge)(/[^/]+)?")
NO_CGROUP_V1 = (1, 35)  # kubelet refuses to start on it from here on
# Keys of a launch configuration by which a host would join on its own, unseen and unproven.
_JOINING_KEYS = ("join", "persistentClusterToken")


@dataclass(frozen=True)
class Declared:
    """What the role was told about one host; see the role's argument specification."""

    control_plane: bool = False
    allow_reboot: bool = False
    channel: str = ""
    snap_files: Sequence[str] = ()
    launch_config: Mapping[str, Any] = field(default_factory=dict)
    kubelet_args: Mapping[str, Optional[str]] = field(default_factory=dict)
    apiserver_args: Mapping[str, Optional[str]] = field(default_factory=dict)


def findings(machine: Machine, role: str, declared: Declared, version: str = "") -> list[Finding]:
    """Everything that is wrong on this host. `role` and `version` ("" for nothing installed) are those of microk8s_info."""
    found = [*_declared(declared), *_kernel(machine, declared), *_cgroup_v1(machine, role, declared, version)]
    found += _memory(machine, declared)
    if role == ABSENT:
        found += [*_installable(machine, declared), *_ports(machine, declared)]
    found += [*_routes(machine), *_disk(machine, role), *_inotify(machine, role)]
    if declared.launch_config and role == ABSENT and machine.foreign_launch_config:
        found.append(
            _finding(
                ERROR,
                "launch-config",
                LAUNCH_CONFIG,
                f"{LAUNCH_CONFIG} is there and was not written by rosfleet; MicroK8s takes the first that it finds",
                f"move what is in it into microk8s_launch_config and remove {LAUNCH_CONFIG}",
            )
        )
    return found


def returned(finding: Finding) -> dict[str, str]:
    """What microk8s_preflight returns of a finding."""
    return {
        "severity": finding.severity,
        "check": finding.code,
        "value": finding.evidence["value"],
        "message": finding.message,
        "fix": finding.fix,
    }


def _finding(severity: str, code: str, value: str, message: str, fix: str) -> Finding:
    return Finding(code, message, fix, severity, evidence={"value": value})


def _declared(declared: Declared) -> list[Finding]:
    found = []
    snaps = [name for name in declared.snap_files if name.endswith(".snap")]
    if declared.snap_files and len(snaps) != 1:
        found.append(
            _finding(
                ERROR,
                "snap-files",
                str(len(snaps)),
                "microk8s_snap_files names not exactly one .snap",
                "one .snap and, when there is one, its .assert (`snap download microk8s` writes both)",
            )
        )
    if not declared.snap_files and not _CHANNEL.fullmatch(declared.channel):
        found.append(
            _finding(
                ERROR,
                "channel",
                declared.channel or "none",
                "microk8s_channel is not a track with its risk",
                f"write it in full, such as {declared.channel.split('/')[0] or '1.35'}/stable",
            )
        )
    joining = [key for key in _JOINING_KEYS if key in declared.launch_config]
    if joining:
        found.append(
            _finding(
                ERROR,
                "launch-config",
                ", ".join(joining),
                "microk8s_launch_config would make the host join on its own, where nobody sees whether it did",
                f"take {' and '.join(joining)} out; role membership joins hosts and proves it",
            )
        )
    if set(declared.launch_config.get("extraKubeletArgs") or {}) - {FAIL_CGROUPV1} and not declared.control_plane:
        found.append(
            _finding(
                WARNING,
                "launch-config",
                "extraKubeletArgs",
                "a join overwrites the kubelet's arguments with the control plane's",
                "put this host's own into microk8s_kubelet_args, which are applied after the join",
            )
        )
    for variable, arguments in (
        ("microk8s_kubelet_args", declared.kubelet_args),
        ("microk8s_apiserver_args", declared.apiserver_args),
    ):
        try:
            with_arguments("", arguments, {})
        except ArgumentError as exc:
            found.append(replace(Finding.from_text("arguments", str(exc)), evidence={"value": variable}))
    return found


def _installable(machine: Machine, declared: Declared) -> list[Finding]:
    if machine.snapd:
        return []
    return [
        _finding(
            ERROR,
            "snapd",
            "none",
            "snapd, which installs MicroK8s, is "
            + ("installed and does not run" if machine.snap_program else "not installed"),
            "sudo systemctl enable --now snapd.socket" if machine.snap_program else _SNAPD[machine.package_manager],
        )
    ]


# How a host gets snapd, by its package manager. Source: snapd's documentation, "Installing snapd".
_OTHER_SYSTEM = (
    "snapd does not exist for this system: install Ubuntu or Debian on this host, or take it out of the inventory"
)
_SNAPD = {
    "apt-get": "sudo apt install snapd, and sudo systemctl enable --now snapd.socket",
    "dnf": "sudo dnf install snapd (on RHEL and its kin after sudo dnf install epel-release), sudo systemctl enable --now "
    "snapd.socket, and sudo ln -s /var/lib/snapd/snap /snap",
    "yum": "sudo yum install epel-release, sudo yum install snapd, sudo systemctl enable --now snapd.socket, and "
    "sudo ln -s /var/lib/snapd/snap /snap",
    "zypper": "add the repository system:snappy of your openSUSE, then sudo zypper install snapd, and "
    "sudo systemctl enable --now snapd.socket snapd.apparmor",
    "pacman": "build the package snapd of the AUR (makepkg -si), "
    "sudo systemctl enable --now snapd.socket snapd.apparmor, and sudo ln -s /var/lib/snapd/snap /snap",
    "apk": _OTHER_SYSTEM,
    "": _OTHER_SYSTEM,
}


def _kernel(machine: Machine, declared: Declared) -> list[Finding]:
    found = []
    if machine.memory_cgroup is False:
        found.append(_no_memory_cgroup(machine, declared))
    if machine.kernel_replaced:
        found.append(
            _finding(
                WARNING if declared.allow_reboot else ERROR,
                "kernel",
                machine.kernel,
                "the running kernel's modules are gone, it was replaced by an update"
                + (" (the host is restarted)" if declared.allow_reboot else ""),
                "restart the host, or set microk8s_allow_reboot: true",
            )
        )
        return found
    proxy = declared.launch_config.get("extraKubeProxyArgs") or {}
    cured = ("ip_tables",) if proxy.get("--proxy-mode") == "nftables" else ()
    for name in (name for name in machine.missing_modules if name not in cured):
        found.append(
            _finding(
                ERROR if name in NEEDED_MODULES else WARNING,
                "kernel-module",
                name,
                f"the kernel {machine.kernel} has no {name}, {_PURPOSE[name]}",
                _module_fix(name, machine.model),
            )
        )
    return found


_PURPOSE = {
    "overlay": "on which containerd unpacks images",
    "br_netfilter": "by which Services reach pods on the same host",
    "nf_conntrack": "by which Services find the way back",
    "vxlan": "which carries the pod network between hosts",
    "ip_set": "by which Calico keeps its rules",
    "xt_set": "by which Calico keeps its rules",
    "ip_tables": "by which kube-proxy keeps its rules",
}


def _module_fix(name: str, model: str) -> str:
    if name == "ip_tables":
        return "microk8s_launch_config: {extraKubeProxyArgs: {--proxy-mode: nftables}}"
    if "Raspberry Pi" in model:
        return "apt install linux-modules-extra-raspi (Ubuntu), then restart the host"
    if "Jetson" in model or "NVIDIA" in model:
        return (
            "a kernel that has it: a newer Jetson Linux, or its kernel sources built with CONFIG_IP_SET=m, "
            "CONFIG_NETFILTER_XT_SET=m and CONFIG_VXLAN=m"
        )
    return "install the distribution's full kernel modules (linux-modules-extra-$(uname -r)), or another kernel"


def _no_memory_cgroup(machine: Machine, declared: Declared) -> Finding:
    cured = bool(machine.command_line_file) and declared.allow_reboot
    if machine.command_line_file:
        fix = (
            f"microk8s_allow_reboot: true, or by hand: add cgroup_enable=memory cgroup_memory=1 to the one line of "
            f"{machine.command_line_file} and restart the host"
        )
    elif "Raspberry Pi" in machine.model:
        fix = (
            "add cgroup_enable=memory cgroup_memory=1 to the one line of cmdline.txt on its boot partition (config.txt there "
            "says where), and restart the host"
        )
    else:
        fix = "add cgroup_enable=memory to the kernel's command line (GRUB_CMDLINE_LINUX, update-grub) and restart the host"
    return _finding(
        WARNING if cured else ERROR,
        "memory-cgroup",
        "off",
        "the kernel does not account memory to containers, so kubelet does not start"
        + (" (it is switched on and the host restarted)" if cured else ""),
        fix,
    )


def _cgroup_v1(machine: Machine, role: str, declared: Declared, version: str) -> list[Finding]:
    """Where kubelet does not start for the old form of control groups.

    For the first start only the launch configuration is early enough.
    """
    declared_value = (declared.launch_config.get("extraKubeletArgs") or {}).get(FAIL_CGROUPV1)
    value = declared_value if role == ABSENT else machine.fail_cgroupv1
    if not machine.cgroup_v1 or str(value).strip("\"'").lower() == "false":
        return []
    planned = "" if declared.snap_files else declared.channel
    track = re.match(r"v?(\d+)\.(\d+)", version or planned)
    known = track or planned.startswith("latest/")
    if track and (int(track.group(1)), int(track.group(2))) < NO_CGROUP_V1:
        return []
    if role == ABSENT:
        fix = (
            'microk8s_launch_config: {extraKubeletArgs: {--fail-cgroupv1: "false"}} for all hosts (a join copies the control '
            "plane's arguments; one that is installed already takes it from microk8s_kubelet_args); or"
        )
    else:
        fix = f"put {FAIL_CGROUPV1}=false into {ARGUMENTS}/kubelet and restart it (snap restart microk8s); or"
    return [
        _finding(
            ERROR if known else WARNING,
            "cgroup-v1",
            version or planned or "a snap file",
            "the kernel's control groups are of version 1, with which kubelet "
            + ("does not start" if known else "of MicroK8s 1.35 and newer does not start"),
            f"{fix} start the host with version 2 (systemd.unified_cgroup_hierarchy=1 on the kernel's command line, or a newer "
            "system); or stay at 1.34",
        )
    ]


def _memory(machine: Machine, declared: Declared) -> list[Finding]:
    found = []
    if machine.swap_mib:
        found.append(
            _finding(INFO, "swap", f"{machine.swap_mib} MiB", "swap is on; MicroK8s works with it", "nothing to do")
        )
    memory = machine.memory_mib
    if memory is None:
        return found
    if declared.control_plane and memory <= GUARD_MEMORY:
        found.append(
            _finding(
                ERROR,
                "memory",
                f"{memory} MiB",
                f"MicroK8s keeps a control plane down at {GUARD_MEMORY} MiB or less",
                "make it a worker (group robots)",
            )
        )
    elif memory < LOW_MEMORY[declared.control_plane]:
        found.append(
            _finding(
                WARNING,
                "memory",
                f"{memory} MiB",
                f"little for a {'control plane' if declared.control_plane else 'worker'}, "
                f"{LOW_MEMORY[declared.control_plane]} MiB is what it takes with a few pods",
                "expect evictions; stop what else runs there",
            )
        )
    return found


def _ports(machine: Machine, declared: Declared) -> list[Finding]:
    """A port that somebody holds on a host where MicroK8s is not yet installed."""
    wanted = {**PORTS, **VXLAN_PORT, **(CONTROL_PLANE_PORTS if declared.control_plane else {})}
    return [
        _finding(
            ERROR,
            "port",
            f"{listener.port}/{listener.protocol}",
            f"{listener.process or 'a process'} holds the port of {wanted[listener.protocol, listener.port]}",
            "stop and disable that program (another Kubernetes, such as k3s or kubeadm?), or move it to another port",
        )
        for listener in _once_each(machine.listeners)
        if (listener.protocol, listener.port) in wanted
    ]


def _once_each(listeners):
    return {(listener.protocol, listener.port): listener for listener in listeners}.values()


def _routes(machine: Machine) -> list[Finding]:
    if machine.default_route_nics:
        return []
    return [
        _finding(
            ERROR,
            "default-route",
            "none",
            "MicroK8s takes the host's address from the default route and reissues its certificates only with one",
            "give the fleet's NIC a gateway, even one that leads nowhere: ip route add default dev NIC scope link metric 1000",
        )
    ]


def _disk(machine: Machine, role: str) -> list[Finding]:
    free = machine.disk_free_mib
    if free is None:
        return []
    value = f"{free / 1024:.1f} GiB free"
    if role == ABSENT and free < LEAST_DISK:
        message = f"MicroK8s and its images need {LEAST_DISK // 1024} GiB in /var/snap"
        return [_finding(ERROR, "disk", value, message, "make room: df -h /var/snap")]
    if role != ABSENT and free < EVICTION_DISK:
        message = "below 1 GiB kubelet removes images and evicts pods"
        return [_finding(WARNING, "disk", value, message, "make room: du -xh --max-depth=2 /var | sort -h | tail")]
    if role == ABSENT and free < LOW_DISK:
        message = "enough to install, little for ROS images"
        return [_finding(WARNING, "disk", value, message, "make room, or mount a larger disk at /var/snap")]
    return []


def _inotify(machine: Machine, role: str) -> list[Finding]:
    """Limits that are low although MicroK8s is installed, which raises them itself where it may."""
    if role == ABSENT:
        return []
    return [
        _finding(
            WARNING,
            "inotify",
            f"{key}={value}",
            f"kubelet and log readers run out of inotify ({least} is what MicroK8s sets)",
            f"sysctl -w {key}={least}, and find out what lowers it: grep -r inotify /etc/sysctl.d",
        )
        for name, (key, least) in INOTIFY.items()
        for value in [getattr(machine, name)]
        if value is not None and value < least
    ]
