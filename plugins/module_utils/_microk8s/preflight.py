# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What on one host keeps MicroK8s from working, found before it is installed. PRIVATE, may change at any time.

Pure: from a Machine, what runs there, and what is declared, to findings.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Iterator

from .._finding import ERROR, INFO, WARNING, Finding
from .._package_managers import snapd_words
from .arguments import ArgumentError, with_arguments
from .declared import Declared
from .declared import host_finding as _finding
from .kernel_findings import kernel_findings
from .left_over import port_findings
from .machine import FAIL_CGROUPV1, Machine
from .paths import LAUNCH_CONFIG
from .state import ABSENT

GUARD_MEMORY = 512  # MiB, where MicroK8s' own low-memory guard keeps a control plane down
LOW_MEMORY = {True: 2048, False: 1024}  # MiB, by whether the host is a control plane
LEAST_DISK = 3072  # MiB, what the snap, its images and their unpacked layers take
LOW_DISK = 10240
EVICTION_DISK = 1024  # MiB, below which kubelet evicts pods
INOTIFY = {
    "inotify_instances": ("fs.inotify.max_user_instances", 1024),
    "inotify_watches": ("fs.inotify.max_user_watches", 1048576),
}
_CHANNEL = re.compile(r"[^/]+/(stable|candidate|beta|edge)(/[^/]+)?")
# What there are snaps of MicroK8s and images of Multus for.
ARCHITECTURES = ("amd64", "arm64")
# Keys of a launch configuration by which a host would join on its own, unseen and unproven.
_JOINING_KEYS = ("join", "persistentClusterToken")


def findings(machine: Machine, role: str, declared: Declared, version: str = "") -> list[Finding]:
    """Everything that is wrong on this host. `role` and `version` ("" for nothing installed) are those of microk8s_info."""
    found = [*_declared(declared), *kernel_findings(machine, role, declared, version)]
    found += _memory(machine, declared)
    if role == ABSENT:
        found += [*_installable(machine, declared), *port_findings(machine, declared.control_plane)]
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


def _installable(machine: Machine, declared: Declared) -> Iterator[Finding]:
    if not machine.snapd:
        yield _finding(
            ERROR,
            "snapd",
            "none",
            "snapd, which installs MicroK8s, is "
            + ("installed and does not run" if machine.snap_program else "not installed"),
            "sudo systemctl enable --now snapd.socket"
            if machine.snap_program
            else snapd_words(machine.package_manager),
        )
    here = machine.architecture
    if here and here not in ARCHITECTURES:
        yield _finding(
            ERROR,
            "architecture",
            here,
            f"this host's system is built for {here}, and MicroK8s exists for {' and '.join(ARCHITECTURES)} only",
            "install a system of 64 bits (Raspberry Pi Imager has it as 64-bit), even where its kernel has 64 bits already",
        )
    for name in declared.snap_files if here in ARCHITECTURES else ():
        told = re.search(r"_([a-z0-9]+)\.snap$", name)
        if told and told.group(1) in ARCHITECTURES and told.group(1) != here:
            yield _finding(
                ERROR,
                "architecture",
                told.group(1),
                f"{name} is a snap for {told.group(1)}, and this host is {here}",
                f"declare microk8s_snap_files for this host with a snap for {here}; UBUNTU_STORE_ARCH={here} snap download "
                "microk8s writes one on any host",
            )


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
