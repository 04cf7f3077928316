# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a machine is, read from its files: the forms that kernels, Raspberry Pis and Jetsons write."""

from __future__ import annotations

import gzip
import json
from dataclasses import asdict
from pathlib import Path

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.machine import (
    Listener,
    Machine,
    MachineFiles,
    architecture_of,
    held_ports,
    machine_of,
    memory_cgroup,
    memory_mib,
    missing_modules,
    read_machine,
)
from ansible_collections.rosfleet.cluster.plugins.module_utils._microk8s.needs import KERNEL_NEEDS, LOADED

ROUTE = """\
Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
wlan0	00000000	0100A8C0	0003	0	0	600	00000000	0	0	0
eth0	00000000	0108A8C0	0003	0	0	100	00000000	0	0	0
eth0	0008A8C0	00000000	0001	0	0	100	00FFFFFF	0	0	0
usb0	00000000	0107A8C0	0002	0	0	1	00000000	0	0	0
"""
TCP = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:280A 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 51023 1 0000000000000000 100 0 0 10 0
   1: 0100007F:9C40 0100007F:280A 01 00000000:00000000 00:00000000 00000000     0        0 51024 1 0000000000000000 20 4
"""
CGROUPS_PI = "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpuset\t0\t34\t1\nmemory\t0\t34\t0\n"
CGROUPS_ON = CGROUPS_PI.replace("memory\t0\t34\t0", "memory\t4\t58\t1")


def machine(root: Path, files: dict[str, str]) -> MachineFiles:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return MachineFiles(str(root))


def test_only_listeners_hold_a_port():
    assert held_ports(TCP, "tcp") == [("51023", 10250)]


@pytest.mark.parametrize(("name", "mib"), [("MemTotal", 3792), ("SwapTotal", 0), ("Swap", None)])
def test_memory(name, mib):
    assert memory_mib("MemTotal:        3883392 kB\nMemFree: 12 kB\nSwapTotal:             0 kB\n", name) == mib


@pytest.mark.parametrize(
    ("cgroups", "controllers", "there"),
    [
        (CGROUPS_ON, None, True),
        (CGROUPS_PI, None, False),
        (CGROUPS_PI, "cpuset cpu io pids\n", False),
        (CGROUPS_PI, "cpuset cpu io memory pids\n", True),
        (CGROUPS_ON, "cpu hugetlb memory_recursiveprot\n", False),
        (None, None, None),
    ],
)
def test_memory_cgroup(cgroups, controllers, there):
    assert memory_cgroup(cgroups, controllers) is there


UBUNTU = "[pi4]\nos_prefix=old/\n[all]\nkernel=vmlinuz\nos_prefix=current/\n[tryboot]\nos_prefix=new/\n"
PLAIN, CURRENT = "boot/firmware/cmdline.txt", "boot/firmware/current/cmdline.txt"


@pytest.mark.parametrize(
    ("config", "there", "read"),
    [
        (None, [PLAIN], PLAIN),
        (None, ["boot/cmdline.txt"], "boot/cmdline.txt"),
        (None, [], ""),
        (UBUNTU, [PLAIN, CURRENT, "boot/firmware/new/cmdline.txt", "boot/firmware/old/cmdline.txt"], CURRENT),
        (UBUNTU, [CURRENT], CURRENT),
        (UBUNTU, [PLAIN], PLAIN),  # the firmware takes no folder that lacks what it needs
        ("os_prefix=current/\n", [PLAIN, CURRENT], CURRENT),
        ("#os_prefix=current/\n[pi4]\nos_prefix=current/\n", [PLAIN, CURRENT], PLAIN),
        ("[pi4]\n[pi5]\nos_prefix=current/\n", [PLAIN, CURRENT], CURRENT),  # this one is a 5
        ("[tryboot]\n[pi5]\nos_prefix=current/\n", [PLAIN, CURRENT], PLAIN),
        ("[none]\n[all]\r\nos_prefix=current/\r\n", [PLAIN, CURRENT], CURRENT),
        ("os_prefix=current\n", [PLAIN, CURRENT], PLAIN),  # a prefix is put before the name as it is
        ('os_prefix="current/"\n', [PLAIN, CURRENT], PLAIN),
        ("os_prefix=current/ # ours\n", [PLAIN, CURRENT], PLAIN),
        ("os_prefix=current-\n", [PLAIN, "boot/firmware/current-cmdline.txt"], "boot/firmware/current-cmdline.txt"),
        ("include os.txt\n", [PLAIN, CURRENT], CURRENT),
        ("[pi4]\ninclude none.txt\n", [PLAIN, CURRENT], PLAIN),
        ("cmdline=gone.txt\n", [PLAIN], PLAIN),
        ("[ALL]\ncmdline=mine.txt\n", [PLAIN, "boot/firmware/mine.txt"], "boot/firmware/mine.txt"),
    ],
)
def test_the_command_line_that_the_firmware_reads(tmp_path, config, there, read):
    files = {name: "console=tty1\n" for name in there}
    files["proc/device-tree/model"] = "Raspberry Pi 5 Model B Rev 1.0\0"
    files["boot/firmware/os.txt"] = "[all]\nos_prefix=current/\ninclude os.txt\n"
    if config is not None:
        files["boot/firmware/config.txt"] = config
    assert read_machine(machine(tmp_path, files)).command_line_file == (read and f"/{read}")


JETPACK_5 = {
    "proc/cgroups": CGROUPS_ON,
    "sys/fs/cgroup/unified/cgroup.controllers": "",
    "sys/fs/cgroup/memory/tasks": "1\n",
}
UNIFIED = {"proc/cgroups": CGROUPS_ON, "sys/fs/cgroup/cgroup.controllers": "cpu memory\n"}
KUBELET = "var/snap/microk8s/current/args/kubelet"


@pytest.mark.parametrize(
    ("files", "v1", "argument"),
    [
        (JETPACK_5, True, ""),
        (UNIFIED, False, ""),
        ({}, None, ""),
        ({**JETPACK_5, KUBELET: "--v=1\n--fail-cgroupv1=false\n"}, True, "false"),
        ({**JETPACK_5, KUBELET: "#--fail-cgroupv1=false\n"}, True, ""),
    ],
)
def test_cgroup_v1(tmp_path, files, v1, argument):
    seen = read_machine(machine(tmp_path, files))
    assert (seen.cgroup_v1, seen.fail_cgroupv1) == (v1, argument)


ALL = "kernel/fs/overlayfs/overlay.ko:\nkernel/net/bridge/br_netfilter.ko.zst: kernel/net/bridge/bridge.ko.zst\n"
ALL += "kernel/drivers/net/vxlan/vxlan.ko.xz:\nkernel/net/netfilter/ipset/ip_set.ko:\n"
ALL += "kernel/net/netfilter/nf_conntrack.ko:\n"
ALL += "kernel/net/netfilter/xt_set.ko:\nkernel/net/ipv4/netfilter/ip_tables.ko:\n"
ALL += "kernel/net/netfilter/nf_tables.ko:\nkernel/drivers/net/macvlan.ko:\n"
# Options of what is no error where it is missing.
LESSER = "".join(
    f"{need.options[0]}=y\n" for need in KERNEL_NEEDS if need.severity == "warning" and need.name != "xt_mark"
)
LESSER += "CONFIG_NETFILTER_XT_MATCH_MARK=y\n"  # the former name


@pytest.mark.parametrize(
    ("files", "options", "missing"),
    [
        ({}, None, ()),  # a container: nothing is known
        ({"lib/modules/5.15/modules.dep": ALL}, None, ()),
        ({"lib/modules/5.15/modules.dep": ALL.replace("xt_set", "xt_sctp")}, None, ("xt_set",)),
        ({"lib/modules/5.15/modules.dep": ALL.replace("vxlan.ko", "vxlan_core.ko")}, None, ("vxlan",)),
        (
            {
                "lib/modules/5.15/modules.dep": ALL.replace("ip_set", "x"),
                "lib/modules/5.15/modules.builtin": "net/ip_set.ko\n",
            },
            None,
            (),
        ),
        ({"lib/modules/5.15/modules.dep": ALL.replace("ip_set", "x"), "sys/module/ip_set/refcnt": "1"}, None, ()),
        ({"lib/modules/5.15/modules.dep": ALL.replace("ip_set", "x")}, "CONFIG_IP_SET=y\n", ()),
        ({"lib/modules/5.15/modules.dep": ALL.replace("ip_set", "x")}, "CONFIG_IP_SET=m\n", ("ip_set",)),
        (
            {},
            "CONFIG_OVERLAY_FS=y\nCONFIG_BRIDGE_NETFILTER=m\nCONFIG_VXLAN=m\n# CONFIG_IP_SET is not set\n",
            ("nf_conntrack", "ip_set", "xt_set", "ip_tables", "nf_tables", "macvlan"),
        ),
    ],
)
def test_missing_modules(tmp_path, files, options, missing):
    looked_at = machine(tmp_path, files)
    if options:
        (tmp_path / "proc").mkdir(exist_ok=True)
        (tmp_path / "proc/config.gz").write_bytes(gzip.compress((options + LESSER).encode()))
    assert missing_modules(looked_at, "5.15") == missing


def test_a_kernel_of_which_only_the_list_of_modules_is_known_is_not_judged_for_what_it_may_do_without(tmp_path):
    files = machine(
        tmp_path, {"lib/modules/5.15/modules.dep": ALL, "boot/config-5.15": LESSER.replace("RAW=y", "RAW=m")}
    )
    assert missing_modules(files, "5.15") == ("iptable_raw",)
    (tmp_path / "boot/config-5.15").unlink()
    assert missing_modules(files, "5.15") == ()


@pytest.mark.parametrize(
    ("program", "architecture"),
    [
        (b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\x3e\x00", "amd64"),
        (b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\xb7\x00", "arm64"),
        (b"\x7fELF\x01\x01\x01" + bytes(9) + b"\x03\x00\x28\x00", "armhf"),
        (b"\x7fELF\x02\x02\x01" + bytes(9) + b"\x00\x03\x00\x16", "s390x"),
        (b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\xff\x00", ""),
        (b"#!/bin/busybox sh -x\n", ""),
        (b"", ""),
    ],
)
def test_a_program_tells_what_the_system_is_built_for(tmp_path, program, architecture):
    assert architecture_of(program) == architecture
    files = machine(tmp_path, {"usr/bin/dash": ""})
    (tmp_path / "usr/bin/dash").write_bytes(program + b"more")
    (tmp_path / "usr/bin/sh").symlink_to("dash")
    (tmp_path / "bin").symlink_to("usr/bin")
    assert read_machine(files).architecture == architecture


def test_nics_of_pod_networks_and_the_ports_that_the_kernel_holds(tmp_path):
    udp = "  sl  local_address\n" + "".join(
        f" {n}: 00000000:{port} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 0 2 0000 0\n"
        for n, port in enumerate(("12B5", "CA6C"))
    )
    nics = {"eth0": "", "vxlan.calico": "DEVTYPE=vxlan\n", "vxlan42": "DEVTYPE=vxlan\n", "cni0": "DEVTYPE=bridge\n"}
    seen = read_machine(
        machine(tmp_path, {"proc/net/udp": udp, **{f"sys/class/net/{nic}/uevent": text for nic, text in nics.items()}})
    )
    assert seen.pod_network_nics == ("cni0", "vxlan.calico", "vxlan42")
    assert seen.listeners == (Listener("udp", 4789), Listener("udp", 51820))


def test_what_an_installed_kube_proxy_is_told_and_which_distribution_it_is(tmp_path):
    files = {
        "var/snap/microk8s/current/args/kube-proxy": "--proxy-mode=nftables\n",
        "etc/os-release": 'NAME="Raspbian"\nID="raspbian"\nID_LIKE=debian\n',
    }
    seen = read_machine(machine(tmp_path, files))
    assert (seen.proxy_mode, seen.distribution) == ("nftables", "raspbian")


def test_a_raspberry_pi(tmp_path):
    files = machine(
        tmp_path,
        {
            "proc/cgroups": CGROUPS_PI,
            "proc/net/route": ROUTE,
            "proc/net/tcp": TCP,
            "proc/812/comm": "k3s-server\n",
            "proc/meminfo": "MemTotal:        3883392 kB\nSwapTotal:        204800 kB\n",
            "proc/sys/kernel/osrelease": "6.6.51+rpt-rpi-v8\n",
            "proc/sys/fs/inotify/max_user_instances": "128\n",
            "proc/sys/fs/inotify/max_user_watches": "65536\n",
            "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0",
            "lib/modules/6.6.74+rpt-rpi-v8/modules.dep": ALL,
            "boot/cmdline.txt": "console=tty1\n",
            "boot/firmware/cmdline.txt": "console=tty1 root=PARTUUID=1-02\n",
            "etc/microk8s.yaml": "version: 0.1.0\n",
        },
    )
    (tmp_path / "proc/812/fd").mkdir()
    (tmp_path / "proc/812/fd/7").symlink_to("socket:[51023]")
    seen = read_machine(files)
    assert (seen.memory_cgroup, seen.command_line_file) == (False, "/boot/firmware/cmdline.txt")
    assert seen.default_route_nics == ("eth0", "wlan0")
    assert (seen.model, seen.kernel_replaced) == ("Raspberry Pi 4 Model B Rev 1.4", True)
    assert seen.listeners == (Listener("tcp", 10250, "k3s-server"),)
    assert (seen.memory_mib, seen.swap_mib, seen.inotify_instances, seen.inotify_watches) == (3792, 200, 128, 65536)
    assert (seen.snapd, seen.foreign_launch_config) == (False, True)
    assert seen.disk_free_mib > 0


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"usr/bin/apt-get": "", "usr/bin/snap": ""}, ("apt-get", True)),
        ({"usr/bin/dnf": "", "usr/bin/yum": ""}, ("dnf", False)),
        ({"usr/bin/zypper": ""}, ("zypper", False)),
        ({"usr/bin/pacman": ""}, ("pacman", False)),
        ({"sbin/apk": ""}, ("apk", False)),
        ({"usr/bin/apt-get": "", "usr/bin/dnf": "", "etc/os-release": "ID=fedora\n"}, ("dnf", False)),
        ({}, ("", False)),
    ],
)
def test_how_the_host_gets_packages(tmp_path, files, expected):
    seen = read_machine(machine(tmp_path, files))
    assert (seen.package_manager, seen.snap_program, seen.snapd) == (*expected, False)


def test_a_container_whose_kernel_has_all_it_needs(tmp_path):
    loaded = {f"sys/module/{name}/refcnt": "1" for name in LOADED}
    seen = read_machine(
        machine(tmp_path, {"lib/modules/5.15/modules.dep": ALL, "proc/sys/kernel/osrelease": "6.8", **loaded})
    )
    assert (seen.kernel_replaced, seen.missing_modules) == (False, ())


def test_nothing_can_be_read(tmp_path):
    seen = read_machine(machine(tmp_path, {}))
    assert (seen.memory_mib, seen.memory_cgroup, seen.missing_modules, seen.kernel_replaced) == (None, None, (), False)


def test_a_launch_configuration_of_ours(tmp_path):
    text = "# Managed by rosfleet.cluster, do not edit.\nversion: 0.1.0\n"
    assert not read_machine(machine(tmp_path, {"etc/microk8s.yaml": text})).foreign_launch_config


@pytest.mark.parametrize(
    "known",
    [
        Machine(),
        Machine(
            default_route_nics=("eth0", "wlan0"),
            listeners=(Listener("tcp", 10250, "k3s-server"), Listener("udp", 4789)),
            memory_mib=8000,
            cgroup_v1=True,
            missing_modules=("ip_set",),
            pod_network_nics=("cni0",),
        ),
    ],
)
def test_a_machine_comes_back_out_of_json(known):
    assert machine_of(json.loads(json.dumps(asdict(known)))) == known
