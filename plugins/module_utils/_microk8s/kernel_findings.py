# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host's kernel lacks of the table of needs, and what to write about it. PRIVATE, may change at any time. Pure."""

from __future__ import annotations

from typing import Iterator, Sequence

from .._finding import ERROR, WARNING, Finding
from .._package_managers import kernel_modules_words
from .declared import Declared, host_finding, plain
from .kernel import MEMORY_CGROUP
from .machine import FAIL_CGROUPV1, PROXY_MODE, Machine
from .needs import (
    ALWAYS,
    CGROUP_V2,
    IPTABLES,
    KERNEL_NEEDS,
    LAN,
    NFTABLES,
    NFTABLES_KERNEL,
    NFTABLES_SINCE,
    Need,
    command_line_place,
    module_fix,
    system_of,
    version_in,
)
from .paths import ARGUMENTS
from .state import ABSENT

_KUBE_PROXY = "extraKubeProxyArgs"
_NFTABLES_CONFIG = "microk8s_launch_config: {extraKubeProxyArgs: {--proxy-mode: nftables}}"


def kernel_findings(machine: Machine, role: str, declared: Declared, version: str) -> list[Finding]:
    """`role` and `version` ("" for nothing installed) are those of microk8s_info."""
    found = [_no_memory_cgroup(machine, declared)] if machine.memory_cgroup is False else []
    if machine.kernel_replaced:
        found.append(_replaced(machine, declared))
    else:
        found += _missing(machine, role, declared, version or declared.planned)
    return [*found, *_cgroup_v1(machine, role, declared, version)]


def _system(machine: Machine) -> str:
    return system_of(machine.model, machine.distribution, machine.kernel, machine.command_line_file)


def _module_fix(machine: Machine, *needs: Need) -> str:
    typed = kernel_modules_words(machine.package_manager, machine.distribution)
    return module_fix(_system(machine), typed, *needs)


def _replaced(machine: Machine, declared: Declared) -> Finding:
    return host_finding(
        WARNING if declared.allow_reboot else ERROR,
        "kernel",
        machine.kernel,
        "the running kernel's modules are gone, it was replaced by an update"
        + (" (the host is restarted)" if declared.allow_reboot else ""),
        "restart the host, or set microk8s_allow_reboot: true",
    )


def _missing(machine: Machine, role: str, declared: Declared, kubernetes: str) -> Iterator[Finding]:
    nftables = _proxy_mode(machine, role, declared) == NFTABLES
    applying = {ALWAYS, NFTABLES if nftables else IPTABLES, *([LAN] if declared.lan else [])}
    missing = [need for need in KERNEL_NEEDS if need.name in machine.missing_modules and need.when in applying]
    if nftables:
        yield from _nftables_too_early(machine, kubernetes)
    for need in missing:
        if need.severity == ERROR:
            yield host_finding(
                ERROR,
                "kernel-module",
                need.name,
                f"the kernel {machine.kernel} has no {need.name}, {need.purpose}",
                _fix(machine, role, need, kubernetes),
            )
    lesser = [need for need in missing if need.severity != ERROR]
    if lesser:
        yield _lesser(machine, lesser)


def _lesser(machine: Machine, needs: Sequence[Need]) -> Finding:
    return host_finding(
        WARNING,
        "kernel-option",
        ", ".join(need.name for need in needs),
        f"the kernel {machine.kernel} was built without what some rules and routes of Calico and kube-proxy take; where they "
        "come to it, their pods restart, or Services and policies do not work",
        _module_fix(machine, *needs),
    )


def _proxy_mode(machine: Machine, role: str, declared: Declared) -> str:
    """kube-proxy's mode: of what is installed its own arguments tell, as a launch configuration comes too late there."""
    return declared.launch_argument(_KUBE_PROXY, PROXY_MODE) if role == ABSENT else plain(machine.proxy_mode)


def _nftables_too_early(machine: Machine, kubernetes: str) -> Iterator[Finding]:
    have, kernel = version_in(kubernetes), version_in(machine.kernel)
    if have and have < NFTABLES_SINCE:
        yield host_finding(
            ERROR,
            "proxy-mode",
            kubernetes,
            "kube-proxy has its mode nftables from MicroK8s {}.{} on".format(*NFTABLES_SINCE),
            "microk8s_channel: 1.35/stable, or take --proxy-mode out where the kernel has ip_tables",
        )
    if kernel and kernel < NFTABLES_KERNEL:
        yield host_finding(
            ERROR,
            "proxy-mode",
            machine.kernel,
            "kube-proxy does not start in mode nftables on a kernel older than {}.{}".format(*NFTABLES_KERNEL),
            "take --proxy-mode out, or start the host with a newer kernel",
        )


def _fix(machine: Machine, role: str, need: Need, kubernetes: str) -> str:
    have, kernel = version_in(kubernetes), version_in(machine.kernel)
    if need.when != IPTABLES or (kernel and kernel < NFTABLES_KERNEL):
        return _module_fix(machine, need)
    if role != ABSENT:
        return f"put {PROXY_MODE}=nftables into {ARGUMENTS}/kube-proxy and restart it (snap restart microk8s)"
    newer = " and microk8s_channel: 1.35/stable" if have and have < NFTABLES_SINCE else ""
    return f"{_NFTABLES_CONFIG}{newer}"


def _no_memory_cgroup(machine: Machine, declared: Declared) -> Finding:
    cured = bool(machine.command_line_file) and declared.allow_reboot
    words = " ".join(
        MEMORY_CGROUP if machine.command_line_file or "Raspberry Pi" in machine.model else MEMORY_CGROUP[:1]
    )
    by_hand = f"add {words} to {command_line_place(_system(machine), machine.command_line_file)} and restart the host"
    return host_finding(
        WARNING if cured else ERROR,
        "memory-cgroup",
        "off",
        "the kernel does not account memory to containers, so kubelet does not start"
        + (" (it is switched on and the host restarted)" if cured else ""),
        f"microk8s_allow_reboot: true, or by hand: {by_hand}" if machine.command_line_file else by_hand,
    )


def _cgroup_v1(machine: Machine, role: str, declared: Declared, version: str) -> list[Finding]:
    """Where kubelet does not start for the old form of control groups.

    For the first start only the launch configuration is early enough.
    """
    declared_value = declared.launch_argument("extraKubeletArgs", FAIL_CGROUPV1)
    value = declared_value if role == ABSENT else plain(machine.fail_cgroupv1)
    if not machine.cgroup_v1 or value == "false":
        return []
    kubernetes = version or declared.planned
    track = version_in(kubernetes)
    known = track or kubernetes.startswith("latest/")
    if track and track < CGROUP_V2.since:
        return []
    if role == ABSENT:
        fix = (
            'microk8s_launch_config: {extraKubeletArgs: {--fail-cgroupv1: "false"}} for all hosts (a join copies the control '
            "plane's arguments; one that is installed already takes it from microk8s_kubelet_args); or"
        )
    else:
        fix = f"put {FAIL_CGROUPV1}=false into {ARGUMENTS}/kubelet and restart it (snap restart microk8s); or"
    place = command_line_place(_system(machine), machine.command_line_file)
    return [
        host_finding(
            ERROR if known else WARNING,
            "cgroup-v1",
            kubernetes or "a snap file",
            "the kernel's control groups are of version 1, with which kubelet "
            + ("does not start" if known else "of MicroK8s 1.35 and newer does not start"),
            f"{fix} start the host with version 2: add systemd.unified_cgroup_hierarchy=1 to {place} and restart it; or a "
            "newer system; or stay at 1.34 (microk8s_channel: 1.34/stable)",
        )
    ]
