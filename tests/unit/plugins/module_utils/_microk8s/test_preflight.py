# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each thing that keeps MicroK8s from working is found, with its value and its fix, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.declared import Declared
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.machine import Listener, Machine
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.preflight import findings

GOOD = Machine(
    default_route_nics=("eth0",),
    listeners=(Listener("tcp", 22, "sshd"), Listener("udp", 5353, "avahi-daemon")),
    memory_mib=3792,
    disk_free_mib=20000,
    inotify_instances=1024,
    inotify_watches=1048576,
    memory_cgroup=True,
    kernel="5.15.148-tegra",
)
CHANNEL = Declared(channel="1.35/stable")
CONTROL = replace(CHANNEL, control_plane=True)
GENERIC = "6.8.0-45-generic"
PI = {"memory_cgroup": False, "command_line_file": "/boot/firmware/cmdline.txt", "model": "Raspberry Pi 4 Model B"}
PI_OK = {"model": "Raspberry Pi 4 Model B", "kernel": "5.15.0-1050-raspi"}
LAN = replace(CHANNEL, lan=True)
NFT = replace(CHANNEL, launch_config={"extraKubeProxyArgs": {"--proxy-mode": "nftables"}})
JETSON = {"model": "NVIDIA Jetson Orin Nano", "missing_modules": ("xt_set",)}


@pytest.mark.parametrize("role", ["absent", "standalone", "control_plane", "worker", "broken_worker"])
@pytest.mark.parametrize("declared", [CHANNEL, CONTROL, Declared(snap_files=("m.snap", "m.assert"))])
def test_a_good_host_has_no_findings(role, declared):
    assert findings(GOOD, role, declared) == []


def test_what_cannot_be_read_is_no_finding():
    assert findings(Machine(default_route_nics=("eth0",)), "absent", CHANNEL) == []


