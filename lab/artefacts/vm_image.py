# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The disk of all virtual machines: Debian 13 with its stock kernel, cloud-init awake, and no user or identity yet.

Beside the disk lie its kernel and initial RAM disk, which QEMU boots it with, so that it needs no bootloader.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from lab.artefacts import base_snaps, debian
from lab.cache import REPO, artefact, remove
from lab.fleet import cgroups
from lab.fleet.plan import BAKING
from lab.fleet.shell import run
from lab.fleet.signals import uninterrupted
from lab.fleet.state import lock
from lab.requirements import MMDEBSTRAP, architecture, ensure_debian

TREE = REPO / "lab" / "vm" / "tree"
# What nspawn hosts need because they are offline, these need too.
OFFLINE = [
    REPO / "lab" / "rootfs" / "tree" / name
    for name in ("etc/environment", "etc/ssh/sshd_config.d/lab.conf", "etc/tmpfiles.d/snapd-names.conf")
]
# What a machine needs that carries a lab itself, and cannot install there (lab/nested.py).
LAB = ["git", "make", "systemd-container", "xz-utils"]
PACKAGES = [
    *("systemd", "systemd-sysv", "systemd-resolved", "udev", "dbus", "libpam-systemd"),
    *("e2fsprogs", "initramfs-tools", "zstd"),
    *("openssh-server", "sudo", "cloud-init", "qemu-guest-agent", "netbase"),
    *("python3", "python3-apt", "ca-certificates", "openssl", "kmod", "procps", "pciutils", "less"),
    *("iproute2", "iptables", "nftables", "iputils-ping", "ethtool", "conntrack", "tcpdump", "bridge-utils", "vlan"),
    *("ufw", "python3-firewall", "python3-dbus", "python3-gi", "python3-nftables", "gir1.2-nm-1.0", "polkitd"),
    *("chrony", "snapd", "squashfs-tools"),
    *("hostapd", "wpasupplicant", "iw", "wireless-regdb"),
    *LAB,
]
TOOLS = [*MMDEBSTRAP, "e2fsprogs", "squashfs-tools"]
DISK_SIZE = "12G"  # sparse
SNAPS = "usr/share/lab-snaps"  # lab/vm/machine.py installs them
# An initial RAM disk that finds the disk and no more: unpacking all drivers takes half a minute without KVM.
DRIVERS = ["virtio_pci", "virtio_blk", "ext4"]
MOUNTS = "/dev/vda / ext4 errors=remount-ro 0 1\n"
# Debian's cloud-init calls firewalld a conflict, as the two may wait for each other at boot; robots have both all the same.
FIREWALLD = (
    "cd /tmp && apt-get -qq download firewalld && dpkg --force-conflicts --install firewalld_*.deb >/dev/null && "
    "rm firewalld_*.deb"
)
# Installed, as on a robot, for those who want them; a service manager that starts all of them takes minutes without KVM.
ASLEEP = ["chrony", "firewalld", "hostapd", "wpa_supplicant"]
# Nothing of the following has a use offline or in a virtual machine.
MASKED = [
    *("apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "fstrim.timer"),
    *("e2scrub_reap.service", "systemd-networkd-wait-online.service", "systemd-firstboot.service"),
    # The rules of AppArmor are compiled at each boot, for a quarter of a minute without KVM.
    *("snapd.snap-repair.timer", "apparmor.service", "snapd.apparmor.service"),
]


def build() -> Path:
    """The folder with ``disk.img``, ``vmlinuz`` and ``initrd.img``, built if it is not there yet."""
    return artefact(
        "vm-image",
        [Path(__file__), Path(debian.__file__), Path(base_snaps.__file__), TREE, *OFFLINE],
        _build,
        is_dir=True,
    )


def _build(folder: Path) -> None:
    ensure_debian(TOOLS)
    with lock(), tempfile.TemporaryDirectory(prefix="rosfleet-vm-", dir=folder.parent) as scratch:
        root = Path(scratch) / "root"
        try:
            packages = [*PACKAGES, f"linux-image-{architecture()}"]
            after = f"chroot \"$1\" sh -c '{FIREWALLD}'"
            debian.bootstrap("vm-image", root, Path(scratch), packages, before=_small_initrd(), after=after)
            _configure(root)
            _add_snaps(root, Path(scratch))
            _take_kernel(root, folder)
            run(["mkfs.ext4", "-q", "-L", "root", "-d", str(root), str(folder / "disk.img"), DISK_SIZE])
        finally:
            with uninterrupted():
                cgroups.kill(BAKING)
                cgroups.remove(BAKING)


def _small_initrd() -> str:
    """What makes the installation of the kernel build a small initial RAM disk, rather than building it twice."""
    settings, drivers = '"$1"/etc/initramfs-tools/conf.d', '"$1"/usr/share/initramfs-tools/modules.d'
    return (
        f"mkdir -p {settings} {drivers} && printf 'MODULES=list\\nRESUME=none\\n' >{settings}/lab && "
        f"printf '%s\\n' {' '.join(DRIVERS)} >{drivers}/lab"
    )


def _configure(root: Path) -> None:
    shutil.copytree(TREE, root, dirs_exist_ok=True, symlinks=True)
    for file in OFFLINE:
        shutil.copy(file, root / file.relative_to(REPO / "lab" / "rootfs" / "tree"))
    (root / "etc/fstab").write_text(MOUNTS)
    (root / "var/log/journal").mkdir(exist_ok=True)
    for pattern in ("etc/ssh/ssh_host_*", "var/lib/apt/lists/*", "var/cache/apt/*.bin"):
        for path in root.glob(pattern):
            remove(path)
    (root / "etc/machine-id").write_text("")  # each machine makes its own at its first boot
    in_root = ["chroot", str(root), "systemctl", "--quiet"]
    run([*in_root, "enable", "systemd-networkd.service", "ssh.service"])
    run([*in_root, "disable", *ASLEEP])
    run([*in_root, "mask", *MASKED])
    for folder in ("etc", "var"):  # what has to be done once after packages changed is done
        (root / folder / ".updated").touch()


def _add_snaps(root: Path, scratch: Path) -> None:
    """The snaps that Ubuntu's images bring along and Debian's snapd fetches from the store: as files, for who wants a snap."""
    folder = root / SNAPS
    folder.mkdir(parents=True)
    base_snaps.make(root, scratch, folder)


def _take_kernel(root: Path, folder: Path) -> None:
    (kernel,) = root.glob("boot/vmlinuz-*")
    (initrd,) = root.glob("boot/initrd.img-*")
    shutil.copy(kernel, folder / "vmlinuz")
    shutil.copy(initrd, folder / "initrd.img")
