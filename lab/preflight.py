# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a machine lacks for the lab, said before anything is built: facts in, sentences out."""

from __future__ import annotations

import re
from dataclasses import dataclass

GB = 10**9
# What was seen, and some more: the caches of Go are most of it. The lab's own programs and images are 1.4 GB.
BUILD_DISK = 12 * GB
HOST_DISK = 1 * GB
BUILD_MEMORY = 4 * GB
CLUSTER_MEMORY = 2.5 * GB  # the machine itself, and what a control plane has more than other hosts
HOST_MEMORY = 0.7 * GB


@dataclass(frozen=True)
class Wanted:
    """What the machine is to do: build what is not in the cache yet, and run so many hosts with MicroK8s."""

    go: str = ""  # the version that sources ask for; empty where nothing has to be compiled
    hosts: int = 0


@dataclass(frozen=True)
class Machine:
    """The facts. Those that only root on a Debian-like machine can find out are empty where nobody could."""

    system: str
    is_root: bool
    is_debian_like: bool
    go: str  # as in 1.26.8; empty where there is none
    no_controller: str  # why no Python here can run Ansible
    disk_free: int
    memory: int
    no_privileges: str  # what was said to who wanted namespaces
    no_groups: str  # why hosts can have no control groups
    absent_nodes: tuple[str, ...]
    kernel: str
    absent_features: tuple[str, ...]


def lacks(machine: Machine, wanted: Wanted) -> list[str]:
    """A sentence for each thing that is missing, with what to do; none when the lab can begin."""
    if machine.system != "Linux":
        return [f"The lab's hosts need Linux, this is {machine.system}: use a virtual machine with Debian or Ubuntu."]
    found = []
    if not machine.is_root:
        found.append('Root is missing, for namespaces and mounts: run it as sudo env "PATH=$PATH" COMMAND, or as root.')
    if not machine.is_debian_like:
        found.append("apt-get and dpkg are missing: run the lab on Debian 12 or newer, or on Ubuntu 24.04.")
    if machine.no_controller:
        found.append(machine.no_controller)
    found += _go(machine.go, wanted.go)
    disk = (BUILD_DISK if wanted.go else 0) + wanted.hosts * HOST_DISK
    found += _too_little("disk space", machine.disk_free, disk, "make room, or point ROSFLEET_CACHE to another disk")
    memory = max(BUILD_MEMORY if wanted.go else 0, CLUSTER_MEMORY + wanted.hosts * HOST_MEMORY if wanted.hosts else 0)
    found += _too_little("memory", machine.memory, memory, "take fewer hosts (HOSTS=2) or a larger machine")
    return found + _kernel(machine)


def _go(have: str, wanted: str) -> list[str]:
    if not wanted or (have and _numbers(have) >= _numbers(wanted)):
        return []
    if not have:
        return [
            f"Go is missing, which compiles Kubernetes: install Go {wanted} or newer, and see that go is on root's PATH."
        ]
    return [
        f"Go {have} is too old: install Go {wanted} or newer; from 1.21 on, GOTOOLCHAIN=auto in the environment will do, as it "
        "has Go fetch what it needs."
    ]


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def _too_little(what: str, have: float, need: float, fix: str) -> list[str]:
    if have >= need:
        return []
    return [f"There are {have / GB:.1f} GB of {what}, the lab needs {need / GB:.1f} GB: {fix}."]


def _kernel(machine: Machine) -> list[str]:
    if machine.no_privileges:
        return [
            f"Namespaces cannot be made ({machine.no_privileges}), as in a container without privileges: run the lab on the "
            "machine itself or in a virtual machine, or start the container with --privileged."
        ]
    found = [machine.no_groups] if machine.no_groups else []
    if machine.absent_nodes:
        found.append(
            f"{', '.join(machine.absent_nodes)} cannot be opened: load the module of that name with modprobe; in a container, "
            "start it with --privileged."
        )
    if machine.absent_features:
        found.append(
            f"The kernel {machine.kernel} has no {', '.join(machine.absent_features)}: restart the machine if its kernel was "
            "updated since it started; otherwise install a kernel for general use (linux-image-amd64, linux-generic)."
        )
    return found