@pytest.mark.parametrize(
    ("machine", "role", "declared", "found"),
    [
        (PI, "absent", CHANNEL, ("error", "memory-cgroup", "off", "one line of /boot/firmware/cmdline.txt")),
        (PI, "absent", replace(CHANNEL, allow_reboot=True), ("warning", "memory-cgroup", "off", "allow_reboot")),
        (
            {"memory_cgroup": False, "kernel": GENERIC},
            "absent",
            replace(CHANNEL, allow_reboot=True),
            ("error", "memory-cgroup", "off", "GRUB_CMDLINE_LINUX"),
        ),
        (
            {"memory_cgroup": False, "model": "Raspberry Pi 5"},
            "absent",
            CHANNEL,
            ("error", "memory-cgroup", "off", "cmdline.txt on its boot partition"),
        ),
        (JETSON, "absent", CHANNEL, ("error", "kernel-module", "xt_set", "CONFIG_NETFILTER_XT_SET=m")),
        (
            {**PI, "memory_cgroup": True, "missing_modules": ("vxlan",)},
            "absent",
            CHANNEL,
            ("error", "kernel-module", "vxlan", "linux-modules-extra-raspi"),
        ),
        (
            {"missing_modules": ("ip_set",), "kernel": GENERIC, "package_manager": "dnf", "distribution": "fedora"},
            "worker",
            CHANNEL,
            (
                "error",
                "kernel-module",
                "ip_set",
                "full kernel modules (dnf install kernel-modules-extra-$(uname -r)), or",
            ),
        ),
        ({"cgroup_v1": True}, "absent", CHANNEL, ("error", "cgroup-v1", "1.35/stable", "--fail-cgroupv1: ")),
        (
            {
                "missing_modules": ("nf_conntrack",),
                "kernel": GENERIC,
                "package_manager": "apt-get",
                "distribution": "ubuntu",
            },
            "absent",
            CHANNEL,
            ("error", "kernel-module", "nf_conntrack", "(apt install linux-modules-extra-$(uname -r))"),
        ),
        (
            {"missing_modules": ("nf_conntrack",), "kernel": GENERIC},
            "absent",
            CHANNEL,
            (
                "error",
                "kernel-module",
                "nf_conntrack",
                "install the distribution's full kernel modules, or another kernel",
            ),
        ),
        ({"missing_modules": ("ip_tables",)}, "absent", CHANNEL, ("error", "kernel-module", "ip_tables", "nftables")),
        (
            {"missing_modules": ("ip_tables",), "kernel": GENERIC},
            "absent",
            replace(CHANNEL, channel="1.30/stable"),
            ("error", "kernel-module", "ip_tables", "nftables}} and microk8s_channel: 1.35/stable"),
        ),
        (
            {"missing_modules": ("ip_tables",), "kernel": GENERIC},
            "worker",
            CHANNEL,
            ("error", "kernel-module", "ip_tables", "/kube-proxy"),
        ),
        (
            {"missing_modules": ("nf_tables",), "kernel": GENERIC},
            "absent",
            NFT,
            ("error", "kernel-module", "nf_tables", "CONFIG_NF_TABLES=m"),
        ),
        (
            {"kernel": GENERIC},
            "absent",
            replace(NFT, channel="1.30/stable"),
            ("error", "proxy-mode", "1.30/stable", "1.35/stable"),
        ),
        ({"kernel": "5.10.120-tegra"}, "absent", NFT, ("error", "proxy-mode", "5.10.120-tegra", "newer kernel")),
        (
            {"missing_modules": ("ip_tables",), "kernel": "5.10.120-tegra"},
            "absent",
            CHANNEL,
            ("error", "kernel-module", "ip_tables", "CONFIG_IP_NF_IPTABLES=m"),
        ),
        (
            {"missing_modules": ("macvlan",), **PI_OK},
            "absent",
            LAN,
            ("error", "kernel-module", "macvlan", "modules-extra-raspi"),
        ),
        (
            {"missing_modules": ("macvlan",), **PI_OK, "distribution": "debian"},
            "worker",
            LAN,
            ("error", "kernel-module", "macvlan", "CONFIG_MACVLAN=m"),
        ),
        (
            {"missing_modules": ("policy routing", "xt_mark", "nft_compat"), "model": "NVIDIA Jetson AGX Orin"},
            "absent",
            CHANNEL,
            (
                "warning",
                "kernel-option",
                "policy routing, xt_mark",
                "CONFIG_IP_MULTIPLE_TABLES=y and CONFIG_NETFILTER_XT_MARK=m",
            ),
        ),
        (
            {"memory_cgroup": False, "model": "NVIDIA Jetson AGX Orin"},
            "absent",
            CHANNEL,
            ("error", "memory-cgroup", "off", "APPEND of /boot/extlinux/extlinux.conf"),
        ),
        (
            {"memory_cgroup": False, "model": "Xunlong Orange Pi Zero 2", "kernel": "6.6.44-current-sunxi64"},
            "absent",
            CHANNEL,
            ("error", "memory-cgroup", "off", "armbianEnv.txt"),
        ),
        ({"architecture": "armhf"}, "absent", CHANNEL, ("error", "architecture", "armhf", "64 bits")),
        (
            {"architecture": "arm64"},
            "absent",
            Declared(snap_files=("snaps/microk8s_9000_amd64.snap",)),
            ("error", "architecture", "amd64", "a snap for arm64"),
        ),
        (
            {"listeners": (Listener("udp", 4789),), "pod_network_nics": ("flannel.1x", "vxlan.calico")},
            "absent",
            CHANNEL,
            ("error", "left-over-nic", "vxlan.calico", "ip link delete vxlan.calico"),
        ),
        (
            {"listeners": (Listener("udp", 4789),), "pod_network_nics": ("vxlan42",)},
            "absent",
            CHANNEL,
            ("error", "left-over-nic", "vxlan42", "ip link delete vxlan42"),
        ),
        (
            {"pod_network_nics": ("vxlan.calico",)},
            "absent",
            CHANNEL,
            ("warning", "left-over-nic", "vxlan.calico", "ip link delete"),
        ),
        (
            {"pod_network_nics": ("cni0",)},
            "absent",
            CHANNEL,
            ("warning", "left-over-nic", "cni0", "ip link delete cni0"),
        ),
        (
            {"listeners": (Listener("udp", 4789, "ovs"),), "pod_network_nics": ("vxlan42",)},
            "absent",
            CHANNEL,
            ("error", "port", "4789/udp", "disable"),
        ),
        ({"kernel_replaced": True}, "worker", CHANNEL, ("error", "kernel", "5.15.148-tegra", "microk8s_allow_reboot")),
        (
            {"kernel_replaced": True, "missing_modules": ("vxlan",)},
            "absent",
            replace(CHANNEL, allow_reboot=True),
            ("warning", "kernel", "5.15.148-tegra", "restart the host"),
        ),
        ({"memory_mib": 480}, "absent", CONTROL, ("error", "memory", "480 MiB", "make it a worker")),
        ({"memory_mib": 1900}, "absent", CONTROL, ("warning", "memory", "1900 MiB", "expect evictions")),
        ({"memory_mib": 900}, "worker", CHANNEL, ("warning", "memory", "900 MiB", "expect evictions")),
        ({"swap_mib": 200}, "absent", CHANNEL, ("info", "swap", "200 MiB", "nothing to do")),
        *(
            ({"snapd": False, "package_manager": name}, "absent", CHANNEL, ("error", "snapd", "none", fix))
            for name, fix in {
                "apt-get": "sudo apt install snapd",
                "dnf": "sudo dnf install snapd",
                "yum": "sudo yum install snapd",
                "zypper": "sudo zypper install snapd",
                "pacman": "AUR",
                "apk": "does not exist for this system",
                "": "does not exist for this system",
            }.items()
        ),
        (
            {"snapd": False, "snap_program": True, "package_manager": "dnf"},
            "absent",
            CHANNEL,
            ("error", "snapd", "none", "sudo systemctl enable --now snapd.socket"),
        ),
        (
            {"listeners": (Listener("tcp", 10250, "k3s-server"),)},
            "absent",
            CHANNEL,
            ("error", "port", "10250/tcp", "k3s"),
        ),
        (
            {"listeners": (Listener("tcp", 10259), Listener("tcp", 10259, "x"))},
            "absent",
            CONTROL,
            ("error", "port", "10259/tcp", "disable"),
        ),
        ({"listeners": (Listener("udp", 4789, "ovs"),)}, "absent", CHANNEL, ("error", "port", "4789/udp", "disable")),
        ({"default_route_nics": ()}, "absent", CHANNEL, ("error", "default-route", "none", "ip route add default")),
        ({"disk_free_mib": 2048}, "absent", CHANNEL, ("error", "disk", "2.0 GiB free", "df -h")),
        ({"disk_free_mib": 8192}, "absent", CHANNEL, ("warning", "disk", "8.0 GiB free", "/var/snap")),
        ({"disk_free_mib": 900}, "worker", CHANNEL, ("warning", "disk", "0.9 GiB free", "du -xh")),
        (
            {"inotify_instances": 128},
            "worker",
            CHANNEL,
            ("warning", "inotify", "fs.inotify.max_user_instances=128", "=1024"),
        ),
        (
            {"inotify_watches": 8192},
            "standalone",
            CHANNEL,
            ("warning", "inotify", "fs.inotify.max_user_watches=8192", "=1048576"),
        ),
        (
            {"foreign_launch_config": True},
            "absent",
            replace(CHANNEL, launch_config={"addons": []}),
            ("error", "launch-config", "/etc/microk8s.yaml", "remove /etc/microk8s.yaml"),
        ),
        ({}, "absent", Declared(channel="1.35"), ("error", "channel", "1.35", "such as 1.35/stable")),
        ({}, "absent", Declared(channel=""), ("error", "channel", "none", "such as 1.35/stable")),
        ({}, "absent", Declared(channel="latest/edgy"), ("error", "channel", "latest/edgy", "latest/stable")),
        ({}, "absent", Declared(snap_files=("m.assert",)), ("error", "snap-files", "0", "one .snap")),
        (
            {},
            "worker",
            replace(CHANNEL, launch_config={"join": {"url": "x"}}),
            ("error", "launch-config", "join", "take join out"),
        ),
        (
            {},
            "absent",
            replace(CHANNEL, launch_config={"extraKubeletArgs": {"--v": 2}}),
            ("warning", "launch-config", "extraKubeletArgs", "microk8s_kubelet_args"),
        ),
        (
            {},
            "absent",
            replace(CHANNEL, kubelet_args={"max-pods": "50"}),
            ("error", "arguments", "microk8s_kubelet_args", "--max-pods"),
        ),
        (
            {},
            "absent",
            replace(CHANNEL, apiserver_args={"--a b": "50"}),
            ("error", "arguments", "microk8s_apiserver_args", "--max-pods"),
        ),
    ],
)
def test_what_is_wrong_is_found(machine, role, declared, found):
    (finding,) = findings(replace(GOOD, **machine), role, declared)
    severity, check, value, fix = found
    assert (finding.severity, finding.code, finding.evidence["value"]) == (severity, check, value)
    assert fix in finding.fix
    assert finding.message and not finding.message.endswith(".")


