# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line of QEMU for one host. Pure: text only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lab.fleet.network import management_port, ros_port
from lab.fleet.plan import Host, mac_address
from lab.fleet.prefix import PREFIX

CORES = 2
MANAGEMENT_SLOT, ROS_SLOT = "0x10", "0x11"  # where on the PCI bus the NICs are, whatever they are called
AGENT_PORT = "org.qemu.guest_agent.0"
KERNEL_OPTIONS = "root=/dev/vda rw systemd.show_status=1"


@dataclass(frozen=True)
class Architecture:
    """What QEMU calls the machine of one architecture of Debian's."""

    program: str
    machine: str
    console: str
    firmware: tuple[str, ...] = ()  # a user's own image boots by it


ARCHITECTURES = {
    "amd64": Architecture("qemu-system-x86_64", "pc", "ttyS0"),
    "arm64": Architecture(
        "qemu-system-aarch64", "virt", "ttyAMA0", ("-bios", "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd")
    ),
}


@dataclass(frozen=True)
class Boot:
    """What to boot from: kernel and initial RAM disk in this folder, or without one the disk's own bootloader."""

    kernel_folder: Path | None
    architecture: Architecture
    memory: int  # MB
    handed: Path | None = None  # a disk, raw, that is handed to the machine to be written and then thrown away


def accelerator_options(accelerator: str) -> list[str]:
    """How instructions are run: by the machine's processor, or translated one by one."""
    options = {"kvm": ["-accel", "kvm", "-cpu", "host"], "tcg": ["-accel", "tcg,thread=multi", "-cpu", "max"]}
    return options[accelerator]


def command(host: Host, folder: Path, boot: Boot, accelerator: str) -> list[str]:
    """The command that runs a host from the files in its ``folder``, on the taps that the switches have for it."""
    return [
        boot.architecture.program,
        *("-name", f"{PREFIX}{host.name}", "-nodefaults", "-no-user-config", "-display", "none"),
        *("-machine", boot.architecture.machine, *accelerator_options(accelerator)),
        *("-smp", str(CORES), "-m", str(boot.memory)),
        *_loader(boot),
        # Not cache=unsafe: a power cut would take what the host had synced.
        *("-drive", f"file={folder}/disk.qcow2,format=qcow2,if=virtio,discard=unmap"),
        *("-drive", f"file={folder}/seed.img,format=raw,if=virtio,readonly=on"),
        *(("-drive", f"file={boot.handed},format=raw,if=virtio,cache=unsafe") if boot.handed else ()),
        *_nic("mgmt", management_port(host), mac_address(host, "mgmt"), MANAGEMENT_SLOT),
        *_nic("ros", ros_port(host), mac_address(host, "ros"), ROS_SLOT),
        *("-serial", f"file:{folder}/console.log"),
        *("-device", "virtio-rng-pci"),
        *("-chardev", f"socket,id=agent,path={folder}/agent.sock,server=on,wait=off"),
        *("-device", "virtio-serial-pci", "-device", f"virtserialport,chardev=agent,name={AGENT_PORT}"),
        *("-qmp", f"unix:{folder}/qmp.sock,server=on,wait=off"),
    ]


def _loader(boot: Boot) -> list[str]:
    if boot.kernel_folder is None:
        return list(boot.architecture.firmware)
    return [
        *("-kernel", f"{boot.kernel_folder}/vmlinuz", "-initrd", f"{boot.kernel_folder}/initrd.img"),
        *("-append", f"console={boot.architecture.console} {KERNEL_OPTIONS}"),
    ]


def _nic(name: str, port: str, mac: str, slot: str) -> list[str]:
    return [
        *("-netdev", f"tap,id={name},ifname={port},script=no,downscript=no"),
        # Without offloading of UDP fragments, which a switch would then see as one packet.
        *("-device", f"virtio-net-pci,netdev={name},mac={mac},addr={slot},host_ufo=off,guest_ufo=off"),
    ]
