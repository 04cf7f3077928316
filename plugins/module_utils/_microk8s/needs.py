# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What MicroK8s, Calico, Multus and macvlan need of a host's kernel: one table, and where each system gets it. PRIVATE.

Pure. To add a need: a row of NEEDS; the look at a host (machine.py) and the findings (kernel_findings.py) follow it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Optional, Tuple

from .._finding import ERROR, WARNING

Version = Tuple[int, int]

# What a need is: a module (or built in), an option without a module, or something of control groups.
MODULE, OPTION, CONTROL_GROUP = "module", "option", "control group"
# When it is needed: always, where a LAN is declared, and with which of kube-proxy's ways to keep its rules.
ALWAYS, LAN, IPTABLES, NFTABLES = "always", "lan", "iptables", "nftables"


@dataclass(frozen=True)
class Need:
    """One thing that the kernel must have. `purpose` ends the sentence "the kernel has no NAME, ...".

    `options` are those that it is built with, each of them enough (some were renamed). What is a warning is not needed in
    every case; only a kernel whose options can be read is judged for it. `since` is the Kubernetes that needs it first.
    """

    name: str
    options: tuple[str, ...]
    purpose: str
    severity: str = ERROR
    when: str = ALWAYS
    kind: str = MODULE
    since: Version = (0, 0)


MEMORY_CONTROLLER = Need(
    "memory", ("CONFIG_MEMCG",), "by which kubelet accounts memory to containers", kind=CONTROL_GROUP
)
CGROUP_V2 = Need("cgroup2", (), "which kubelet wants", kind=CONTROL_GROUP, since=(1, 35))

NEEDS: tuple[Need, ...] = (
    MEMORY_CONTROLLER,
    CGROUP_V2,
    Need("overlay", ("CONFIG_OVERLAY_FS",), "on which containerd unpacks images"),
    Need("br_netfilter", ("CONFIG_BRIDGE_NETFILTER",), "by which Services reach pods on the same host"),
    Need("vxlan", ("CONFIG_VXLAN",), "which carries the pod network between hosts"),
    Need("nf_conntrack", ("CONFIG_NF_CONNTRACK",), "by which Services find the way back"),
    Need("ip_set", ("CONFIG_IP_SET",), "by which Calico keeps its rules"),
    Need("xt_set", ("CONFIG_NETFILTER_XT_SET",), "by which Calico keeps its rules"),
    Need(
        "ip_tables",
        # The second since Linux 6.17, where the first no longer brings the module.
        ("CONFIG_IP_NF_IPTABLES", "CONFIG_IP_NF_IPTABLES_LEGACY"),
        "by which kube-proxy keeps its rules",
        when=IPTABLES,
    ),
    Need("nf_tables", ("CONFIG_NF_TABLES",), "by which kube-proxy keeps its rules in mode nftables", when=NFTABLES),
    Need("macvlan", ("CONFIG_MACVLAN",), "by which pods get an address on the LAN", when=LAN),
    Need("nft_compat", ("CONFIG_NFT_COMPAT",), "rules of iptables in nftables", WARNING, NFTABLES),
    Need("policy routing", ("CONFIG_IP_MULTIPLE_TABLES",), "routes of Calico", WARNING, kind=OPTION),
    Need("iptable_raw", ("CONFIG_IP_NF_RAW",), "rules of Calico", WARNING, IPTABLES),
    Need("ipt_rpfilter", ("CONFIG_IP_NF_MATCH_RPFILTER",), "rules of Calico", WARNING),
    Need("xt_mark", ("CONFIG_NETFILTER_XT_MARK", "CONFIG_NETFILTER_XT_MATCH_MARK"), "rules of both", WARNING),
    Need("xt_comment", ("CONFIG_NETFILTER_XT_MATCH_COMMENT",), "rules of both", WARNING),
    Need("xt_conntrack", ("CONFIG_NETFILTER_XT_MATCH_CONNTRACK",), "rules of both", WARNING),
    Need("xt_addrtype", ("CONFIG_NETFILTER_XT_MATCH_ADDRTYPE",), "rules of both", WARNING),
    Need("xt_multiport", ("CONFIG_NETFILTER_XT_MATCH_MULTIPORT",), "rules of Calico", WARNING),
    Need("xt_statistic", ("CONFIG_NETFILTER_XT_MATCH_STATISTIC",), "rules of kube-proxy", WARNING, IPTABLES),
)
KERNEL_NEEDS = tuple(need for need in NEEDS if need.kind != CONTROL_GROUP)
# What a kernel that runs MicroK8s has loaded.
LOADED = tuple(need.name for need in KERNEL_NEEDS if need.severity == ERROR and need.when in (ALWAYS, IPTABLES))
# kube-proxy's mode nftables: the first MicroK8s that has it, and the first kernel that it runs on.
NFTABLES_SINCE: Version = (1, 31)
NFTABLES_KERNEL: Version = (5, 13)