@pytest.mark.parametrize(
    ("machine", "role", "declared"),
    [
        # What only an installation needs, or what the host is not.
        ({"snapd": False}, "worker", CHANNEL),
        ({"listeners": (Listener("tcp", 10250, "kubelite"),)}, "worker", CHANNEL),
        ({"listeners": (Listener("tcp", 10257, "x"), Listener("udp", 10250, "x"))}, "absent", CHANNEL),
        ({"memory_mib": 1500}, "absent", CHANNEL),
        ({"disk_free_mib": 2048}, "worker", CHANNEL),
        ({"inotify_instances": 128}, "absent", CHANNEL),
        (
            {"missing_modules": ("ip_tables",), "kernel": GENERIC},
            "absent",
            replace(CHANNEL, launch_config={"extraKubeProxyArgs": {"--proxy-mode": "nftables"}}),
        ),
        (
            {"missing_modules": ("ip_tables", "iptable_raw"), "proxy_mode": '"nftables"', "kernel": GENERIC},
            "worker",
            CHANNEL,
        ),
        ({"missing_modules": ("macvlan", "nf_tables", "nft_compat")}, "absent", CHANNEL),
        ({"architecture": "armhf"}, "worker", CHANNEL),
        (
            {"architecture": "arm64"},
            "absent",
            Declared(snap_files=("microk8s_9000_arm64.snap", "microk8s_9000.assert")),
        ),
        ({"architecture": "arm64"}, "absent", Declared(snap_files=("microk8s_9000.snap",))),
        ({"pod_network_nics": ("vxlan.calico", "cni0")}, "worker", CHANNEL),
        ({"pod_network_nics": ("vxlan42",)}, "absent", CHANNEL),
        ({"foreign_launch_config": True}, "absent", CHANNEL),
        ({"foreign_launch_config": True}, "worker", replace(CHANNEL, launch_config={"addons": []})),
        ({}, "absent", replace(CONTROL, launch_config={"extraKubeletArgs": {"--v": 2}})),
        ({}, "absent", replace(CHANNEL, kubelet_args={"--max-pods": 50, "--v": None})),
        ({}, "absent", Declared(channel="1.35-strict/edge/fix")),
    ],
)
def test_what_is_not_wrong_is_not_found(machine, role, declared):
    assert findings(replace(GOOD, **machine), role, declared) == []


