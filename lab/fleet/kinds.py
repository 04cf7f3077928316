# Copyright (c) 2026, rosfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of host that there are, behind one interface: what a lifecycle and faults need of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn, Protocol

from lab.fleet.nspawn import Nspawn
from lab.fleet.plan import Host
from lab.fleet.state import NSPAWN, VM, Member
from lab.vm.machine import VirtualMachine


class Kind(Protocol):
    """How hosts of one kind are made, booted, reached and switched off; what it cannot do, it refuses by LabError."""

    ssh_timeout: float

    def build_all(self) -> None:
        """Build what disks are made over, and all that is installed on hosts, as far as it is not there yet."""

    def build_image(self) -> Path:
        """What fresh disks are made over, built if it is not there yet, and all programs that the kind needs."""

    def image_of(self, name: str) -> Path:
        """What the disk of this host was made over; LabError when that is gone."""

    def ensure_disk(self, host: Host, image: Path) -> str:
        """Make the host's disk if it has none over this image; return its public SSH key, empty where it makes its own."""

    def own_key(self, member: Member) -> str:
        """The public SSH key that a host made for itself, as it tells around the network; empty as long as it has none."""

    def boot(self, host: Host) -> int:
        """Connect the host, start it and return its leader, the process that lives as long as it does."""

    def furnish(self, member: Member) -> None:
        """Give a running host what the snap of MicroK8s stands on and the network has not, where it is not there yet."""

    def written(self, member: Member) -> str:
        """A line with checksum and path for every file of a running host that tells of a change."""

    def power_off(self, members: Sequence[Member]) -> None:
        """Shut hosts down in order, all at once, and wait until nothing of them runs."""

    def run_inside(self, member: Member, command: Sequence[str]) -> str:
        """Run a command as root inside, without the network, and return its output."""

    def run_in_network(self, member: Member, command: Sequence[str], stdin: str | None = None) -> str:
        """Run a command as root on the host's NICs and firewall, and return its output."""

    def execute(self, member: Member, command: Sequence[str]) -> NoReturn:
        """Run a command as root inside for somebody at a terminal, and end with its status."""

    def ros_nic_now(self, member: Member) -> str:
        """What the ROS NIC is called at this moment, whatever it was called at boot."""

    def lay_cable(self, member: Member, port: str, *, plugged: bool) -> None:
        """Plug in or pull the cable between this port of the switch and the host."""

    def root(self, member: Member) -> Path:
        """The host's files, to be changed from outside."""

    def where_to_look(self, name: str) -> str:
        """Where more is told about a host that does not come up."""


KINDS: dict[str, Kind] = {NSPAWN: Nspawn(), VM: VirtualMachine()}


def of(member: Member) -> Kind:
    """The kind that a host is of."""
    return KINDS[member.kind]
