# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.rosfleet.cluster.plugins.module_utils._package_managers import (
    PACKAGE_MANAGERS,
    install_command,
    install_words,
    kernel_modules_words,
    os_release_value,
    package_manager,
    snapd_words,
)


@pytest.mark.parametrize(
    ("os_release", "programs", "expected"),
    [
        ("ID=ubuntu\nID_LIKE=debian\n", ["apt-get"], "apt-get"),
        ("ID=debian\n", ["apt-get", "dnf"], "apt-get"),
        ("ID=raspbian\nID_LIKE=debian\n", ["apt-get"], "apt-get"),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', ["apt-get"], "apt-get"),
        ("ID=fedora\n", ["apt-get", "dnf", "yum"], "dnf"),  # apt is a package of Fedora's
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', ["dnf", "yum"], "dnf"),
        ('ID="centos"\nVERSION_ID="7"\n', ["yum"], "yum"),
        ("ID=opensuse-leap\nID_LIKE='suse opensuse'\n", ["apt-get", "zypper"], "zypper"),
        ("ID=opensuse-tumbleweed\n", ["zypper"], "zypper"),
        ("ID=manjaro\nID_LIKE=arch\n", ["pacman"], "pacman"),
        ("ID=alpine\n", ["apk"], "apk"),
        ("ID=home-made\n", ["dnf"], "dnf"),
        ("", ["pacman"], "pacman"),
        ("ID=debian\n", [], ""),
        ("ID=home-made\n", [], ""),
    ],
)
def test_by_which_program_a_system_gets_packages(os_release, programs, expected):
    assert package_manager(os_release, programs) == expected


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ('NAME="Ubuntu"\nID=ubuntu\nVERSION_ID="20.04"\n', "VERSION_ID", "20.04"),
        ("ID_LIKE=debian\nID='mint'\n", "ID", "mint"),
        ("ID_LIKE=debian\n", "ID", ""),
    ],
)
def test_a_value_of_os_release(text, key, expected):
    assert os_release_value(text, key) == expected


@pytest.mark.parametrize(
    ("manager", "command", "words"),
    [
        (
            "apt-get",
            "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes a b",
            "sudo apt install a b",
        ),
        ("dnf", "dnf install --assumeyes a b", "sudo dnf install a b"),
        ("yum", "yum install --assumeyes a b", "sudo yum install a b"),
        ("zypper", "zypper --non-interactive install a b", "sudo zypper install a b"),
        ("pacman", "pacman --sync --refresh --needed --noconfirm a b", "sudo pacman -S a b"),
        ("apk", "apk add a b", "sudo apk add a b"),
    ],
)
def test_how_packages_are_installed(manager, command, words):
    assert (install_command(manager, ["a", "b"]), install_words(manager, ["a", "b"])) == (command, words)


def test_a_system_that_nobody_knows_is_told_without_a_program():
    assert install_words("", ["a", "b"]) == "install a and b"
    assert kernel_modules_words("", "home-made") == ""


@pytest.mark.parametrize("manager", [*PACKAGE_MANAGERS, ""])
def test_snapd_is_told_in_the_words_of_the_system_alone(manager):
    others = {"apt ", "dnf ", "yum ", "zypper ", "pacman ", "apk "} - {f"{manager.partition('-')[0]} "}
    assert not [word for word in others if word in snapd_words(manager)]


@pytest.mark.parametrize(
    ("manager", "distribution", "expected"),
    [
        ("apt-get", "ubuntu", "apt install linux-modules-extra-$(uname -r)"),
        ("apt-get", "debian", "apt install linux-image-$(dpkg --print-architecture) in place of a cloud kernel"),
        ("dnf", "fedora", "dnf install kernel-modules-extra-$(uname -r)"),
        ("zypper", "opensuse-leap", "kernel-default-base"),
        ("apk", "alpine", "linux-virt"),
    ],
)
def test_where_a_kernel_s_other_modules_are(manager, distribution, expected):
    assert expected in kernel_modules_words(manager, distribution)