FAIL_NOT = {"extraKubeletArgs": {"--fail-cgroupv1": "false"}}
V1 = replace(GOOD, cgroup_v1=True)


@pytest.mark.parametrize(
    ("channel", "severity"),
    [
        ("1.34/stable", None),
        ("1.34-strict/stable", None),
        ("1.35/stable", "error"),
        ("1.35-strict/edge", "error"),
        ("1.36/stable", "error"),
        ("2.0/stable", "error"),
        ("latest/stable", "error"),
    ],
)
def test_kubelet_does_not_start_on_cgroup_v1(channel, severity):
    found = findings(V1, "absent", Declared(channel=channel))
    assert [finding.severity for finding in found] == ([severity] if severity else [])
    assert findings(replace(V1, cgroup_v1=False), "absent", Declared(channel=channel)) == []


@pytest.mark.parametrize("value", ["false", False, "False"])
@pytest.mark.parametrize("control_plane", [False, True])
def test_it_starts_when_it_is_told_to_before_its_first_start(value, control_plane):
    declared = Declared(
        channel="1.35/stable",
        control_plane=control_plane,
        launch_config={"extraKubeletArgs": {"--fail-cgroupv1": value}},
    )
    assert findings(V1, "absent", declared) == []


@pytest.mark.parametrize(
    "declared",
    [
        replace(CHANNEL, kubelet_args={"--fail-cgroupv1": "false"}),  # applied after the join, which it never comes to
        replace(CONTROL, launch_config={"extraKubeletArgs": {"--fail-cgroupv1": "true"}}),
        replace(CONTROL, launch_config={"extraKubeletArgs": None}),
    ],
)
def test_what_is_too_late_or_says_otherwise(declared):
    assert [finding.code for finding in findings(V1, "absent", declared)] == ["cgroup-v1"]