# Kinds of systems: each gets kernel modules, and words for the kernel's command line, in its own way.
PI_UBUNTU, PI_OS, JETSON, BOARD, PC = "Ubuntu on a Raspberry Pi", "Raspberry Pi OS", "Jetson", "board", "PC"
MODULE_FIXES = {
    PI_UBUNTU: "apt install linux-modules-extra-raspi (Ubuntu; where there is no such package: apt full-upgrade), then "
    "restart the host",
    PI_OS: "apt full-upgrade, as the kernel of Raspberry Pi OS has it, then restart the host; a kernel of your own needs "
    "{options}",
    JETSON: "a kernel that has it: a newer Jetson Linux, or its kernel sources built with {options}",
    BOARD: "a kernel that has it: the distribution's full modules{typed}, or the board's kernel sources built with {options}",
    PC: "install the distribution's full kernel modules{typed}, or another kernel, built with {options}",
}
COMMAND_LINES = {
    PI_UBUNTU: "the one line of {file}",
    PI_OS: "the one line of {file}",
    JETSON: "the line APPEND of /boot/extlinux/extlinux.conf",
    BOARD: "the kernel's command line (the line APPEND of /boot/extlinux/extlinux.conf, or extraargs in /boot/armbianEnv.txt)",
    PC: "the kernel's command line (GRUB_CMDLINE_LINUX in /etc/default/grub, then update-grub)",
}
_SOME_FILE = "cmdline.txt on its boot partition (config.txt there says where)"


def system_of(model: str, distribution: str, kernel: str, command_line_file: str) -> str:
    """Which of these kinds a host is, by its firmware's model, the ID of its os-release, its kernel and boot files."""
    if "Raspberry Pi" in model or command_line_file:
        return PI_OS if distribution in ("debian", "raspbian") else PI_UBUNTU
    if "Jetson" in model or "NVIDIA" in model or kernel.endswith("-tegra"):
        return JETSON
    return BOARD if model else PC


def module_fix(system: str, typed: str, *needs: Need) -> str:
    """Where this system gets what it lacks; `typed` is what brings its distribution's full modules, "" where nobody knows."""
    options = [f"{need.options[0]}={'y' if need.kind == OPTION else 'm'}" for need in needs]
    listed = " and ".join(filter(None, [", ".join(options[:-1]), options[-1]]))
    return MODULE_FIXES[system].format(options=listed, typed=f" ({typed})" if typed else "")


def command_line_place(system: str, command_line_file: str) -> str:
    """Where this system has the words that its kernel starts with."""
    return COMMAND_LINES[system].format(file=command_line_file or _SOME_FILE)


def version_in(text: str) -> Optional[Version]:
    """(major, minor) at the begin of a version, a channel or a kernel's release; None where it tells none."""
    match = re.match(r"v?(\d+)\.(\d+)", text)
    return (int(match.group(1)), int(match.group(2))) if match else None
