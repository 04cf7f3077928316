# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a system gets its packages: which program it has for that, and what a person types. PRIVATE, may change. Pure.

Source for snapd: its documentation, "Installing snapd"; for os-release: its manual page, os-release(5).
"""

from __future__ import annotations

import re
from typing import Collection, Sequence

# Those of Debian, Fedora and its kin (yum where there is no dnf), openSUSE, Arch and Alpine.
APT, DNF, YUM, ZYPPER, PACMAN, APK = PACKAGE_MANAGERS = ("apt-get", "dnf", "yum", "zypper", "pacman", "apk")
# By what os-release says in ID, or in ID_LIKE, of the system that it comes from.
_OF_SYSTEM = {
    "debian": (APT,),
    "ubuntu": (APT,),
    "raspbian": (APT,),
    "fedora": (DNF, YUM),
    "rhel": (DNF, YUM),
    "centos": (DNF, YUM),
    "suse": (ZYPPER,),
    "opensuse": (ZYPPER,),
    "sles": (ZYPPER,),
    "arch": (PACMAN,),
    "alpine": (APK,),
}
_INSTALL = {
    APT: "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes {}",
    DNF: "dnf install --assumeyes {}",
    YUM: "yum install --assumeyes {}",
    ZYPPER: "zypper --non-interactive install {}",
    PACMAN: "pacman --sync --refresh --needed --noconfirm {}",
    APK: "apk add {}",
}
_TYPED = {
    APT: "apt install",
    DNF: "dnf install",
    YUM: "yum install",
    ZYPPER: "zypper install",
    PACMAN: "pacman -S",
    APK: "apk add",
}
_NO_SNAPD = (
    "snapd does not exist for this system: install Ubuntu or Debian on this host, or take it out of the inventory"
)
_SNAPD = {
    APT: "sudo apt install snapd, and sudo systemctl enable --now snapd.socket",
    DNF: "sudo dnf install snapd (on RHEL and its kin after sudo dnf install epel-release), sudo systemctl enable --now "
    "snapd.socket, and sudo ln -s /var/lib/snapd/snap /snap",
    YUM: "sudo yum install epel-release, sudo yum install snapd, sudo systemctl enable --now snapd.socket, and "
    "sudo ln -s /var/lib/snapd/snap /snap",
    ZYPPER: "add the repository system:snappy of your openSUSE, then sudo zypper install snapd, and "
    "sudo systemctl enable --now snapd.socket snapd.apparmor",
    PACMAN: "build the package snapd of the AUR (makepkg -si), "
    "sudo systemctl enable --now snapd.socket snapd.apparmor, and sudo ln -s /var/lib/snapd/snap /snap",
    APK: _NO_SNAPD,
    "": _NO_SNAPD,
}
# What has the kernel modules that a slim kernel of the system leaves out.
_KERNEL_MODULES = {
    APT: "apt install linux-modules-extra-$(uname -r)",
    DNF: "dnf install kernel-modules-extra-$(uname -r)",
    YUM: "yum install kernel-modules-extra-$(uname -r)",
    ZYPPER: "zypper install kernel-default in place of kernel-default-base",
    PACMAN: "pacman -S linux, then restart the host",
    APK: "apk add linux-lts in place of linux-virt, then restart the host",
}
_DEBIAN_MODULES = (
    "apt install linux-image-$(dpkg --print-architecture) in place of a cloud kernel, then restart the host"
)


def os_release_value(os_release: str, key: str) -> str:
    """A value of os-release without its quotes; empty when it is not there."""
    match = re.search(rf"^{key}=[\"']?([^\"'\n]*)", os_release, re.MULTILINE)
    return match.group(1).strip() if match else ""


def package_manager(os_release: str, programs: Collection[str]) -> str:
    """The one of PACKAGE_MANAGERS by which the system gets packages; "" for none of them.

    `programs` are those of them that it has. One may be there beside the system's own, as a package like any other.
    """
    names = [os_release_value(os_release, "ID"), *os_release_value(os_release, "ID_LIKE").split()]
    of_system = [manager for name in names for manager in _OF_SYSTEM.get(name.partition("-")[0], ())]
    return next((name for name in [*of_system, *PACKAGE_MANAGERS] if name in programs), "")


def install_command(manager: str, packages: Sequence[str]) -> str:
    """What root's shell runs to install the packages without asking anybody."""
    return _INSTALL[manager].format(" ".join(packages))


def install_words(manager: str, packages: Sequence[str]) -> str:
    """What a person types to install the packages."""
    return f"sudo {_TYPED[manager]} {' '.join(packages)}" if manager else f"install {' and '.join(packages)}"


def snapd_words(manager: str) -> str:
    """How a host gets snapd, and lets it run."""
    return _SNAPD[manager]


def kernel_modules_words(manager: str, distribution: str) -> str:
    """How a host gets all the kernel modules that its distribution has; "" where nobody knows."""
    if distribution in ("debian", "raspbian"):
        return _DEBIAN_MODULES
    return _KERNEL_MODULES.get(manager, "")