@pytest.mark.parametrize(
    ("argument", "version", "severity"),
    [
        ("false", "v1.35.1", None),
        ('"false"', "v1.36.3", None),
        ("", "v1.34.7", None),
        ("", "v1.35.1", "error"),
        ("true", "v1.35.1", "error"),
    ],
)
def test_of_what_is_installed_its_arguments_tell(argument, version, severity):
    machine = replace(V1, fail_cgroupv1=argument)
    found = findings(machine, "worker", Declared(snap_files=("m.snap",)), version)
    assert [(finding.severity, finding.evidence["value"]) for finding in found] == (
        [(severity, version)] if severity else []
    )
    assert all("args/kubelet and restart it" in finding.fix for finding in found)


def test_a_snap_file_tells_no_version():
    (finding,) = findings(V1, "absent", Declared(snap_files=("m.snap",)))
    assert (finding.severity, finding.evidence["value"]) == ("warning", "a snap file")
    assert findings(V1, "absent", Declared(snap_files=("m.snap",), launch_config=FAIL_NOT)) == []


@pytest.mark.parametrize("model", ["Raspberry Pi 3 Model B Plus Rev 1.3", "Raspberry Pi 5 Model B Rev 1.0"])
@pytest.mark.parametrize("file", ["", "/boot/cmdline.txt", "/boot/firmware/current/cmdline.txt"])
@pytest.mark.parametrize("lacks", [{"memory_cgroup": False}, {"cgroup_v1": True}])
def test_on_a_raspberry_pi_nobody_speaks_of_grub(model, file, lacks):
    (finding,) = findings(
        replace(GOOD, kernel=GENERIC, model=model, command_line_file=file, **lacks), "absent", CHANNEL
    )
    assert "GRUB" not in finding.sentence and (file or "cmdline.txt on its boot partition") in finding.fix
    (finding,) = findings(replace(GOOD, kernel=GENERIC, **lacks), "absent", CHANNEL)
    assert "GRUB_CMDLINE_LINUX" in finding.fix
